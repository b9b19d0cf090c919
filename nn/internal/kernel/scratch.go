package kernel

// Scratch is the packing space of matrix products. Its size is fixed, whatever the shapes; each goroutine has its own.
type Scratch struct {
	product product
	generic genericScratch
	tiled   tiledScratch
}

// NewScratch returns packing space for one goroutine.
func NewScratch() *Scratch { return new(Scratch) }
