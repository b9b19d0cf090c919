package kernel

import "fmt"

// mustMatch panics unless every length in got equals want.
func mustMatch(name string, want int, got ...int) {
	for _, n := range got {
		if n != want {
			panic(mismatch(name, want, n))
		}
	}
}

func mismatch(name string, want, got int) string {
	return fmt.Sprintf("kernel: %s: slices must have equal lengths, got %d and %d", name, want, got)
}
