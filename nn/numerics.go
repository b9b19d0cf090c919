package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// Numerics is the version of the arithmetic: every change of the bits of a
// training raises it, and it is part of a trial's identity.
const Numerics = 2

// Kernels returns the implementations of the arithmetic that this machine can
// run, the fastest first: "avx512", "avx2", "generic" on amd64, "neon",
// "generic" on arm64. All return the same bits.
func Kernels() []string { return kernel.Names() }

// Kernel returns the implementation in use.
func Kernel() string { return kernel.Current() }

// UseKernel picks an implementation for the whole process. It fails where the
// machine lacks it.
func UseKernel(name string) error { return kernel.Use(name) }

// Peak measures the floating-point operations per second that one core can do
// as independent fused multiply-adds, with the implementation in use: what
// products are held against. It takes some 20 ms. As clocks change under load,
// compare only numbers of the same moment.
func Peak() float64 { return kernel.Peak() * 1e9 }
