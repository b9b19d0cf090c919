// Command elementwise writes the assembly of the elementwise functions, reductions, optimiser steps and random numbers.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	write("AVX512", true)
	write("AVX2", false)
	Generate()
}

func write(name string, wide bool) {
	s := newSIMD(name, wide)
	activations(s)
	losses(s)
	columnSums(s)
	optimisers(s)
	random(s)
	s.finish()
}
