package kernel

// blockWords is the number of 32-bit words that Philox makes of one counter.
const blockWords = 4

// maxPositions is the length of a stream: a counter leaves 32 bits for the block.
const maxPositions = 1 << 34

// Stream is an endless row of random words that nothing has to advance: the word at a position is a function of the
// stream's fields and that position alone.
//
// The word at position p is word p mod 4 of Philox4x32-10 with the key (Seed's low half, Seed's high half) and the
// counter (p/4, Step, Epoch, Purpose). Hence two streams never share a counter, and any stretch of one can be drawn
// in any order and in pieces of any size. Positions end before 2³⁴.
type Stream struct {
	Seed                 uint64
	Purpose, Epoch, Step uint32
}

// block returns the four words at positions 4·index and on.
func (s *Stream) block(index uint32) [blockWords]uint32 {
	return philox([4]uint32{index, s.Step, s.Epoch, s.Purpose}, [2]uint32{uint32(s.Seed), uint32(s.Seed >> 32)})
}

// Uint32s sets dst[i] to the word at position first + i.
func (s Stream) Uint32s(dst []uint32, first uint64) {
	mustStayInStream(first, len(dst))
	for len(dst) > 0 {
		b := s.block(uint32(first / blockWords))
		n := copy(dst, b[first%blockWords:])
		dst, first = dst[n:], first+uint64(n)
	}
}

// Uniforms sets dst[i] to a number that is uniform on [0, 1): the upper 24 bits of the word at position first + i,
// times 2⁻²⁴.
func (s Stream) Uniforms(dst []float32, first uint64) {
	mustStayInStream(first, len(dst))
	e := current.Load().elementwise
	n := e.rounds(len(dst), first)
	if n > 0 {
		e.uniforms(&dst[0], s.counter(first), n)
	}
	s.uniformsGeneric(dst[n:], first+uint64(n))
}

// counter returns the words that assembly wants: the counter of the block at a position, then the key.
func (s *Stream) counter(first uint64) [6]uint32 {
	return [6]uint32{
		uint32(first / blockWords), s.Step, s.Epoch, s.Purpose, uint32(s.Seed), uint32(s.Seed >> 32),
	}
}

// rounds returns how many of n numbers from a position on assembly draws: whole pairs of vectors from the start of a
// block.
func (e *elementwise) rounds(n int, first uint64) int {
	if first%blockWords != 0 || e.rest < 0 {
		return 0
	}
	return n &^ (2*e.rest + 1)
}

func (s *Stream) uniformsGeneric(dst []float32, first uint64) {
	for len(dst) > 0 {
		b := s.block(uint32(first / blockWords))
		var u [blockWords]float32
		for i, w := range b {
			u[i] = uniform(w)
		}
		n := copy(dst, u[first%blockWords:])
		dst, first = dst[n:], first+uint64(n)
	}
}

func uniform(w uint32) float32 {
	return float32(int32(w>>8)) * 0x1p-24
}

// Mask sets dst[i] to 1 where the uniform number at position first + i is below keep, and to 0 elsewhere.
func (s Stream) Mask(dst []float32, first uint64, keep float32) {
	mustStayInStream(first, len(dst))
	e := current.Load().elementwise
	n := e.rounds(len(dst), first)
	if n > 0 {
		e.mask(&dst[0], s.counter(first), n, keep)
	}
	s.maskGeneric(dst[n:], first+uint64(n), keep)
}

func (s *Stream) maskGeneric(dst []float32, first uint64, keep float32) {
	for len(dst) > 0 {
		b := s.block(uint32(first / blockWords))
		var u [blockWords]float32
		for i, w := range b {
			if uniform(w) < keep {
				u[i] = 1
			}
		}
		n := copy(dst, u[first%blockWords:])
		dst, first = dst[n:], first+uint64(n)
	}
}

func mustStayInStream(first uint64, n int) {
	if first > maxPositions || uint64(n) > maxPositions-first {
		panic("kernel: a stream ends at position 2^34")
	}
}
