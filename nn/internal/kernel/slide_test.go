package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// windowCases are shapes around the edges of tiles and vectors.
func windowCases() (cases []Windows) {
	for _, columns := range []int{1, 7, 12, 13, 15, 28, 33, 49} {
		for _, channels := range []int{1, 3, 8, 16, 17} {
			for _, filters := range []int{1, 2, 3, 4, 8, 9, 16, 17, 40} {
				cases = append(cases, Windows{Rows: 3, Columns: columns, Height: 3, Width: 3, Step: 1, Pitch: columns + 2, Channels: channels, Filters: filters})
			}
		}
	}
	return append(cases,
		Windows{Rows: 1, Columns: 9, Height: 1, Width: 5, Step: 1, Pitch: 14, Channels: 2, Filters: 1},
		Windows{Rows: 4, Columns: 5, Height: 3, Width: 3, Step: 2, Pitch: 12, Channels: 3, Filters: 1},
		Windows{Rows: 4, Columns: 5, Height: 2, Width: 2, Step: 3, Pitch: 15, Channels: 5, Filters: 20},
		Windows{Rows: 2, Columns: 2, Height: 5, Width: 4, Step: 1, Pitch: 5, Channels: 33, Filters: 2},
	)
}

func TestWindows(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		if !Direct() {
			t.Skip("this path lays out patches")
		}
		for _, w := range windowCases() {
			testApply(t, w)
			testGradient(t, w, 1)
			testGradient(t, w, 3)
		}
	})
}

// each calls do with the places of the elements of every product of one example: x, weights, dst.
func (w *Windows) each(do func(x, weight, dst int)) {
	for place := range w.Rows * w.Columns {
		row, column := place/w.Columns*w.Step, place%w.Columns*w.Step
		for l := range w.Height * w.Width * w.Channels {
			r, c, ch := l/(w.Width*w.Channels), l/w.Channels%w.Width, l%w.Channels
			for f := range w.Filters {
				do(((row+r)*w.Pitch+column+c)*w.Channels+ch, l*w.Filters+f, place*w.Filters+f)
			}
		}
	}
}

func testApply(t *testing.T, w Windows) {
	t.Helper()
	x, weights, bias := surrounded(w.Size()), surrounded(w.Height*w.Width*w.Channels*w.Filters), surrounded(w.Filters)
	for _, b := range [][]float32{nil, bias.inner} {
		dst, room := surrounded(w.Rows*w.Columns*w.Filters), surrounded(w.Room())
		want := make([]float32, len(dst.inner))
		for i := range want {
			if b != nil {
				want[i] = b[i%w.Filters]
			}
		}
		w.each(func(i, l, j int) { want[j] = FMA(x.inner[i], weights.inner[l], want[j]) })
		w.Apply(dst.inner, x.inner, weights.inner, b, room.inner, NewScratch())
		dst.compare(t, fmt.Sprintf("%+v", w), want)
		room.compare(t, fmt.Sprintf("room of %+v", w), room.inner)
	}
}

func testGradient(t *testing.T, w Windows, examples int) {
	t.Helper()
	x, dy := surrounded(examples*w.Size()), surrounded(examples*w.Rows*w.Columns*w.Filters)
	for _, start := range []Start{Zero, Keep} {
		for _, parts := range []int{1, 3} {
			dw := surrounded(w.Height * w.Width * w.Channels * w.Filters)
			db := surrounded(w.Filters)
			want, wantB := make([]float32, len(dw.inner)), make([]float32, w.Filters)
			if start == Keep {
				copy(want, dw.inner)
				copy(wantB, db.inner)
			}
			for i, v := range dy.inner {
				wantB[i%w.Filters] += v
			}
			for e := range examples {
				w.each(func(i, l, j int) {
					want[l] = FMA(x.inner[e*w.Size()+i], dy.inner[e*w.Rows*w.Columns*w.Filters+j], want[l])
				})
			}
			for part := range parts {
				s := NewScratch()
				s.Share(part, parts)
				w.Gradient(dw.inner, db.inner, x.inner, dy.inner, examples, start, start, s)
			}
			db.compare(t, fmt.Sprintf("biases of %+v, start %d, %d parts", w, start, parts), wantB)
			dw.compare(t, fmt.Sprintf("%+v, start %d, %d parts", w, start, parts), want)
		}
	}
}

// between are random elements between guards.
type between struct{ all, inner []float32 }

func surrounded(n int) between {
	const margin = 16
	all := make([]float32, n+2*margin)
	for i := range all {
		all[i] = guard
	}
	inner := all[margin : margin+n : margin+n]
	for i := range inner {
		inner[i] = rand.Float32() - 0.5
	}
	return between{all, inner}
}

func (b between) compare(t *testing.T, what string, want []float32) {
	t.Helper()
	for i, v := range b.inner {
		if v != want[i] {
			t.Fatalf("%s: element %d is %v, want %v", what, i, v, want[i])
		}
	}
	margin := (len(b.all) - len(b.inner)) / 2
	for i := range margin {
		if b.all[i] != guard || b.all[len(b.all)-1-i] != guard {
			t.Fatalf("%s: wrote outside", what)
		}
	}
}
