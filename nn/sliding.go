package nn

import (
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// sliding is how windows slide over a picture: each place of the small one sees
// a window of the large one. In the axes, in is the length of the large one and
// out that of the small one.
type sliding struct{ vertical, horizontal axis }

// taps is the number of elements of a window.
func (s *sliding) taps() int { return s.vertical.window * s.horizontal.window }

// segment is a stretch of an axis whose elements see the same part of their
// windows: dst, dst + dstStep, … see elements low to high − 1, beginning at
// src, src + srcStep, …
type segment struct {
	dst, dstStep, src, srcStep int
	n                          int
	low, high                  int
	window, phase              int // the length of the window, and which one it is
}

// gathering returns the segments of the small picture, which sees the large one.
func (a axis) gathering() []segment {
	all := make([]segment, 0, a.out)
	for o := range a.out {
		at := o*a.step - a.before
		low, high := max(0, -at), min(a.window, a.in-at)
		all = append(all, segment{dst: o, dstStep: 1, src: at + low, srcStep: a.step, n: 1, low: low, high: max(low, high), window: a.window})
	}
	return merged(all)
}

// scattering returns the segments of the large picture, phase after phase:
// which places of the small one see it. An element's places stand in order, and
// so do the elements of the window through which they see it, from the last on.
func (a axis) scattering() []segment {
	var all []segment
	for q := range a.step {
		var phase []segment
		for o := range a.in {
			if (o+a.before)%a.step != q {
				continue
			}
			at := (o+a.before)/a.step - a.phase(q) + 1
			low, high := max(0, -at), min(a.phase(q), a.out-at)
			phase = append(phase, segment{dst: o, dstStep: a.step, src: at + low, srcStep: 1, n: 1, low: low, high: max(low, high), window: a.phase(q), phase: q})
		}
		all = append(all, merged(phase)...)
	}
	return all
}

// phase returns how many places of the small picture see an element of the
// large one, at most, where q is the distance of the element from a window's
// beginning, modulo the step.
func (a axis) phase(q int) int { return max(0, (a.window-q+a.step-1)/a.step) }

// merged joins neighbours that see the same part of their windows.
func merged(all []segment) []segment {
	var out []segment
	for _, s := range all {
		if len(out) > 0 {
			last := &out[len(out)-1]
			if last.low == s.low && last.high == s.high && last.src+last.n*s.srcStep == s.src {
				last.n++
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// places returns the places of the small picture whose window has its element
// tap inside the large one.
func (a axis) places(tap int) (low, high int) {
	low = max(0, (a.before-tap+a.step-1)/a.step)
	last := a.in - 1 + a.before - tap
	if last < 0 {
		return low, low
	}
	return low, max(low, min(a.out, last/a.step+1))
}

// weighing is a part of a picture whose elements see the same part of their
// windows, and where it begins in the operands.
type weighing struct {
	kernel.Weighing
	dst, x, w int
	firstRow  int // of dst
	complete  int // rows of dst that are complete once this part is
}

// bandFloats is about how many elements of a result are computed at a time.
const bandFloats = 1 << 15

// plan returns the parts of a picture with so many rows of so many pixels, of out
// channels, that sees one with rows of pitch pixels, of in channels, through
// windows whose weights begin at weights(vertical, horizontal) for each phase.
func plan(vertical, horizontal []segment, height, width, pitch, in, out int, weights func(v, h segment) int) []weighing {
	var parts []weighing
	band := max(1, bandFloats/(width*out*kernel.Lanes))
	for _, whole := range vertical {
		for first := 0; first < whole.n; first += band {
			v := whole
			v.n = min(band, whole.n-first)
			v.dst, v.src = v.dst+first*v.dstStep, v.src+first*v.srcStep
			for _, h := range horizontal {
				parts = append(parts, part(v, h, width, pitch, in, out, weights(v, h)))
			}
		}
	}
	slices.SortStableFunc(parts, func(a, b weighing) int { return a.firstRow - b.firstRow })
	for i := range parts {
		parts[i].complete = height
		if i+1 < len(parts) {
			parts[i].complete = parts[i+1].firstRow
		}
	}
	return parts
}

// part returns the part of a picture in two segments.
func part(v, h segment, width, pitch, in, out, weights int) weighing {
	size := in * out
	p := weighing{
		dst: (v.dst*width + h.dst) * out * kernel.Lanes, x: (v.src*pitch + h.src) * in * kernel.Lanes,
		w: weights + (v.low*h.window+h.low)*size, firstRow: v.dst,
		Weighing: kernel.Weighing{
			Lines: v.n, DstLine: v.dstStep * width * out * kernel.Lanes, XLine: v.srcStep * pitch * in * kernel.Lanes,
			Pixels: h.n, DstPixel: h.dstStep * out * kernel.Lanes, XPixel: h.srcStep * in * kernel.Lanes,
			Filters: out, Runs: v.high - v.low, Steps: (h.high - h.low) * in, XRun: pitch * in * kernel.Lanes, WRun: h.window * size,
		},
	}
	if h.n == 1 { // a column is a row turned around
		p.Lines, p.Pixels, p.DstPixel, p.XPixel = 1, v.n, p.DstLine, p.XLine
	}
	if p.Runs == 0 || p.Steps == 0 {
		p.x, p.w = 0, 0
	}
	return p
}

// gather returns how the small picture, of out channels, is computed from the
// large one, of in channels, with weights [taps × in × out].
func (s *sliding) gather(in, out int) []weighing {
	v, h := s.vertical, s.horizontal
	return plan(v.gathering(), h.gathering(), v.out, h.out, h.in, in, out, func(v, h segment) int { return 0 })
}

// scatter returns how the large picture, of out channels, is computed from the
// small one, of in channels, with weights as phases orders them.
func (s *sliding) scatter(in, out int) []weighing {
	v, h := s.vertical, s.horizontal
	return plan(v.scattering(), h.scattering(), v.in, h.in, h.out, in, out, func(row, column segment) int {
		at := 0
		for q := range row.phase {
			at += v.phase(q) * h.window
		}
		for r := range column.phase {
			at += v.phase(row.phase) * h.phase(r)
		}
		return at * in * out
	})
}

// phases orders the weights w, [taps × size], for scatter: phase after phase,
// the elements of the window that belong to it, from the last on.
func (s *sliding) phases(ordered, w []float32, size int) {
	v, h := s.vertical, s.horizontal
	for q := range v.step {
		for r := range h.step {
			for row := v.phase(q) - 1; row >= 0; row-- {
				for column := h.phase(r) - 1; column >= 0; column-- {
					tap := (q+row*v.step)*h.window + r + column*h.step
					copy(ordered, w[tap*size:(tap+1)*size])
					ordered = ordered[size:]
				}
			}
		}
	}
}
