package data

import (
	"fmt"

	"hourglass.dev/hourglass/nn"
)

// Windows says where the examples of a set lie in a series, which is what it
// takes to put them together again.
type Windows struct {
	Window, Stride int
	// Begin of each window: the number, from 0, of its first step in the file
	// that it comes from.
	TrainStarts, ValidationStarts, TestStarts []int32
	Steps                                     int // in the training file
	TestSteps                                 int // in the test file; 0 where the test part is the end of the training file
	// Classes of the steps of the training file and, where there is one, of the
	// test file; nil where they have none.
	StepLabels, TestStepLabels []int32
	// Rest is the window that ends with the test part, where the others leave
	// steps over at its end, [1 × steps·columns], and nil elsewhere. It is no
	// example.
	Rest      *nn.Matrix
	RestStart int32
}

// Train says where the training examples lie.
func (w *Windows) Train() *nn.Windows {
	return &nn.Windows{Starts: w.TrainStarts, Labels: w.StepLabels}
}

// Validation says where the examples lie that are held out; nil where there are none.
func (w *Windows) Validation() *nn.Windows {
	if w.ValidationStarts == nil {
		return nil
	}
	return &nn.Windows{Starts: w.ValidationStarts, Labels: w.StepLabels}
}

// Test says where the test examples lie.
func (w *Windows) Test() *nn.Windows {
	labels := w.StepLabels
	if w.TestSteps > 0 {
		labels = w.TestStepLabels
	}
	return &nn.Windows{Starts: w.TestStarts, Labels: labels, Rest: w.Rest, RestStart: w.RestStart}
}

// part leaves out training windows that reach into the first validation window.
func (w *Windows) part() error {
	if len(w.ValidationStarts) == 0 {
		w.ValidationStarts = nil
		return nil
	}
	apart := 0
	for apart < len(w.TrainStarts) && int(w.TrainStarts[apart])+w.Window <= int(w.ValidationStarts[0]) {
		apart++
	}
	if apart == 0 {
		return fmt.Errorf("validation: every training window shares steps with the %d validation windows", len(w.ValidationStarts))
	}
	w.TrainStarts = w.TrainStarts[:apart]
	return nil
}

// takeRest takes the window that ends with the test part, where the others are as
// many as fit and yet leave steps over.
func (w *Windows) takeRest(steps *nn.Matrix, end int) {
	last := int(w.TestStarts[len(w.TestStarts)-1])
	if last+w.Window == end || last+w.Stride+w.Window <= end { // the second: there are more, left out by a limit
		return
	}
	w.RestStart = int32(end - w.Window)
	w.Rest = windows(steps, []int32{w.RestStart}, w.Window, nil).x
}

// covered are the steps that lie in windows with these starts, which rise, each once.
func covered(starts []int32, window int) []int32 {
	var steps []int32
	next := int32(0)
	for _, start := range starts {
		for step := max(next, start); step < start+int32(window); step++ {
			steps = append(steps, step)
		}
		next = start + int32(window)
	}
	return steps
}

// windows copies the windows with these starts out of a series of steps.
func windows(steps *nn.Matrix, starts []int32, window int, labels []int32) table {
	if len(starts) == 0 {
		return table{}
	}
	x := nn.NewMatrix(len(starts), window*steps.Cols)
	for i, start := range starts {
		copy(x.Row(i), steps.Data[int(start)*steps.Cols:])
	}
	return table{x: x, labels: labels}
}
