package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// correlating is how the gradients by weights are summed: each is the sum, over
// places of the small picture, of the product of an element of the large one
// that the place's window sees, and an element of the place.
type correlating struct {
	sliding
	columns      []segment // of the small picture: the one whose windows lie inside the large one first
	large, small int       // channels
	band         int       // rows of the small picture that stay near, with what they see
}

// nearFloats is about how many elements stay near: in the second level of the
// cache, or, for one channel, whose sums need all of them again and again, in the
// first.
const (
	nearFloats = 1 << 15
	nearOne    = 1 << 12
)

func newCorrelating(s sliding, large, small int) *correlating {
	c := &correlating{sliding: s, large: large, small: small}
	for _, inside := range []bool{true, false} {
		for _, h := range s.horizontal.gathering() {
			if (h.low == 0 && h.high == h.window) == inside {
				c.columns = append(c.columns, h)
			}
		}
	}
	row := (s.horizontal.out*small + s.horizontal.in*large*s.vertical.step) * kernel.Lanes
	near := nearFloats
	if small == 1 {
		near = nearOne
	}
	c.band = max(1, near/row)
	return c
}

// elements is the number of elements of a window.
func (c *correlating) elements() int { return c.taps() * c.large }

// add adds the products of two interleaved pictures to the sums of elements low
// to high − 1 of the window, for some columns and rows of the small picture.
func (c *correlating) add(sums, large, small []float32, columns []segment, first, beyond, low, high int) {
	v, width := c.vertical, c.horizontal.window*c.large
	for row := low / width; row*width < high; row++ {
		top, bottom := v.places(row)
		top, bottom = max(top, first), min(bottom, beyond)
		if top >= bottom {
			continue
		}
		for i := range columns {
			h := &columns[i]
			from, to := max(low-row*width, h.low*c.large), min(high-row*width, h.high*c.large)
			if from >= to {
				continue
			}
			k := kernel.Correlation{
				Rows: to - from, Cols: c.small, DstRow: c.small * kernel.Lanes, DstCol: kernel.Lanes, Runs: bottom - top, Steps: h.n,
				AStep: c.horizontal.step * c.large * kernel.Lanes, ARun: v.step * c.horizontal.in * c.large * kernel.Lanes,
				BStep: c.small * kernel.Lanes, BRun: c.horizontal.out * c.small * kernel.Lanes,
			}
			a := ((top*v.step+row-v.before)*c.horizontal.in + h.src - h.low) * c.large
			b := (top*c.horizontal.out + h.dst) * c.small
			k.Add(sums[(row*width+from)*c.small*kernel.Lanes:], large[(a+from)*kernel.Lanes:], small[b*kernel.Lanes:])
		}
	}
}

// inside is the columns whose windows lie inside the large picture, outside the others.
func (c *correlating) inside() []segment {
	if h := &c.columns[0]; h.low > 0 || h.high < h.window {
		return nil
	}
	return c.columns[:1]
}

func (c *correlating) outside() []segment { return c.columns[len(c.inside()):] }
