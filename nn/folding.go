package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// folding leads from the weights of a convolution over an upsampled picture to
// those of a transposed convolution over the picture itself, which comes to the
// same with fewer products: with 3 × 3 windows and twice the size, to 4 of 9.
//
// Output o of the convolution sees, through element k of its window, the
// element o + k − before of the upsampled picture, that is element
// (o + k − before)/size of the picture. The window of all outputs that see
// element i begins at size·i + before − (kernel − 1) and has size + kernel − 1
// elements; the output at element t of it sees i through those k with
// kernel − 1 ≤ t + k < kernel − 1 + size.
type folding struct{ vertical, horizontal fold }

// fold is that along an axis.
type fold struct{ size, kernel int }

// window is the length of the transposed convolution's window.
func (f fold) window() int { return f.size + f.kernel - 1 }

// seen returns the elements of the kernel that element t stands for.
func (f fold) seen(t int) (low, high int) {
	return max(0, f.kernel-1-t), min(f.kernel, f.kernel-1-t+f.size)
}

// axis returns how the transposed convolution's windows slide, where those of
// the convolution slide over the upsampled picture like a.
func (f fold) axis(a axis) axis {
	return axis{in: a.out, out: a.in / f.size, window: f.window(), step: f.size, before: f.kernel - 1 - a.before}
}

// each calls do with every element of the transposed convolution's window, and
// those of the kernel that it stands for, in order.
func (f *folding) each(do func(element, tap int)) {
	for t := range f.vertical.window() {
		for u := range f.horizontal.window() {
			low, high := f.vertical.seen(t)
			for k := low; k < high; k++ {
				left, right := f.horizontal.seen(u)
				for l := left; l < right; l++ {
					do(t*f.horizontal.window()+u, k*f.horizontal.kernel+l)
				}
			}
		}
	}
}

// fold sets v, [window × size], to sums of the weights w, [kernel × size].
func (f *folding) fold(v, w []float32, size int) {
	clear(v)
	f.each(func(element, tap int) {
		to := v[element*size : (element+1)*size]
		kernel.Add(to, to, w[tap*size:(tap+1)*size])
	})
}

// unfold adds the gradients by v to those by w.
func (f *folding) unfold(dw, dv []float32, size int, start kernel.Start) {
	if start == kernel.Zero {
		clear(dw)
	}
	f.each(func(element, tap int) {
		to := dw[tap*size : (tap+1)*size]
		kernel.Add(to, to, dv[element*size:(element+1)*size])
	})
}
