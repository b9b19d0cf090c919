package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[GaussianNoise](corruptions, "gaussian", "normal noise is added to each element")
}

// GaussianNoise adds normal noise with mean 0, and then clips where Clip is given.
type GaussianNoise struct {
	Sigma float64   `range:"(0, inf)" short:"yes" doc:"standard deviation of the noise"`
	Clip  []float64 `optional:"yes" doc:"[low, high]: bounds that noisy values are clipped to"`
	Fixed bool      `optional:"yes" doc:"damage an example alike in every epoch"`
}

// Fit suits examples of any shape.
func (g *GaussianNoise) Fit(Shape) (damage, error) { return g, nil }

// Once tells whether an example is damaged alike in every epoch.
func (g *GaussianNoise) Once() bool { return g.Fixed }

// Normalise checks the bounds, and makes fixed: false the same as none.
func (*GaussianNoise) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	dropUnfixed(resolved)
	clip, given := resolved["clip"].([]any)
	if given && (len(clip) != 2 || clip[0].(float64) >= clip[1].(float64)) {
		return registry.Mistakes{{Path: "clip", Message: "clip must be two bounds, the lower first, got " + registry.FormatValue(clip), Hint: "such as [0, 1]"}}
	}
	return nil
}

// Corrupt sets y to x + Sigma·ε, clipped.
func (g *GaussianNoise) Corrupt(y, x []float32, stream kernel.Stream, first uint64, _, _ float32) {
	stream.Normals(y, first)
	sigma := float32(g.Sigma)
	for i, e := range y {
		y[i] = x[i] + float32(sigma*e)
	}
	if len(g.Clip) == 2 {
		kernel.Clamp(y, y, float32(g.Clip[0]), float32(g.Clip[1]))
	}
}
