package nn

import (
	"math"
	"strings"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// Variance is that of a normal likelihood.
type Variance interface {
	// first is the variance before training.
	first() float64
}

var variances = registry.NewRole[Variance]("variance", "that of elements around their reconstructions; a bare number is given").WithScalar("given")

func init() {
	registry.Add[GivenVariance](variances, "given", "a number")
	registry.Add[LearnedVariance](variances, "learned", "trained with the weights, as its logarithm")
}

// GivenVariance stays as it is.
type GivenVariance struct {
	Variance float64 `short:"yes" range:"(0, inf)" doc:"the variance"`
}

func (v *GivenVariance) first() float64 { return v.Variance }

// LearnedVariance is a parameter beside the weights of the net: the logarithm of
// the variance of all elements, loss.log_variance, or one for each. It does not
// depend on the example.
type LearnedVariance struct {
	Of    string  `default:"all" enum:"all|each" doc:"one variance of all elements, or one of each"`
	Start float64 `default:"1" range:"(0, inf)" doc:"the variance before training"`
}

func (v *LearnedVariance) first() float64 { return v.Start }

// OfLoss tells whether the loss trains p, and no layer.
func (p *Param) OfLoss() bool { return strings.HasPrefix(p.Name, "loss.") }

// learnedVariance returns the variance that a loss trains, or nil.
func learnedVariance(loss Loss) *LearnedVariance {
	if normal, ok := loss.(*GaussianNLL); ok {
		learned, _ := normal.Variance.(*LearnedVariance)
		return learned
	}
	return nil
}

// parameters is how many numbers are trained, given the elements of an example.
func (v *LearnedVariance) parameters(elements int) int {
	switch {
	case v == nil:
		return 0
	case v.Of == "each":
		return elements
	}
	return 1
}

// declare declares them.
func (v *LearnedVariance) declare(b *Builder, elements int) *Param {
	if v == nil {
		return nil
	}
	b.prefix = "loss"
	n := v.parameters(elements)
	log := float32(kernel.Log64(v.Start))
	return b.add(&Param{Name: "log_variance", Shape: Shape{n}, Bias: true, fanIn: n, fanOut: n, first: constant(log)})
}

// learnedNLL is the loss of a learned variance, e^v:
//
//	½·ln 2π + ½·v + ½·(y − t)²·e^(−v)
//
// for each element, with a v of its own or one of all.
type learnedNLL struct {
	logs     *Param
	inverses []float64 // e^(−v) of each element in this step
	constant float64   // Σ over elements of ½·ln 2π + ½·v
	moments  []float64 // Σ over examples of weight·(y − t)², of each element
	weights  []float64 // of each row in the gradient, or nil for 1
}

func newLearnedNLL(logs *Param, elements int) *learnedNLL {
	return &learnedNLL{logs: logs, inverses: make([]float64, elements), moments: make([]float64, elements)}
}

// refresh reads the parameters.
func (l *learnedNLL) refresh() {
	sum, v := 0.0, 0.0
	for j := range l.inverses {
		if j < len(l.logs.Value) {
			v = float64(l.logs.Value[j])
			l.inverses[j] = kernel.Exp64(-v)
		} else {
			l.inverses[j] = l.inverses[0]
		}
		sum += v
	}
	l.constant = float64(0.5 * (float64(float64(len(l.inverses))*kernel.Log64(2*math.Pi)) + sum))
}

// sum returns the loss of an example, summed over elements.
func (l *learnedNLL) sum(y, t []float32) float64 {
	squares := 0.0
	for j, inverse := range l.inverses {
		d := float64(y[j]) - float64(t[j])
		squares += float64(float64(d*d) * inverse)
	}
	return l.constant + float64(0.5*squares)
}

// grad sets dy to scale times the gradient of sum by y.
func (l *learnedNLL) grad(dy, y, t []float32, scale float64) {
	for j, inverse := range l.inverses {
		d := float64(y[j]) - float64(t[j])
		dy[j] = float32(float64(d*inverse) * scale)
	}
}

// learn sets the gradient by the logarithms to scale times that of the losses of
// all rows, ½·Σ weight·(1 − (y − t)²·e^(−v)). Elements low to high − 1 are a
// thread's share, finish is what follows.
func (l *learnedNLL) learn(y, t *Matrix, low, high int) {
	clear(l.moments[low:high])
	for r := range y.Rows {
		weight := l.weight(r)
		a, b := y.Row(r), t.Row(r)
		for j := low; j < high; j++ {
			d := float64(a[j]) - float64(b[j])
			l.moments[j] += float64(float64(d*d) * weight)
		}
	}
}

func (l *learnedNLL) finish(rows int, scale float64) {
	total := 0.0
	for r := range rows {
		total += l.weight(r)
	}
	clear(l.logs.Grad)
	each := len(l.logs.Grad) > 1
	sum := 0.0
	for j, moment := range l.moments {
		slope := float64(0.5 * scale * (total - float64(moment*l.inverses[j])))
		if each {
			l.logs.Grad[j] = float32(slope)
		}
		sum += slope
	}
	if !each {
		l.logs.Grad[0] = float32(sum)
	}
}

func (l *learnedNLL) weight(row int) float64 {
	if l.weights == nil {
		return 1
	}
	return l.weights[row]
}

func (o *objective) doMeasureLearned(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	for i := low; i < high; i++ {
		o.sums[i] = o.learned.sum(o.y.Row(i), o.target.Row(i))
	}
}

func (o *objective) doSlopeLearned(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	scale := lossScale(o.loss, o.y.Rows, o.y.Cols)
	for i := low; i < high; i++ {
		o.learned.grad(o.dy.matrix.Row(i), o.y.Row(i), o.target.Row(i), scale)
	}
}

func (o *objective) doLearn(part int) {
	low, high := o.team.span(o.y.Cols, cacheLine, part)
	o.learned.learn(o.y, o.target, low, high)
}
