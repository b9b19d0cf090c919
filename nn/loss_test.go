package nn

import "testing"

func TestLossesAgainstFloat64(t *testing.T) {
	y := []float32{0.02, 0.3, 0.5, 0.75, 0.98, 0.125}
	target := []float32{0, 0.9, 0.25, 0.75, 1, 0.5}
	for _, kind := range losses.Kinds() {
		truth := lossTruths[kind.Name]
		if truth == nil {
			t.Errorf("%s has no float64 truth", kind.Name)
			continue
		}
		part := decode[Loss](t, losses, kind.Name)
		want := 0.0
		dy := make([]float32, len(y))
		part.Grad(dy, y, target, 0.5)
		for i := range y {
			want += truth(float64(y[i]), float64(target[i]))
			if y[i] == target[i] {
				continue // |d| has a kink there
			}
			along := func(v float64) float64 { return truth(v, float64(target[i])) }
			if slope := 0.5 * slope(along, float64(y[i])); !near(float64(dy[i]), slope, 1e-5) {
				t.Errorf("%s: gradient at (%g, %g) is %g, want %g", kind.Name, y[i], target[i], dy[i], slope)
			}
		}
		if got := part.Sum(y, target); !near(got, want, 1e-6) {
			t.Errorf("%s: %g, want %g", kind.Name, got, want)
		}
		if !part.Mean() {
			t.Errorf("%s: averaged over elements unless it says otherwise", kind.Name)
		}
	}
}

func TestLogitLossesAgreeWithTheirPlainForm(t *testing.T) {
	z := []float32{-6, -1, 0.25, 2, 7}
	target := []float32{0, 1, 0.5, 0.25, 1}
	for _, kind := range losses.Kinds() {
		part, ok := decode[Loss](t, losses, kind.Name).(LogitLoss)
		if !ok {
			continue
		}
		truth := func(z, t float64) float64 { return lossTruths[kind.Name](activationTruths["sigmoid"](z), t) }
		y, dz := make([]float32, len(z)), make([]float32, len(z))
		(&Sigmoid{}).Forward(y, z)
		part.GradLogits(dz, y, target, 1)
		want := 0.0
		for i := range z {
			want += truth(float64(z[i]), float64(target[i]))
			along := func(v float64) float64 { return truth(v, float64(target[i])) }
			if slope := slope(along, float64(z[i])); !near(float64(dz[i]), slope, 1e-5) {
				t.Errorf("%s: gradient at logit %g is %g, want %g", kind.Name, z[i], dz[i], slope)
			}
		}
		if got := part.SumLogits(z, target); !near(got, want, 1e-6) {
			t.Errorf("%s from logits: %g, want %g", kind.Name, got, want)
		}
	}
}
