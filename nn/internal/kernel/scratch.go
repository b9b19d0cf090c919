package kernel

// Scratch is the packing space of matrix products. Its size is fixed, whatever the shapes; each goroutine has its own.
type Scratch struct {
	part, parts int // this scratch computes the share of part of every product
	product     product
	generic     genericScratch
	tiled       tiledScratch
}

// NewScratch returns packing space for one goroutine.
func NewScratch() *Scratch { return NewShares(1)[0] }

// NewShares returns packing space for n goroutines that compute products together. Each of them calls the same
// products with the same arguments and its own scratch; a call then sets the elements of dst that are its share. The
// shares of all n make up dst. They are ranges of rows or of columns, never of k, so that n does not change any bits.
func NewShares(n int) []*Scratch {
	all := make([]*Scratch, n)
	for i := range all {
		all[i] = &Scratch{part: i, parts: n}
	}
	return all
}
