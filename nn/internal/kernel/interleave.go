package kernel

// Interleave puts up to Lanes examples, rows of x, side by side: dst[j*Lanes+l] = x[l*cols+j]. Lanes without an example
// repeat the last one.
func Interleave(dst, x []float32, rows, cols int, s *Scratch) {
	mustMatch("Interleave", rows*cols, len(x))
	mustMatch("Interleave", cols*Lanes, len(dst))
	whole := 0
	if t := current.Load().lanes; t != nil && rows > 0 {
		whole = cols &^ (Lanes - 1)
		for first := 0; first < Lanes && whole > 0; first += t.tiling.lanes {
			begin := min(first, rows-1)
			offsets := s.tiled.spread(t.tiling.lanes, rows-begin, cols)
			t.tiling.transpose(&dst[first], &x[begin*cols], offsets, 4*Lanes, whole)
		}
	}
	for l := range Lanes {
		row := x[min(l, rows-1)*cols:][:cols]
		for j := whole; j < cols; j++ {
			dst[j*Lanes+l] = row[j]
		}
	}
}

// Deinterleave takes up to Lanes examples apart: x[l*cols+j] = src[j*Lanes+l].
func Deinterleave(x, src []float32, rows, cols int, s *Scratch) {
	mustMatch("Deinterleave", rows*cols, len(x))
	mustMatch("Deinterleave", cols*Lanes, len(src))
	whole := 0
	if t := current.Load().lanes; t != nil {
		lanes := t.tiling.lanes
		whole = cols &^ (lanes - 1)
		offsets := s.tiled.spread(lanes, lanes, Lanes)
		for j := 0; j < whole; j += lanes {
			n := rows &^ (lanes - 1)
			if n > 0 {
				t.tiling.transpose(&x[j], &src[j*Lanes], offsets, 4*cols, n)
			}
			for l := n; l < rows; l++ {
				for i := j; i < j+lanes; i++ {
					x[l*cols+i] = src[i*Lanes+l]
				}
			}
		}
	}
	for l := range rows {
		row := x[l*cols:][:cols]
		for j := whole; j < cols; j++ {
			row[j] = src[j*Lanes+l]
		}
	}
}
