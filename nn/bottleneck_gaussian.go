package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Gaussian](bottlenecks, "gaussian", "a mean and a log-variance for each code unit, sampled in training")
}

// Gaussian is the bottleneck of variational autoencoders (Kingma and Welling
// 2014; Rezende, Mohamed and Wierstra 2014): for each code unit a mean μ and a
// log-variance v, both linear in the layer's input. The code is
// h = μ + e^(v/2)·ε with standard normal ε in training, and μ elsewhere.
//
// With Samples k, k codes of each example are drawn in training, and the decoder
// reconstructs each: the loss is the mean over them, or with
// train.objective: importance-weighted the bound that they make together.
type Gaussian struct {
	Samples int `optional:"yes" range:"[1, 1024]" doc:"codes of each example that are drawn in a training step; 1 unless given"`
}

// Normalise makes one sample the same as none given.
func (*Gaussian) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["samples"] == 1.0 {
		delete(resolved, "samples")
	}
	return nil
}

// Code returns the layer. Its activation can only be linear.
func (g *Gaussian) Code(n int, activation Activation) (LayerPart, error) {
	if _, linear := activation.(*Linear); !linear {
		return nil, fmt.Errorf("the mean of a gaussian code is linear; leave code_activation out")
	}
	return &gaussianCode{n, max(g.Samples, 1)}, nil
}

// gaussianCode is the layer part of a Gaussian code of n units.
type gaussianCode struct{ n, samples int }

func (g *gaussianCode) bottleneck() string { return "gaussian" }

func (g *gaussianCode) Output(Shape) (Shape, error) { return Shape{g.n}, nil }

func (g *gaussianCode) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	return []LayerPart{&Dense{Nodes: in.Size(), Bias: true, restored: in}}, nil
}

func (g *gaussianCode) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (g *gaussianCode) Cost(in Shape) Cost {
	weights := 2 * g.n * in.Size()
	return Cost{Parameters: weights + 2*g.n, Products: weights}
}

func (g *gaussianCode) Build(b *Builder, in Shape) Layer {
	w := b.add(&Param{Name: "w", Shape: Shape{in.Size(), 2 * g.n}, fanIn: in.Size(), fanOut: g.n})
	l := &gaussian{
		n: g.n, samples: g.samples, pass: b.pass, team: b.team,
		both: newDense(b, 1, in.Size(), 2*g.n, &Linear{}, w, false, true),
		h:    newBuffer(b.codes, g.n), noise: newBuffer(b.codes, g.n), dboth: newBuffer(b.rows, 2*g.n),
		klWeights: make([]float32, g.n),
		logs:      make([]float64, b.codes),
	}
	l.draw, l.slope = l.doDraw, l.doSlope
	return l
}

// gaussian computes means and log-variances in one dense layer: μ are the
// first n columns of its output, v the others.
type gaussian struct {
	n, samples int // units, and codes of an example in training
	pass       *pass
	team       *team
	both       *dense
	h, noise   buffer    // the codes, [rows·samples × n], and what they were drawn with: e^(v/2)·ε/2, the slope of h by v
	dboth      buffer    // gradient by μ and v
	klWeights  []float32 // of each unit's KL divergence in the next Backward, per example
	statistic  *Matrix   // μ and v of the last Forward
	logs       []float64 // log p(h) − log q(h|x) of each code that was drawn last

	// Of the importance-weighted bound: the weight of each code in the next
	// Backward, per example, and that of all codes of an example. Otherwise nil.
	weights []float32
	each    float32

	draw, slope func(part int)
	dy          *Matrix
}

func (g *gaussian) Forward(x *Matrix) *Matrix {
	g.statistic = g.both.Forward(x)
	rows := x.Rows
	if g.pass.training {
		rows *= g.samples
	}
	h := g.h.of(rows)
	g.noise.of(rows)
	g.team.each(g.draw)
	return h
}

// sampling tells whether codes are drawn, or are their means.
func (g *gaussian) sampling() bool { return g.pass.training || g.pass.sampled }

func (g *gaussian) doDraw(part int) {
	copies := g.h.matrix.Rows / g.statistic.Rows
	low, high := g.team.span(g.h.matrix.Rows, 1, part)
	for i := low; i < high; i++ {
		mean, logVariance := g.statistic.Row(i / copies)[:g.n], g.statistic.Row(i / copies)[g.n:]
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
		log := 0.0
		for j, deviation := range h {
			epsilon := noise[j]
			drawn := float32(deviation * epsilon)
			h[j] = mean[j] + drawn
			noise[j] = 0.5 * drawn
			squares := float64(float64(epsilon)*float64(epsilon)) - float64(float64(h[j])*float64(h[j]))
			log += squares + float64(logVariance[j])
		}
		g.logs[i] = float64(0.5 * log)
	}
}

func (g *gaussian) Backward(dy *Matrix, wantInput bool) *Matrix {
	g.dy = dy
	dboth := g.dboth.of(g.statistic.Rows)
	g.team.each(g.slope)
	clear(g.klWeights)
	return g.both.Backward(dboth, wantInput)
}

// doSlope sets the gradients: those of the KL divergence, μ and ½·(e^v − 1), and
// for each code by μ that by h, by v that times the slope of h.
func (g *gaussian) doSlope(part int) {
	low, high := g.team.span(g.statistic.Rows, 1, part)
	copies := g.dy.Rows / g.statistic.Rows
	for i := low; i < high; i++ {
		statistic, dboth := g.statistic.Row(i), g.dboth.matrix.Row(i)
		dmean, dlog := dboth[:g.n], dboth[g.n:]
		kernel.Exp(dlog, statistic[g.n:])
		for j, weight := range g.klWeights {
			dmean[j] = float32(weight * statistic[j])
			dlog[j] = float32(weight * float32(0.5*float32(dlog[j]-1)))
		}
		for c := i * copies; c < (i+1)*copies; c++ {
			g.addSlopes(dmean, dlog, c)
		}
		if g.weights != nil { // −½·v of log q
			for j := range dlog {
				dlog[j] -= float32(0.5 * g.each)
			}
		}
	}
}

// addSlopes adds the gradients by way of a code. In the importance-weighted
// bound, ½·h² of its −log p comes to that of the loss; its log q, by way of the
// noise, depends on v alone.
func (g *gaussian) addSlopes(dmean, dlog []float32, code int) {
	h, noise := g.h.matrix.Row(code), g.noise.matrix.Row(code)
	for j, d := range g.dy.Row(code) {
		if g.weights != nil {
			d += float32(g.weights[code] * h[j])
		}
		dmean[j] += d
		dlog[j] += float32(d * noise[j])
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

// onnx computes the means alone.
func (c *gaussianCode) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	w, _ := p.find("w")
	b, _ := p.find("b")
	means := make([]float32, 0, w.Shape[0]*c.n)
	for i := range w.Shape[0] {
		means = append(means, w.Value[2*c.n*i:][:c.n]...)
	}
	y := onnx.Value{Shape: []int{c.n}}
	y.Name = g.Node("Gemm", []string{g.Flat(x).Name, g.Tensor("w", []int{w.Shape[0], c.n}, means), g.Tensor("b", []int{c.n}, b.Value[:c.n])})
	return y, nil
}
