package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// poolCases are channels, places, their distance and taps.
func poolCases() (cases [][4]int, taps [][]int) {
	for _, channels := range []int{1, 3, 7, 8, 9, 16, 17, 40} {
		row := 12 * channels
		cases = append(cases, [4]int{channels, 5, 2 * channels}, [4]int{channels, 9, channels}, [4]int{channels, 1, row})
		two := []int{0, channels, row, row + channels}
		taps = append(taps, two, []int{0, channels, 2 * channels, row, row + channels}, []int{2 * channels})
	}
	return cases, taps
}

// pooledFrom returns random elements, many of them equal, some without a number and some zeros with a sign.
func pooledFrom(n int) between {
	b := surrounded(n)
	for i := range b.inner {
		switch rand.IntN(8) {
		case 0:
			b.inner[i] = float32(math.NaN())
		case 1:
			b.inner[i] = float32(math.Copysign(0, -1))
		default:
			b.inner[i] = float32(rand.IntN(3) - 1)
		}
	}
	return b
}

// On every path the pools are what plain Go makes of them, bit by bit.
func TestPool(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		cases, taps := poolCases()
		for i, c := range cases {
			channels, places, step := c[0], c[1], c[2]
			seen := (places-1)*step + taps[i][len(taps[i])-1] + channels
			x, dy := pooledFrom(seen), pooledFrom(places*channels)
			what := fmt.Sprintf("%d places of %d channels, %d apart, taps %v", places, channels, step, taps[i])
			testMaxPool(t, what, x, dy, taps[i], step, places, channels)
			testSumPool(t, what, x, dy, taps[i], step, places, channels)
		}
	})
}

func testMaxPool(t *testing.T, what string, x, dy between, taps []int, step, places, channels int) {
	t.Helper()
	y, dx := surrounded(places*channels), surrounded(len(x.inner))
	chosen := make([]int32, places*channels)
	want, wantFrom := make([]float32, len(y.inner)), make([]int32, len(chosen))
	wantGrad := append([]float32{}, dx.inner...)
	for i := range want {
		p, c := i/channels, i%channels
		want[i], wantFrom[i] = x.inner[p*step+taps[0]+c], int32(taps[0])
		for _, tap := range taps[1:] {
			if v := x.inner[p*step+tap+c]; v > want[i] {
				want[i], wantFrom[i] = v, int32(tap)
			}
		}
		for _, tap := range taps {
			if wantFrom[i] == int32(tap) {
				wantGrad[p*step+tap+c] += dy.inner[i]
			}
		}
	}
	MaxPool(y.inner, chosen, x.inner, taps, step, channels)
	MaxPoolGrad(dx.inner, dy.inner, chosen, taps, step, channels)
	for i := range chosen {
		if chosen[i] != wantFrom[i] {
			t.Fatalf("%s: element %d is from %d, want %d", what, i, chosen[i], wantFrom[i])
		}
	}
	y.compareBits(t, what, want)
	dx.compareBits(t, what+", gradient", wantGrad)
}

func testSumPool(t *testing.T, what string, x, dy between, taps []int, step, places, channels int) {
	t.Helper()
	const scale = 1. / 3
	y, dx := surrounded(places*channels), surrounded(len(x.inner))
	want, wantGrad := make([]float32, len(y.inner)), append([]float32{}, dx.inner...)
	for i := range want {
		p, c := i/channels, i%channels
		for _, tap := range taps {
			want[i] += x.inner[p*step+tap+c]
			wantGrad[p*step+tap+c] += float32(dy.inner[i] * scale)
		}
		want[i] *= scale
	}
	SumPool(y.inner, x.inner, scale, taps, step, channels)
	SumPoolGrad(dx.inner, dy.inner, scale, taps, step, channels)
	y.compareBits(t, what+", sums", want)
	dx.compareBits(t, what+", gradient by sums", wantGrad)
}

// compareBits is compare where elements may have no number, which equal each other.
func (b between) compareBits(t *testing.T, what string, want []float32) {
	t.Helper()
	for i, v := range b.inner {
		if math.Float32bits(v) == math.Float32bits(want[i]) || v != v && want[i] != want[i] {
			want[i], b.inner[i] = 0, 0
			continue
		}
		t.Fatalf("%s: element %d is %v, want %v", what, i, v, want[i])
	}
	b.compare(t, what, want)
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
