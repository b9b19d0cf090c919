package nn

// Windows says where the examples of a split lie in a long series, of which
// they are windows. It belongs to a matrix of them, [windows × steps·features].
type Windows struct {
	Starts []int32 // first step of each example, rising
	Labels []int32 // class of each step of the series, or nil
	// Rest is one more window, [1 × steps·features], where the examples leave
	// steps over at the end of their part of the series: it ends with it, and
	// begins at RestStart. It is nil elsewhere.
	Rest      *Matrix
	RestStart int32
}
