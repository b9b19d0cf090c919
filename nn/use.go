package nn

// Threads sets how many threads share the work of Forward, Encode and Decode.
// It does not change any result.
func (n *Net) Threads(count int) { n.team.resize(count) }

// Close ends the net's threads. It can go on with one.
func (n *Net) Close() { n.team.close() }

// Rows is how many examples a pass has at most.
func (n *Net) Rows() int { return n.examples }

// CodeSize is the number of elements of a code.
func (n *Net) CodeSize() int { return n.widths[n.encoder-1] }

// Prior tells whether codes are drawn from a distribution that training pulls
// towards the standard normal one.
func (n *Net) Prior() bool {
	_, gaussian := n.layers[n.encoder-1].(*gaussian)
	return gaussian
}
