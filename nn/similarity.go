package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// similarity computes the structural similarity of two pictures of a shape,
// [height, width, channels], and its gradient, in float64 (Wang, Bovik, Sheikh
// and Simoncelli 2004, section III.B). At each place where a window of n × n
// pixels with weights g that sum to 1 fits whole, and in each channel,
//
//	μ_y = Σ g·y      σ_y² = Σ g·y² − μ_y²      σ_yt = Σ g·y·t − μ_y·μ_t
//
//	       (2·μ_y·μ_t + c1)·(2·σ_yt + c2)
//	s = ———————————————————————————————————————
//	    (μ_y² + μ_t² + c1)·(σ_y² + σ_t² + c2)
//
// and the similarity is the mean of s over places and channels: 1 for equal
// pictures, and never more. g is a Gaussian, so that sums over windows are taken
// along rows first, then along columns.
type similarity struct {
	height, width, channels int
	window                  []float64 // n weights of a row or column
	c1, c2                  float64

	y, t    []float64
	between []float64    // after the rows, before the columns
	sums    [4][]float64 // at each place: Σ g·y, Σ g·t, Σ g·(y² + t²), Σ g·y·t
	slopes  [3][]float64 // of Σ s by the first, third and fourth of them
	spread  [3][]float64 // their sums over the windows that an element is in
	pixels  []float64    // what a sum is taken of
}

// newSimilarity makes room for pictures whose values span a range, in windows
// of an odd number n of pixels that fit into them.
func newSimilarity(shape Shape, span float64, n int, sigma, k1, k2 float64) *similarity {
	s := &similarity{
		height: shape[0], width: shape[1], channels: shape[2], window: gaussianWindow(n, sigma),
		c1: float64(k1*span) * float64(k1*span), c2: float64(k2*span) * float64(k2*span),
	}
	size, places := shape.Size(), s.rows()*s.stride()
	s.y, s.t, s.pixels = make([]float64, size), make([]float64, size), make([]float64, size)
	s.between = make([]float64, s.height*s.stride())
	for i := range s.sums {
		s.sums[i] = make([]float64, places)
	}
	for i := range s.slopes {
		s.slopes[i], s.spread[i] = make([]float64, places), make([]float64, size)
	}
	return s
}

// gaussianWindow returns the n weights e^(−d²/(2σ²)) at distances d from the
// middle, scaled so that they sum to 1.
func gaussianWindow(n int, sigma float64) []float64 {
	window, sum := make([]float64, n), 0.0
	for i := range window {
		d := float64(i - n/2)
		window[i] = kernel.Exp64(-float64(d*d) / float64(2*float64(sigma*sigma)))
		sum += window[i]
	}
	for i := range window {
		window[i] /= sum
	}
	return window
}

// rows is the number of places below each other, stride that of the elements in
// a row of places.
func (s *similarity) rows() int   { return s.height - len(s.window) + 1 }
func (s *similarity) stride() int { return (s.width - len(s.window) + 1) * s.channels }

// of returns the similarity of two pictures.
func (s *similarity) of(y, t []float32) float64 {
	s.prepare(y, t)
	total := 0.0
	for i := range s.sums[0] {
		total += s.at(i).value
	}
	return total / float64(len(s.sums[0]))
}

// grad sets dy to scale times the gradient of the similarity by y.
func (s *similarity) grad(dy, y, t []float32, scale float64) {
	s.prepare(y, t)
	for i := range s.sums[0] {
		p := s.at(i)
		mean, target := s.sums[0][i], s.sums[1][i]
		below := float64(p.b1 * p.b2)
		s.slopes[0][i] = 2 * (float64(target*(p.a2-p.a1)/below) + float64(mean*float64(p.value*(1/p.b2-1/p.b1))))
		s.slopes[1][i] = -p.value / p.b2
		s.slopes[2][i] = 2 * p.a1 / below
	}
	for i, slope := range s.slopes {
		s.back(s.spread[i], slope)
	}
	scale /= float64(len(s.sums[0]))
	for i := range dy {
		d := s.spread[0][i] + float64(2*float64(s.y[i]*s.spread[1][i])) + float64(s.t[i]*s.spread[2][i])
		dy[i] = float32(scale * d)
	}
}

// place is s at one place, a1·a2/(b1·b2), with its factors.
type place struct{ value, a1, a2, b1, b2 float64 }

func (s *similarity) at(i int) place {
	mean, target := s.sums[0][i], s.sums[1][i]
	product, squares := float64(mean*target), float64(mean*mean)+float64(target*target)
	p := place{
		a1: float64(2*product) + s.c1, a2: float64(2*(s.sums[3][i]-product)) + s.c2,
		b1: squares + s.c1, b2: (s.sums[2][i] - squares) + s.c2,
	}
	p.value = float64(p.a1*p.a2) / float64(p.b1*p.b2)
	return p
}

// prepare sets the sums over windows.
func (s *similarity) prepare(y, t []float32) {
	for i, v := range y {
		s.y[i], s.t[i] = float64(v), float64(t[i])
	}
	s.over(s.sums[0], s.y)
	s.over(s.sums[1], s.t)
	for i, v := range s.y {
		s.pixels[i] = float64(v*v) + float64(s.t[i]*s.t[i])
	}
	s.over(s.sums[2], s.pixels)
	for i, v := range s.y {
		s.pixels[i] = float64(v * s.t[i])
	}
	s.over(s.sums[3], s.pixels)
}

// over sets dst to the sums of src over the window at each place.
func (s *similarity) over(dst, src []float64) {
	across, down := s.width*s.channels, s.stride()
	clear(s.between)
	for r := range s.height {
		for i, g := range s.window {
			addScaled(s.between[r*down:(r+1)*down], g, src[r*across+i*s.channels:])
		}
	}
	clear(dst)
	for r := range s.rows() {
		for i, g := range s.window {
			addScaled(dst[r*down:(r+1)*down], g, s.between[(r+i)*down:])
		}
	}
}

// back sets dst to the sums of src over the places whose windows an element is
// in: the transpose of over.
func (s *similarity) back(dst, src []float64) {
	across, down := s.width*s.channels, s.stride()
	clear(s.between)
	for r := range s.rows() {
		for i, g := range s.window {
			addScaled(s.between[(r+i)*down:(r+i+1)*down], g, src[r*down:])
		}
	}
	clear(dst)
	for r := range s.height {
		for i, g := range s.window {
			from := r*across + i*s.channels
			addScaled(dst[from:from+down], g, s.between[r*down:])
		}
	}
}

// addScaled adds a·x[i] to y[i], for all of y.
func addScaled(y []float64, a float64, x []float64) {
	x = x[:len(y)]
	for i, v := range x {
		y[i] += float64(a * v)
	}
}
