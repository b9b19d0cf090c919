package kernel

import "math/bits"

// Permutation sets dst to a permutation of 0, 1, …, len(dst) − 1, each equally likely (Fisher-Yates from the end). It
// uses the stream's words from position 0 on, in order, and as many as it takes.
func (s Stream) Permutation(dst []int32) {
	for i := range dst {
		dst[i] = int32(i)
	}
	words := wordReader{stream: s}
	for i := len(dst) - 1; i > 0; i-- {
		j := words.below(uint32(i + 1))
		dst[i], dst[j] = dst[j], dst[i]
	}
}

// wordReader reads a stream from its beginning.
type wordReader struct {
	stream Stream
	words  [blockWords]uint32
	next   uint32
}

func (r *wordReader) word() uint32 {
	if r.next%blockWords == 0 {
		r.words = r.stream.block(r.next / blockWords)
	}
	w := r.words[r.next%blockWords]
	r.next++
	return w
}

// below returns a number that is uniform on [0, n), without bias (Lemire, Fast random integer generation in an
// interval, 2019): the upper half of w·n, with w drawn again in the few cases that would make some numbers likelier.
func (r *wordReader) below(n uint32) uint32 {
	high, low := bits.Mul32(r.word(), n)
	if low < n {
		for bias := -n % n; low < bias; {
			high, low = bits.Mul32(r.word(), n)
		}
	}
	return high
}
