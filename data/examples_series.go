package data

import (
	"context"
	"fmt"

	"hourglass.dev/hourglass/nn"
)

// SeriesExamples hands the windows of a long series in a CSV file, or in an array
// of steps × columns in npy, to do, with the numbers of their first steps, from
// 0. Windows begin as many steps apart as those that the model was trained on,
// but no further than a window is long; where they leave steps over at the end,
// one more window ends with the series. So every step is in one. Of what else
// [Examples] reads, the windows that files and arrays hold already, starts is nil.
// In all else it is as Examples.
func SeriesExamples(ctx context.Context, path string, w Wanted, rows int, do func(x *nn.Matrix, starts []int) error) error {
	b := &batch{Wanted: w, ctx: ctx, x: nn.NewMatrix(rows, w.Shape.Size()), whole: true}
	b.do = func(x *nn.Matrix, _ []string) error {
		starts := b.starts
		b.starts = b.starts[:0]
		return do(x, starts)
	}
	return b.run(path)
}

// cutter cuts rows of values, as they come, into examples: rows that lie one after
// the other, or windows of a series.
type cutter struct {
	*batch
	width          int // values of a step
	window, stride int // of an example, and from one to the next, in steps
	values         []float64
	skip           int       // values before the next window
	start          int       // first step of the next window
	last           []float64 // the window before, where the last step must be in one
}

// cutter returns what cuts rows of so many values.
func (b *batch) cutter(width int) *cutter {
	c := &cutter{batch: b, width: width, window: b.x.Cols / width, stride: b.x.Cols / width}
	if s, ok := b.Source["stride"].(float64); ok && b.Source.Kind() == "series" {
		c.stride = int(s)
		if b.whole {
			c.stride = min(c.stride, c.window)
		}
	}
	return c
}

// take takes some values.
func (c *cutter) take(values []float64) error {
	c.values = append(c.values, values...)
	for len(c.values)-c.skip >= c.window*c.width {
		window := c.values[c.skip : c.skip+c.window*c.width]
		if c.whole {
			c.last = append(c.last[:0], window...)
		}
		if err := c.hand(window, c.start); err != nil {
			return err
		}
		c.skip += c.stride * c.width
		c.start += c.stride
	}
	if c.skip > 0 {
		gone := min(c.skip, len(c.values))
		c.values = c.values[:copy(c.values, c.values[gone:])]
		c.skip -= gone
	}
	return nil
}

// hand hands a window on.
func (c *cutter) hand(window []float64, start int) error {
	if c.whole {
		c.starts = append(c.starts, start)
	}
	return c.add(window, "")
}

// end hands on the window that ends with the last step, where that is in none.
func (c *cutter) end() error {
	if !c.whole {
		return nil
	}
	steps := c.start + len(c.values)/c.width
	if c.last == nil {
		return fmt.Errorf("wanted at least %d steps, a window of those that the model was trained on, found %d", c.window, steps)
	}
	left := c.values[(c.window-c.stride)*c.width:]
	if len(left) == 0 {
		return nil
	}
	return c.hand(append(c.last[len(left):], left...), steps-c.window)
}

// steps tells whether the rows of an array are the steps of one long series.
func (b *batch) steps(dims []int) bool {
	return b.whole && len(dims) == 2 && dims[1] != b.x.Cols && dims[1] == b.x.Cols/b.Shape[0]
}
