package nn

import "fmt"

// seriesOf reads a shape as a series: [steps, features], or [height, width,
// channels], a picture whose rows are the steps.
func seriesOf(s Shape) (steps, features int, err error) {
	switch len(s) {
	case 2:
		return s[0], s[1], nil
	case 3:
		return s[0], s[1] * s[2], nil
	}
	return 0, 0, fmt.Errorf("it needs a series, steps × features, or a picture, whose rows become the steps; repeat, reshape, or return: sequence in front of it makes one")
}

// interleave turns rows of series around: row e of x, [rows × steps·features],
// has all steps of an example; block t of y, [steps × rows × features], has step
// t of all examples. It copies those of examples low … high − 1.
func interleave(y, x []float32, rows, steps, features, low, high int) {
	for e := low; e < high; e++ {
		for t := range steps {
			copy(y[(t*rows+e)*features:(t*rows+e+1)*features], x[(e*steps+t)*features:])
		}
	}
}

// separate is interleave backwards, from y to x.
func separate(x, y []float32, rows, steps, features, low, high int) {
	for e := low; e < high; e++ {
		for t := range steps {
			copy(x[(e*steps+t)*features:(e*steps+t+1)*features], y[(t*rows+e)*features:])
		}
	}
}
