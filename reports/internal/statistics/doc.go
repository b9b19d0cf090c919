// Package statistics holds the tests and estimates behind the tables: exact
// sign-flip tests, corrections for their number and for looking repeatedly,
// bootstrap intervals, effect sizes and the analysis of variance.
//
// It knows numbers and nothing of trials. All of it is deterministic: what is
// drawn at random is drawn from a fixed seed, so that the same numbers have the
// same p on every machine and every day. It is a package of its own so that
// each formula stands beside its source and its test, and none beside the
// layout of a table.
package statistics

import "math/bits"

// draw returns a number in [0, n) from 64 random bits, without the bias that
// matters at sizes like these (Lemire 2019, without rejection).
func draw(random uint64, n int) int {
	high, _ := bits.Mul64(random, uint64(n))
	return int(high)
}
