package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Denoising](evaluations, "denoising", "what is left of noise in reconstructions of noisy examples")
}

// Denoising adds normal noise to the test examples, one draw for all trials
// and levels, and holds reconstructions of the noisy examples against the clean
// ones. Gains are over the noisy examples themselves.
type Denoising struct {
	Sigma []float64 `optional:"yes" range:"(0, inf)" doc:"standard deviations of the noise, one after the other; [0.1, 0.3, 0.5] unless given"`
	Split string    `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

// Normalise writes the levels out.
func (*Denoising) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseLevels(resolved, given)
}

func normaliseLevels(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if !given["sigma"] {
		resolved["sigma"] = []any{0.1, 0.3, 0.5}
	}
	if levels, ok := resolved["sigma"].([]any); ok && len(levels) == 0 {
		return registry.Mistakes{{Path: "sigma", Message: "sigma needs at least one level of noise", Hint: "such as [0.1, 0.3]"}}
	}
	return nil
}

// Names are those of errors and gains at each level.
func (d *Denoising) Names(data Evaluated) []string {
	var names []string
	for _, sigma := range d.Sigma {
		p := atLevel("denoising", sigma)
		names = append(names, p+"mse", p+"psnr_gain")
		if data.Picture() {
			names = append(names, p+"psnr", p+"ssim", p+"ssim_gain")
		}
	}
	return names
}

func atLevel(kind string, sigma float64) string {
	return kind + "." + label("sigma", sigma) + "."
}

// noisy returns x with normal noise of deviation sigma. The noise is a function
// of the positions of the elements in the split.
func noisy(x *Matrix, sigma float64) *Matrix {
	y := NewMatrix(x.Rows, x.Cols)
	kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationNoise}.Normals(y.Data, 0)
	for i, e := range y.Data {
		y.Data[i] = x.Data[i] + float32(float32(sigma)*e)
	}
	return y
}

// Evaluate measures each level.
func (d *Denoising) Evaluate(s *Subject) *Findings {
	f := newFindings()
	var pca *Projection
	if s.Picture() {
		pca = s.pca()
	}
	for _, sigma := range d.Sigma {
		p := atLevel("denoising", sigma)
		x := noisy(s.Test, sigma)
		y := s.reconstruct(x)
		before, after := s.measure(x, s.Test), s.measure(y, s.Test)
		f.Metrics[p+"mse"] = after["mse"]
		f.Metrics[p+"psnr_gain"] = decibels * kernel.Log64(before["mse"]/max(after["mse"], leastNoise))
		for _, name := range []string{"psnr", "ssim"} {
			if value, ok := after[name]; ok {
				f.Metrics[p+name] = value
			}
		}
		if value, ok := after["ssim"]; ok {
			f.Metrics[p+"ssim_gain"] = value - before["ssim"]
		}
		if value, ok := after["psnr"]; ok {
			f.Metrics[p+"psnr_gain"] = value - before["psnr"]
		}
		if s.Picture() {
			rows := []*Matrix{head(s.Test, sheetColumns), head(x, sheetColumns), head(y, sheetColumns)}
			if pca != nil {
				rows = append(rows, clone(pca.Forward(rows[1])))
			}
			f.Pictures = append(f.Pictures, s.pictures(fmt.Sprintf("denoising.%s", label("sigma", sigma)), rows...))
		}
	}
	return f
}

// measure returns the metrics of reconstructions y of x, by name.
func (s *Subject) measure(y, x *Matrix) map[string]float64 {
	metrics := metricsFor(s.Traits)
	chunks(x, func(first int, rows *Matrix) { add(metrics, y.Slice(first, first+rows.Rows), rows) })
	return valuesOf(metrics)
}
