// Package kernel is the arithmetic of nn: matrix products, elementwise functions, optimiser steps and random numbers
// over contiguous row-major float32 slices.
//
// Every function is defined by a plain Go loop in its doc comment, down to the order of its operations and which of
// them are fused. The generic path follows that loop to the letter, the assembly of the other paths returns the same
// bits. Only the sign and payload of a NaN are left open.
//
// Functions panic with a message that starts with "kernel: " where lengths do not fit. Nothing allocates after its
// setup, and nothing reads the environment: Use picks the path.
package kernel
