package data

// resize sets x, height × width × channels, to the picture in that size, each
// value divided by 65535. A pixel is the mean of the area that it covers: with
// H source rows and h rows of the result, row i covers [i·H, (i + 1)·H) in units
// of 1/h of a source row, which is [k·h, (k + 1)·h) for row k, and columns
// alike. Overlaps are whole numbers, and so is the sum of samples times
// overlaps, at most 65535·H·W; it is divided once, in float64, and rounded to
// float32. In its own size a picture stays as it is.
func (s samples) resize(x []float32, height, width int) {
	sums := make([]uint64, s.channels)
	whole := float64(s.height) * float64(s.width) * 65535
	for i := range height {
		for j := range width {
			clear(sums)
			s.cover(sums, i, j, height, width)
			for c, sum := range sums {
				x[(i*width+j)*s.channels+c] = float32(float64(sum) / whole)
			}
		}
	}
}

// cover adds the samples under pixel (i, j) of the result, times the area of
// theirs that lies there.
func (s samples) cover(sums []uint64, i, j, height, width int) {
	for k := i * s.height / height; k*height < (i+1)*s.height; k++ {
		high := overlap(k*height, height, i*s.height, s.height)
		for l := j * s.width / width; l*width < (j+1)*s.width; l++ {
			area := uint64(high * overlap(l*width, width, j*s.width, s.width))
			at := (k*s.width + l) * s.channels
			for c := range sums {
				sums[c] += area * uint64(s.values[at+c])
			}
		}
	}
}

// overlap is the length that [a, a + n) and [b, b + m) share.
func overlap(a, n, b, m int) int { return min(a+n, b+m) - max(a, b) }
