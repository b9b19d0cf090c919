// Package nn holds the building blocks of autoencoders and trains them:
// layers, activations, losses, regularisers, corruptions, bottlenecks,
// initialisers, schedules, optimisers, and the models made of them.
//
// # Conventions
//
// x is the input of a layer or a net, y its output or reconstruction, h the
// code, w and b weights and biases, dx the gradient by x. Matrices are
// row-major with one example a row.
//
// Everything is allocated when a net is built, and nothing in a training step.
//
// # Same bits everywhere
//
// Training follows the numerics contract of package kernel: float32 with
// explicit fused multiply-adds, fixed orders of summation, own elementary
// functions, and random numbers that are a function of seed, purpose, epoch,
// step and position. [Numerics] is its version.
package nn
