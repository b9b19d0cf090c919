package nn

import (
	"fmt"
	"strconv"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

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

// wide is g with lanes for channels.
func (g grid) wide() grid { return grid{g.height, g.width, g.channels * kernel.Lanes} }

func (g grid) size() int { return g.height * g.width * g.channels }

// axis is how windows slide along one dimension of a grid.
type axis struct {
	in, out      int // lengths before and after
	window, step int
	before       int // padding before the first element
}

// axes returns how windows slide over a grid: along its height and its width.
// A series has one axis, and its windows the height 1.
func axes(g grid, window, step int, padding string) (vertical, horizontal axis, err error) {
	vertical = axis{in: 1, out: 1, window: 1, step: 1}
	if g.height > 1 {
		if vertical, err = newAxis(g.height, window, step, padding); err != nil {
			return vertical, horizontal, fmt.Errorf("in height, %w", err)
		}
	}
	if horizontal, err = newAxis(g.width, window, step, padding); err != nil {
		err = fmt.Errorf("in width, %w", err)
	}
	return vertical, horizontal, err
}

// newAxis places windows as TensorFlow and PyTorch do: valid ones lie inside,
// (in − window)/step + 1 of them, the rest of the input being dropped; a number
// of elements before the input and behind it makes it so much longer; for same
// there are in/step windows, rounded up, and of the padding that this needs the
// smaller half stands before the input.
func newAxis(in, window, step int, padding string) (axis, error) {
	a := axis{in: in, window: window, step: step}
	if padding == "same" {
		a.out = (in + step - 1) / step
		a.before = max((a.out-1)*step+window-in, 0) / 2
		return a, nil
	}
	a.before = padded(padding)
	switch whole := in + 2*a.before; {
	case a.before >= window:
		return a, fmt.Errorf("a window of %d would lie in a padding of %d altogether", window, a.before)
	case whole < window && a.before > 0:
		return a, fmt.Errorf("a window of %d does not fit into %d with a padding of %d on either side", window, in, a.before)
	case whole < window:
		return a, fmt.Errorf("a window of %d does not fit into %d", window, in)
	default:
		a.out = (whole-window)/step + 1
	}
	return a, nil
}

// padded returns the number that a padding is, or 0.
func padded(padding string) int {
	n, _ := strconv.Atoi(padding)
	return n
}

// normalisePadding makes a padding of 0 the same as valid.
func normalisePadding(resolved registry.Tree) {
	if resolved["padding"] == "0" {
		resolved["padding"] = "valid"
	}
}
