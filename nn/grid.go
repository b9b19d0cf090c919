package nn

import "fmt"

// grid is a shape read as a picture: series are pictures of height 1.
type grid struct{ height, width, channels int }

// gridOf reads a shape [steps, features] or [height, width, channels].
func gridOf(s Shape) (grid, error) {
	switch len(s) {
	case 2:
		return grid{1, s[0], s[1]}, nil
	case 3:
		return grid{s[0], s[1], s[2]}, nil
	}
	return grid{}, fmt.Errorf("it needs a picture, height × width × channels, or a series, steps × features; reshape makes one")
}

// like returns g as a shape of the same kind as s.
func (g grid) like(s Shape) Shape {
	if len(s) == 2 {
		return Shape{g.width, g.channels}
	}
	return Shape{g.height, g.width, g.channels}
}

func (g grid) size() int { return g.height * g.width * g.channels }

// axis is how windows slide along one dimension of a grid.
type axis struct {
	in, out      int // lengths before and after
	window, step int
	before       int // padding before the first element
}

// axes returns how windows slide over a grid: along its height and its width.
// A series has one axis, and its windows the height 1.
func axes(g grid, window, step int, same bool) (vertical, horizontal axis, err error) {
	vertical = axis{in: 1, out: 1, window: 1, step: 1}
	if g.height > 1 {
		if vertical, err = newAxis(g.height, window, step, same); err != nil {
			return vertical, horizontal, fmt.Errorf("in height, %w", err)
		}
	}
	if horizontal, err = newAxis(g.width, window, step, same); err != nil {
		err = fmt.Errorf("in width, %w", err)
	}
	return vertical, horizontal, err
}

// newAxis places windows as TensorFlow and PyTorch do: valid ones lie inside,
// (in − window)/step + 1 of them, the rest of the input being dropped; for
// same there are in/step of them, rounded up, and of the padding that this
// needs the smaller half stands before the input.
func newAxis(in, window, step int, same bool) (axis, error) {
	a := axis{in: in, window: window, step: step}
	if same {
		a.out = (in + step - 1) / step
		a.before = max((a.out-1)*step+window-in, 0) / 2
		return a, nil
	}
	if in < window {
		return a, fmt.Errorf("a window of %d does not fit into %d", window, in)
	}
	a.out = (in-window)/step + 1
	return a, nil
}

// taps returns, for each place of the output and each element of the window,
// the element of the input that it sees, or −1 in the padding.
func (a axis) taps() []int {
	taps := make([]int, 0, a.out*a.window)
	for o := range a.out {
		for k := range a.window {
			i := o*a.step + k - a.before
			if i < 0 || i >= a.in {
				i = -1
			}
			taps = append(taps, i)
		}
	}
	return taps
}

// adjoint returns, for each element of the input and each element of the
// window, the place of the output that sees it there, or −1.
func (a axis) adjoint() []int {
	taps := make([]int, 0, a.in*a.window)
	for i := range a.in {
		for k := range a.window {
			at := i + a.before - k
			if at < 0 || at%a.step != 0 || at/a.step >= a.out {
				taps = append(taps, -1)
			} else {
				taps = append(taps, at/a.step)
			}
		}
	}
	return taps
}

// turned returns how the output, with step 1, is seen from the input by windows
// that slide forwards, whose elements stand in the opposite order.
func (a axis) turned() axis {
	return axis{in: a.out, out: a.in, window: a.window, step: 1, before: a.window - 1 - a.before}
}
