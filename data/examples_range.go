package data

import (
	"fmt"
	"math"
)

// pictures tells whether values outside of the range of the data are a mistake,
// and no anomaly.
func (w Wanted) pictures() bool { return len(w.Shape) == 3 && w.Low == 0 && w.High == 1 }

// mustLieWithin refuses a picture with values that no picture has.
func (b *batch) mustLieWithin(row []float32) error {
	if !b.pictures() {
		return nil
	}
	for i, v := range row {
		if float64(v) >= b.Low-b.Noise && float64(v) <= b.High+b.Noise {
			continue
		}
		hint := "divide by 255, or what else the largest value is"
		if v >= -1 && v <= 2 {
			hint = "keep them there where that is noise, as numpy.clip does, or scale them as the model's were"
		}
		return fmt.Errorf("example %d: element %d is %v, and the model was trained on pictures with values in [%g, %g]; %s", b.seen+b.n, i, v, b.Low, b.High, hint)
	}
	return nil
}

// ranges is what is known of the values of all examples.
type ranges struct {
	examples  int
	far       int // examples with a value far outside of the model's range
	low, high float64
}

// add takes an example.
func (r *ranges) add(row []float32, w Wanted) {
	low, high := row[0], row[0]
	for _, v := range row {
		low, high = min(low, v), max(high, v)
	}
	if r.examples == 0 {
		r.low, r.high = float64(low), float64(high)
	}
	r.examples++
	r.low, r.high = min(r.low, float64(low)), max(r.high, float64(high))
	if span := w.High - w.Low; float64(low) < w.Low-span || float64(high) > w.High+span {
		r.far++
	}
}

// What looks wrong: a share of the examples that lie as far outside of the model's
// range as that is wide, or a range, of so many examples or more, that is a small
// share of it. Single ones may well do so.
const (
	farShare    = 0.5
	narrowShare = 0.1
	narrowCount = 10
)

// doubt says why the examples seem to be scaled otherwise than the model's data,
// or "".
func (r *ranges) doubt(w Wanted) string {
	span := w.High - w.Low
	switch {
	case math.IsInf(span, 0) || math.IsNaN(span) || r.examples == 0:
		return ""
	case float64(r.far) > farShare*float64(r.examples):
		return fmt.Sprintf("%d of %d examples have values far outside of [%.4g, %.4g], where those lay that the model was trained on%s; are they in the same units?", r.far, r.examples, w.Low, w.High, w.scaled())
	case r.examples >= narrowCount && r.high-r.low < narrowShare*span:
		return fmt.Sprintf("all values lie in [%.4g, %.4g], and those that the model was trained on in [%.4g, %.4g]%s; are they in the same units?", r.low, r.high, w.Low, w.High, w.scaled())
	}
	return ""
}

// scaled says of which values a range is.
func (w Wanted) scaled() string {
	if w.Scaling == nil {
		return ""
	}
	return " (after scaling)"
}
