package nn

import (
	"math"
	"slices"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Generation](evaluations, "generation", "how likely examples are under the model, and how like them its samples")
}

// Generation measures a model as a source of examples. Where the code is a
// distribution: the evidence lower bound in its terms, an importance-sampled
// log-likelihood, and what each unit of the code tells. Of every model with a
// code: how samples compare with test examples, and whether they are copies of
// training examples.
type Generation struct {
	Draws    int    `default:"100" range:"[1, 100000]" doc:"codes drawn for each example whose likelihood is measured"`
	Examples int    `default:"1000" range:"[2, 1000000]" doc:"test examples whose likelihood is measured, at most"`
	Samples  int    `default:"500" range:"[2, 10000]" doc:"samples, and test examples that they are held against"`
	Split    string `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

// prefixes are what names of likelihoods and of figures of samples begin with.
func (g *Generation) prefixes() (likelihood, drawn, samples string) {
	likelihood, samples = "generation.", "generation."
	if g.Examples != 1000 {
		likelihood += label("examples", float64(g.Examples)) + "."
	}
	if g.Samples != 500 {
		samples += label("samples", float64(g.Samples)) + "."
	}
	return likelihood, likelihood + label("draws", float64(g.Draws)) + ".", samples
}

// Names are those of likelihoods and of figures of samples.
func (g *Generation) Names(Evaluated) []string {
	l, d, s := g.prefixes()
	return []string{
		d + "elbo", d + "reconstruction", d + "log_likelihood", l + "kl", l + "active_units",
		s + "squared_mmd", s + "two_sample_accuracy", s + "memorising",
	}
}

// Evaluate measures likelihoods and samples.
func (g *Generation) Evaluate(s *Subject) *Findings {
	f := newFindings()
	if s.coder() == nil {
		return f.note("generation: this model has no code to draw")
	}
	g.likelihood(s, f)
	g.samples(s, f)
	if s.Picture() {
		codePictures(s, f)
	}
	return f
}

func (g *Generation) likelihood(s *Subject, f *Findings) {
	if s.gaussian() == nil {
		f.note("generation: this model's code is no distribution: samples come from the normal one with the mean and the covariance of training codes, and no likelihood is defined")
		return
	}
	l, d, _ := g.prefixes()
	normaliser, ok := logNormaliser(s.trainer.objective.loss, s.Shape.Size())
	measured := measureLikelihood(s, head(s.Test, g.Examples), g.Draws, normaliser)
	f.Metrics[l+"kl"], f.Metrics[l+"active_units"] = measured.divergence, float64(measured.active)
	chart := Chart{Name: "kl-per-unit", Kind: "bars", Title: "what each unit of the code tells", X: "unit", Y: "nats"}
	for j, kl := range measured.units {
		chart.Points = append(chart.Points, [2]float64{float64(j), kl})
	}
	f.Charts = append(f.Charts, chart)
	if !ok {
		f.note("generation: the loss is no log-likelihood of examples, so that there is no evidence lower bound")
		return
	}
	f.Metrics[d+"reconstruction"] = measured.reconstruction
	f.Metrics[d+"elbo"] = -measured.reconstruction - measured.divergence
	f.Metrics[d+"log_likelihood"] = measured.importance
}

// samples holds samples against test examples, and against training examples
// for copies: memorising is the median distance of a sample from its nearest
// training example, as a share of that of a test example.
func (g *Generation) samples(s *Subject, f *Findings) {
	_, _, prefix := g.prefixes()
	test := head(s.Test, g.Samples)
	drawn := s.sample(g.Samples)
	if test.Rows > 1 {
		apart := newTwoSamples(head(drawn, test.Rows), test)
		f.Metrics[prefix+"squared_mmd"] = apart.squaredMMD()
		f.Metrics[prefix+"two_sample_accuracy"] = apart.nearestAccuracy()
	}
	near := newNeighbours(s.Train)
	ofSamples, nearest := medianNearest(near, drawn)
	ofTest, _ := medianNearest(near, test)
	if ofTest > 0 {
		f.Metrics[prefix+"memorising"] = ofSamples / ofTest
	}
	if !s.Picture() {
		return
	}
	f.Pictures = append(f.Pictures, s.pictures("samples", drawn.Slice(0, min(60, drawn.Rows))))
	copies := NewMatrix(min(sheetColumns, drawn.Rows), drawn.Cols)
	for i := range copies.Rows {
		copy(copies.Row(i), s.Train.Row(nearest[i]))
	}
	f.Pictures = append(f.Pictures, s.pictures("samples-and-nearest-training", drawn.Slice(0, copies.Rows), copies))
}

// medianNearest returns the median distance of rows of q from the nearest
// training example, and which that is.
func medianNearest(near *neighbours, q *Matrix) (median float64, nearest []int) {
	distances := make([]float64, q.Rows)
	nearest = make([]int, q.Rows)
	near.nearest(q, 1, nil, func(i int, found []neighbour) {
		distances[i], nearest[i] = math.Sqrt(found[0].squared), found[0].row
	})
	slices.Sort(distances)
	return Quantile(distances, 0.5), nearest
}
