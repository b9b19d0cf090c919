package nn

import (
	"math"
	"slices"
	"strings"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Robustness](evaluations, "robustness", "how far noise moves reconstructions and codes")
}

// Robustness is the error against the clean examples when noise is added to
// the input, or elements of it are set to 0, and the Frobenius norm of the
// Jacobian of the code by the input, averaged over test examples.
type Robustness struct {
	Sigma   []float64 `optional:"yes" range:"(0, inf)" doc:"standard deviations of noise that is added; [0.1, 0.3, 0.5] unless given"`
	Masking []float64 `optional:"yes" range:"(0, 1)" doc:"shares of elements that are set to 0; none unless given"`
	Split   string    `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

// Normalise writes the levels out.
func (*Robustness) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseLevels(resolved, given)
}

// Names are those of the error at each level, and of the norm.
func (r *Robustness) Names(Evaluated) []string {
	names := []string{"robustness.jacobian_norm"}
	for _, sigma := range r.Sigma {
		names = append(names, atLevel("robustness", sigma)+"mse")
	}
	for _, share := range r.Masking {
		names = append(names, "robustness."+label("masking", share)+".mse")
	}
	return names
}

// chart is the name of the chart, with the levels where they are not the usual
// ones, so that two evaluations of a trial have two charts.
func (r *Robustness) chart() string {
	if slices.Equal(r.Sigma, []float64{0.1, 0.3, 0.5}) {
		return "robustness"
	}
	levels := make([]string, len(r.Sigma))
	for i, sigma := range r.Sigma {
		levels[i] = registry.FormatNumber(sigma)
	}
	return "robustness.sigma=" + strings.Join(levels, "+")
}

// Evaluate measures each level.
func (r *Robustness) Evaluate(s *Subject) *Findings {
	f := newFindings()
	chart := Chart{Name: r.chart(), Kind: "line", Title: "error against clean examples", X: "sigma", Y: "mse"}
	for _, sigma := range r.Sigma {
		mse := s.measure(s.reconstruct(noisy(s.Test, sigma)), s.Test)["mse"]
		f.Metrics[atLevel("robustness", sigma)+"mse"] = mse
		chart.Points = append(chart.Points, [2]float64{sigma, mse})
	}
	f.Charts = append(f.Charts, chart)
	for _, share := range r.Masking {
		mse := s.measure(s.reconstruct(masked(s.Test, share)), s.Test)["mse"]
		f.Metrics["robustness."+label("masking", share)+".mse"] = mse
	}
	if s.coder() == nil {
		return f.note("robustness: this model has no code, and so no Jacobian")
	}
	f.Metrics["robustness.jacobian_norm"] = jacobianNorm(s)
	return f
}

// masked returns x with a share of its elements set to 0, by chance.
func masked(x *Matrix, share float64) *Matrix {
	y := NewMatrix(x.Rows, x.Cols)
	kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationMasking}.Uniforms(y.Data, 0)
	for i, u := range y.Data {
		y.Data[i] = x.Data[i]
		if float64(u) < share {
			y.Data[i] = 0
		}
	}
	return y
}

// Jacobians are those of so many examples, along so many directions.
const (
	jacobianExamples   = 128
	jacobianDirections = 64
)

// jacobianNorm returns the mean over examples of ‖∂h/∂x‖_F. ‖J‖² is the sum of
// ‖J·v‖² over an orthonormal basis of inputs: of all units where there are few
// elements, and otherwise of normal directions v, which estimates it without bias
// (Hutchinson 1990); each example has its own, so that the errors of the
// estimates, of some 5 %, cancel in the mean. J·v comes from central differences.
func jacobianNorm(s *Subject) float64 {
	x := head(s.Test, jacobianExamples)
	squares := make([]float64, x.Rows)
	directions := min(x.Cols, jacobianDirections)
	scale := 1.0
	if directions < x.Cols {
		scale = 1 / float64(directions)
	}
	step := float32(max(s.High-s.Low, 1e-6) / 256)
	if math.IsInf(s.High-s.Low, 0) {
		step = 1.0 / 256
	}
	v := NewMatrix(x.Rows, x.Cols)
	for k := range directions {
		if directions == x.Cols {
			alongElement(v, k)
		} else {
			kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationDirections, Step: uint32(k)}.Normals(v.Data, 0)
		}
		ahead, behind := s.encode(moved(x, v, step)), s.encode(moved(x, v, -step))
		for i := range squares {
			squares[i] += kernel.SquaredError(ahead.Row(i), behind.Row(i))
		}
	}
	sum := 0.0
	for _, square := range squares {
		sum += math.Sqrt(float64(scale*square)) / float64(2*step)
	}
	return sum / float64(len(squares))
}

// alongElement sets all rows of v to the unit vector of an element.
func alongElement(v *Matrix, element int) {
	clear(v.Data)
	for i := range v.Rows {
		v.Row(i)[element] = 1
	}
}

// moved returns x + step·v.
func moved(x, v *Matrix, step float32) *Matrix {
	y := clone(x)
	kernel.Axpy(y.Data, step, v.Data)
	return y
}
