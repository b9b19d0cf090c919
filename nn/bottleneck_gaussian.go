package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Gaussian](bottlenecks, "gaussian", "a mean and a log-variance for each code unit, sampled in training")
}

// Gaussian is the bottleneck of variational autoencoders (Kingma and Welling
// 2014; Rezende, Mohamed and Wierstra 2014): for each code unit a mean μ and a
// log-variance v, both linear in the layer's input. The code is
// h = μ + e^(v/2)·ε with standard normal ε in training, and μ elsewhere.
type Gaussian struct{}

// Code returns the layer. Its activation can only be linear.
func (*Gaussian) Code(n int, activation Activation) (LayerPart, error) {
	if _, linear := activation.(*Linear); !linear {
		return nil, fmt.Errorf("the mean of a gaussian code is linear; leave code_activation out")
	}
	return &gaussianCode{n}, nil
}

// gaussianCode is the layer part of a Gaussian code of n units.
type gaussianCode struct{ n int }

func (g *gaussianCode) bottleneck() string { return "gaussian" }

func (g *gaussianCode) Output(Shape) (Shape, error) { return Shape{g.n}, nil }

func (g *gaussianCode) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	return []LayerPart{&Dense{Nodes: in.Size(), restored: in}}, nil
}

func (g *gaussianCode) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (g *gaussianCode) Cost(in Shape) Cost {
	weights := 2 * g.n * in.Size()
	return Cost{Parameters: weights + 2*g.n, Products: weights}
}

func (g *gaussianCode) Build(b *Builder, in Shape) Layer {
	w := b.add(&Param{Name: "w", Shape: Shape{in.Size(), 2 * g.n}, fanIn: in.Size(), fanOut: g.n})
	l := &gaussian{
		n: g.n, pass: b.pass, team: b.team,
		both: newDense(b, in.Size(), 2*g.n, &Linear{}, w, false),
		h:    newBuffer(b.rows, g.n), noise: newBuffer(b.rows, g.n), dboth: newBuffer(b.rows, 2*g.n),
		klWeights: make([]float32, g.n),
	}
	l.draw, l.slope = l.doDraw, l.doSlope
	return l
}

// gaussian computes means and log-variances in one dense layer: μ are the
// first n columns of its output, v the others.
type gaussian struct {
	n         int
	pass      *pass
	team      *team
	both      *dense
	h, noise  buffer    // the code, [rows × n], and what it was drawn with: e^(v/2)·ε/2, the slope of h by v
	dboth     buffer    // gradient by μ and v
	klWeights []float32 // of each unit's KL divergence in the next Backward, per example
	statistic *Matrix   // μ and v of the last Forward

	draw, slope func(part int)
	dy          *Matrix
}

func (g *gaussian) Forward(x *Matrix) *Matrix {
	g.statistic = g.both.Forward(x)
	h := g.h.of(x.Rows)
	g.noise.of(x.Rows)
	g.team.each(g.draw)
	return h
}

// sampling tells whether codes are drawn, or are their means.
func (g *gaussian) sampling() bool { return g.pass.training || g.pass.sampled }

func (g *gaussian) doDraw(part int) {
	low, high := g.team.span(g.h.matrix.Rows, 1, part)
	for i := low; i < high; i++ {
		mean, logVariance := g.statistic.Row(i)[:g.n], g.statistic.Row(i)[g.n:]
		h, noise := g.h.matrix.Row(i), g.noise.matrix.Row(i)
		if !g.sampling() {
			copy(h, mean)
			continue
		}
		stream, first := g.pass.sampling(g.n)
		stream.Normals(noise, first+uint64(i*g.n))
		for j, v := range logVariance { // the deviation, in h for now
			h[j] = 0.5 * v
		}
		kernel.Exp(h, h)
		for j, deviation := range h {
			drawn := float32(deviation * noise[j])
			h[j] = mean[j] + drawn
			noise[j] = 0.5 * drawn
		}
	}
}

func (g *gaussian) Backward(dy *Matrix, wantInput bool) *Matrix {
	g.dy = dy
	dboth := g.dboth.of(dy.Rows)
	g.team.each(g.slope)
	clear(g.klWeights)
	return g.both.Backward(dboth, wantInput)
}

// doSlope sets the gradients: by μ that by h, by v that times the slope of h;
// to these come those of the KL divergence, μ and ½·(e^v − 1).
func (g *gaussian) doSlope(part int) {
	low, high := g.team.span(g.dy.Rows, 1, part)
	for i := low; i < high; i++ {
		statistic, dboth := g.statistic.Row(i), g.dboth.matrix.Row(i)
		dh, noise := g.dy.Row(i), g.noise.matrix.Row(i)
		dmean, dlog := dboth[:g.n], dboth[g.n:]
		kernel.Exp(dlog, statistic[g.n:])
		for j, d := range dh {
			weight := g.klWeights[j]
			dmean[j] = d + float32(weight*statistic[j])
			dlog[j] = float32(d*noise[j]) + float32(weight*float32(0.5*float32(dlog[j]-1)))
		}
	}
}

// divergence returns the KL divergence of the codes' distributions from the
// standard normal one, ½·Σ (e^v + μ² − 1 − v), of the last Forward: summed over
// units and examples, in float64.
func (g *gaussian) divergence() float64 {
	sum := 0.0
	for i := range g.statistic.Rows {
		row := g.statistic.Row(i)
		example := 0.0
		for j := range g.n {
			mean, logVariance := float64(row[j]), float64(row[g.n+j])
			example += kernel.Exp64(logVariance) + float64(mean*mean) - 1 - logVariance
		}
		sum += float64(0.5 * example)
	}
	return sum
}

// addUnitDivergences adds the KL divergence of each unit, summed over the
// examples of the last Forward, to sums.
func (g *gaussian) addUnitDivergences(sums []float64) {
	for i := range g.statistic.Rows {
		row := g.statistic.Row(i)
		for j := range sums {
			mean, logVariance := float64(row[j]), float64(row[g.n+j])
			sums[j] += float64(0.5 * (kernel.Exp64(logVariance) + float64(mean*mean) - 1 - logVariance))
		}
	}
}
