package nn

import "testing"

// By hand: the elements differ by 0.5, −1, 0 and 2.
func TestErrorsOfAnExample(t *testing.T) {
	x, y := []float32{1, 2, 3, 4}, []float32{0.5, 3, 3, 2}
	for measure, want := range map[string]float64{"mse": (0.25 + 1 + 4) / 4, "l1": 3.5 / 4, "max": 2} {
		if got := ExampleError(measure, y, x); got != want {
			t.Errorf("%s is %v, want %v", measure, got, want)
		}
	}
	field := evaluations.Kind("anomaly").Field("score")
	for i, measure := range ErrorMeasures {
		if field.Enum[i] != measure {
			t.Errorf("the evaluation of anomalies offers %v, not %v", field.Enum, ErrorMeasures)
		}
	}
}
