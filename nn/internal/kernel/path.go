package kernel

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// path is one implementation of the kernels. All paths return the same bits.
type path struct {
	name    string
	missing string // what this machine lacks to take the path; empty where it can
	product func(p *product, s *Scratch)

	peak      func(rounds int) // nothing but fused multiply-adds
	peakWidth int              // how many of them in a round

	elementwise *elementwise
	scatter     scatterTileFunc
	pooling     *pooling
	lanes       *laneTiling // nil where the path has none
}

// current is the path in use: the best that the machine has, until Use picks another.
var current atomic.Pointer[path]

func init() {
	for _, p := range paths {
		if p.missing == "" {
			current.Store(p)
			return
		}
	}
}

// Names returns the paths that this machine can take, the fastest first. The last is "generic", plain Go.
func Names() []string {
	var names []string
	for _, p := range paths {
		if p.missing == "" {
			names = append(names, p.name)
		}
	}
	return names
}

// Current returns the name of the path in use.
func Current() string { return current.Load().name }

// Use switches the whole process to the path with the given name. Results do not depend on it, only speed does.
// The error says what the machine lacks, or which names there are.
func Use(name string) error {
	for _, p := range paths {
		if p.name != name {
			continue
		}
		if p.missing != "" {
			return fmt.Errorf("kernel %s needs %s, which this machine lacks; it has %s",
				name, p.missing, strings.Join(Names(), ", "))
		}
		current.Store(p)
		return nil
	}
	return fmt.Errorf("want a kernel among %s, got %q", strings.Join(Names(), ", "), name)
}

// generic is the plain Go path, which every machine has.
var generic = path{
	name:      "generic",
	product:   productGeneric,
	peak:      peakGeneric,
	peakWidth: genericRows * genericCols,

	elementwise: &elementwiseGeneric,
	scatter:     scatterTileGeneric,
	pooling:     &poolingGeneric,
}
