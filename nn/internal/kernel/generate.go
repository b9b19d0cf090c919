package kernel

// The assembly of arm64. This stands here because go generate, run on amd64, passes over the files of arm64.
//go:generate go run -C _asm ./neon -out ..
