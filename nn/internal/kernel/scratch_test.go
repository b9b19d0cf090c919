package kernel

// NewShares returns scratches for goroutines that compute products together.
func NewShares(n int) []*Scratch {
	all := make([]*Scratch, n)
	for i := range all {
		all[i] = NewScratch()
		all[i].Share(i, n)
	}
	return all
}
