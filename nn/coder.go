package nn

// Coder is a model that turns examples into codes and these into
// reconstructions: at most 256 rows at a time, results valid until the next call.
type Coder interface {
	Reconstructor
	Encode(x *Matrix) *Matrix // [rows × code]
	Decode(h *Matrix) *Matrix // [rows × elements]
	CodeSize() int            // 0 where there is no code, and Encode and Decode are not to be called
}
