// Command neon writes the assembly of the NEON path, for arm64, which avo does not know; writer.go has the few lines that
// take its place.
package main

import (
	"flag"
	"log"
	"path/filepath"
)

func main() {
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	for name, write := range map[string]func(*writer){"product": products, "elementwise": elementwise} {
		w := newWriter()
		write(w)
		if err := w.save(filepath.Join(*out, name+"_arm64.s"), filepath.Join(*out, name+"_stubs_arm64.go")); err != nil {
			log.Fatal(err)
		}
	}
}

// elementwise writes the elementwise functions, reductions, optimiser steps and random numbers.
func elementwise(w *writer) {
	s := newSIMD(w)
	activations(s)
	losses(s)
	columnSums(s)
	optimisers(s)
	random(s)
	s.finish()
}
