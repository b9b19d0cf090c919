package kernel

// Scratch is the packing space of matrix products. Its size is fixed, whatever the shapes; each goroutine has its own.
type Scratch struct {
	part, parts int // this scratch computes the share of part of every product
	product     product
	generic     genericScratch
	tiled       tiledScratch
}

// NewScratch returns packing space for one goroutine, which computes whole products.
func NewScratch() *Scratch { return &Scratch{parts: 1} }

// Share makes products with this scratch compute one of so many shares. Goroutines that compute products together call
// the same products with the same arguments, each with its own scratch and its own part from 0 to parts − 1; a call then
// sets the elements of dst that are its share. All shares make up dst. They are ranges of rows or of columns, never of k,
// so that the number of parts does not change any bits.
func (s *Scratch) Share(part, parts int) { s.part, s.parts = part, parts }
