package data

import (
	"context"
	"fmt"
	"math"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Gaussian is the kind gaussian: made-up examples of which all is known. With
// p features and rank r, an example is
//
//	x = Σᵢ √λᵢ·zᵢ·qᵢ + σ·ε,    i = 1 … r
//
// where z and ε are independent standard normal numbers, q₁ … qᵣ are
// orthonormal directions, λᵢ are the variances of spectrum (geometric:
// λᵢ = decayⁱ⁻¹) and σ is noise. Its mean is 0, and its covariance
// Σᵢ λᵢ·qᵢqᵢᵀ + σ²·I; so the best k dimensions, k ≤ r, leave a squared error of
// Σ(i>k) λᵢ + (p − k)·σ², summed over the elements of an example, in
// expectation.
//
// The directions are r·p standard normal numbers, made orthonormal by modified
// Gram-Schmidt, twice over, in float64. All numbers come from the
// counter-based generator; each of directions, training and test codes,
// training and test noise has streams of its own, so that more examples begin
// with the same ones, and neither their number nor noise changes the rest. Sums
// run in the order of the formula, products are rounded, and the result is
// rounded to float32: the same bits everywhere.
type Gaussian struct {
	Examples   int       `default:"10000" range:"[1, inf)" doc:"training examples, validation included"`
	TestCount  int       `default:"2000" range:"[1, inf)" doc:"test examples"`
	Features   int       `default:"64" range:"[1, inf)" doc:"elements of an example"`
	Rank       int       `default:"8" range:"[1, inf)" doc:"directions beside noise; the length of spectrum where that is a list"`
	Spectrum   []float64 `default:"geometric" word:"geometric" range:"(0, inf)" doc:"variances along the directions: geometric or a list"`
	Decay      float64   `default:"0.7" range:"(0, 1]" doc:"ratio of one variance to the one before, with spectrum: geometric"`
	Noise      float64   `default:"0.1" range:"[0, inf)" doc:"standard deviation of the noise on each element"`
	Seed       int       `default:"1" range:"[0, inf)" doc:"of all that is drawn"`
	Validation int       `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
}

func init() {
	registry.Add[Gaussian](sources, "gaussian", "made-up examples of a given rank and spectrum, with noise")
}

// Normalise implements [registry.Normaliser].
func (*Gaussian) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := checkValidation(resolved, int(resolved["examples"].(float64)))
	if list, ok := resolved["spectrum"].([]any); ok {
		mistakes = append(mistakes, normaliseSpectrum(resolved, given, len(list))...)
	}
	rank, features := resolved["rank"].(float64), resolved["features"].(float64)
	if rank > features {
		mistakes = append(mistakes, registry.Mistake{Path: "rank", Message: fmt.Sprintf("rank must be at most the number of features, %v, got %v", features, rank)})
	}
	return mistakes
}

// normaliseSpectrum lets the length of a list of variances be the rank.
func normaliseSpectrum(resolved registry.Tree, given map[string]bool, length int) registry.Mistakes {
	delete(resolved, "decay")
	if given["decay"] {
		return registry.Mistakes{{Path: "decay", Key: true, Message: "decay has no effect beside a list of variances", Hint: "take it out, or write spectrum: geometric"}}
	}
	if length == 0 {
		return registry.Mistakes{{Path: "spectrum", Message: "spectrum must be geometric or have at least one variance, got an empty list"}}
	}
	if rank := resolved["rank"].(float64); given["rank"] && rank != float64(length) {
		return registry.Mistakes{{Path: "rank", Message: fmt.Sprintf("rank must be the number of variances in spectrum, %d, got %v", length, rank), Hint: "leave it out"}}
	}
	resolved["rank"] = float64(length)
	return nil
}

// variances are λ₁ … λᵣ.
func (g *Gaussian) variances() []float64 {
	if len(g.Spectrum) > 0 {
		return g.Spectrum
	}
	variances := make([]float64, g.Rank)
	next := 1.0
	for i := range variances {
		variances[i] = next
		next *= g.Decay
	}
	return variances
}

// Fingerprint implements [Source].
func (g *Gaussian) Fingerprint(string) (string, error) {
	words := []string{"gaussian 1"}
	for _, v := range append([]float64{float64(g.Examples), float64(g.TestCount), float64(g.Features), float64(g.Seed), g.Noise}, g.variances()...) {
		words = append(words, registry.FormatNumber(v))
	}
	return digest(strings.Join(words, " ")), nil
}

// Describe implements [Source]. The range of values is not bounded.
func (g *Gaussian) Describe(string) (Facts, error) {
	return Facts{
		Name: "gaussian", Summary: "made-up examples of a given rank and spectrum, with noise",
		Shape: nn.Shape{g.Features}, Low: math.Inf(-1), High: math.Inf(1),
		Train: g.Examples - g.Validation, Validation: g.Validation, Test: g.TestCount,
	}, nil
}

// Load implements [Source].
func (g *Gaussian) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := g.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	set := &Set{Name: "gaussian", Shape: nn.Shape{g.Features}, Fingerprint: fingerprint}
	directions := g.directions()
	train := table{x: g.draw(g.Examples, directions, partTrainCodes, partTrainNoise)}
	test := table{x: g.draw(g.TestCount, directions, partTestCodes, partTestNoise)}
	if err := (split{validation: g.Validation}).apply(set, train, test); err != nil {
		return nil, err
	}
	set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	return set, nil
}

// directions returns q₁ … qᵣ, each times the standard deviation √λᵢ along it.
func (g *Gaussian) directions() [][]float64 {
	drawn := make([]float32, g.Rank*g.Features)
	nn.GeneratorNormals(drawn, g.Seed, partDirections)
	directions := make([][]float64, g.Rank)
	for i := range directions {
		q := make([]float64, g.Features)
		for j := range q {
			q[j] = float64(drawn[i*g.Features+j])
		}
		for range 2 {
			for _, other := range directions[:i] {
				addScaled(q, -dot(q, other), other)
			}
		}
		normalise(q)
		directions[i] = q
	}
	for i, variance := range g.variances() {
		for j := range directions[i] {
			directions[i][j] *= math.Sqrt(variance)
		}
	}
	return directions
}

func normalise(q []float64) {
	length := math.Sqrt(dot(q, q))
	for j := range q {
		q[j] /= length
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// addScaled adds factor·b to a.
func addScaled(a []float64, factor float64, b []float64) {
	for i, v := range b {
		a[i] += float64(factor * v)
	}
}

// draw makes examples: the noise is drawn into their own place.
func (g *Gaussian) draw(examples int, directions [][]float64, codes, noise uint32) *nn.Matrix {
	x := nn.NewMatrix(examples, g.Features)
	nn.GeneratorNormals(x.Data, g.Seed, noise)
	z := make([]float32, examples*g.Rank)
	nn.GeneratorNormals(z, g.Seed, codes)
	sums := make([]float64, g.Features)
	for i := range examples {
		clear(sums)
		for r, direction := range directions {
			addScaled(sums, float64(z[i*g.Rank+r]), direction)
		}
		row := x.Row(i)
		for j, epsilon := range row {
			row[j] = float32(sums[j] + float64(g.Noise*float64(epsilon)))
		}
	}
	return x
}
