package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[BatchNorm](layers, "batch-norm", "each feature or channel has mean 0 and variance 1 over the batch, then a factor and a shift of its own")
}

// BatchNorm normalises each feature of a flat example, or each channel of a
// series or picture over all places too (Ioffe and Szegedy 2015):
//
//	x̂ = (x − mean)/√(variance + Epsilon)    y = gamma·x̂ + beta
//
// In training, mean and variance are those of the batch, and running ones are
// moved towards them: r becomes (1 − Momentum)·r + Momentum·(the batch's), the
// variance that of the population, divided by n − 1. Elsewhere the running ones
// take their place. Everything is as in PyTorch, its defaults too; Keras has a
// Momentum of 0.01, which it calls 0.99, and an Epsilon of 1e-3. A batch of one
// value becomes beta. Without Affine gamma is 1 and beta 0, and neither is a
// parameter.
type BatchNorm struct {
	Momentum float64 `default:"0.1" range:"(0, 1]" doc:"share of a batch in the running mean and variance"`
	Epsilon  float64 `default:"1e-5" range:"(0, 1]" doc:"added to the variance"`
	Affine   bool    `default:"true" added:"yes" doc:"give each feature or channel a factor and a shift of its own"`
}

// Output has the shape of the input.
func (*BatchNorm) Output(in Shape) (Shape, error) { return in, nil }

// Mirror normalises what leads back, unless that is to look like the data.
func (n *BatchNorm) Mirror(_ Shape, data bool) ([]LayerPart, error) {
	if data {
		return nil, nil
	}
	return []LayerPart{&BatchNorm{n.Momentum, n.Epsilon, n.Affine}}, nil
}

// Activated is nil: the layer has no activation.
func (*BatchNorm) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (*BatchNorm) unbounded() {}

// Cost is a factor and a shift for each feature, where there are any.
func (n *BatchNorm) Cost(in Shape) Cost { return Cost{Parameters: biasesOf(n.Affine, 2*in[len(in)-1])} }

// Build allocates the layer.
func (n *BatchNorm) Build(b *Builder, in Shape) Layer {
	size, width := in.Size(), in[len(in)-1]
	var gamma, beta *Param
	if n.Affine {
		gamma, beta = b.Factors("gamma", width), b.Shifts("beta", width)
	}
	l := &batchNorm{
		BatchNorm: n, pass: b.pass, team: b.team, width: width, gamma: gamma, beta: beta,
		mean: b.State("mean", width, 0), variance: b.State("variance", width, 1),
		normal: newBuffer(b.rows, size), y: newBuffer(b.rows, size),
		columns: newColumnTotals(b.team, b.rows*size/width, width),
		means:   make([]float64, width), variances: make([]float64, width), dbeta: make([]float64, width), dgamma: make([]float64, width),
		shift: newRepeated(width), scale: newRepeated(width), factor: newRepeated(width), offset: newRepeated(width),
	}
	l.centre, l.finish, l.multiply, l.slope = l.doCentre, l.doFinish, l.doMultiply, l.doSlope
	return l
}

// batchNorm works on its input as rows of features, one for each place.
type batchNorm struct {
	*BatchNorm
	pass  *pass
	team  *team
	width int

	gamma, beta, mean, variance *Param // gamma and beta may be nil

	normal, y        buffer // x̂ and outputs
	columns          *columnTotals
	means, variances []float64 // of the batch
	dbeta, dgamma    []float64

	shift, scale, factor, offset repeated

	centre, finish, multiply, slope func(part int) // what the threads do
	x, dy                           *Matrix        // and what of
}

func (n *batchNorm) Forward(x *Matrix) *Matrix {
	n.x = x
	n.normal.of(x.Rows)
	y := n.y.of(x.Rows)
	if n.pass.training {
		n.columns.of(n.means, x.Data)
		n.ofBatch(n.means)
		n.setShift(n.means)
		n.team.each(n.centre)
		n.columns.of(n.variances, y.Data)
		n.ofBatch(n.variances)
	} else {
		for j, v := range n.mean.Value {
			n.means[j], n.variances[j] = float64(v), float64(n.variance.Value[j])
		}
		n.setShift(n.means)
		n.team.each(n.centre)
	}
	for j, v := range n.variances {
		n.scale.row[j] = float32(1 / math.Sqrt(v+n.Epsilon))
	}
	n.scale.repeat()
	kernel.Fill(n.factor.row, 1)
	clear(n.offset.row)
	if n.gamma != nil {
		copy(n.factor.row, n.gamma.Value)
		copy(n.offset.row, n.beta.Value)
	}
	n.factor.repeat()
	n.offset.repeat()
	n.team.each(n.finish)
	return y
}

// count is how many values of a feature there are.
func (n *batchNorm) count() float64 { return float64(len(n.x.Data) / n.width) }

// ofBatch turns sums over the batch into means.
func (n *batchNorm) ofBatch(sums []float64) {
	for j := range sums {
		sums[j] /= n.count()
	}
}

func (n *batchNorm) setShift(means []float64) {
	for j, mean := range means {
		n.shift.row[j] = -float32(mean)
	}
	n.shift.repeat()
}

// rows returns the elements of a matrix, between rows of features, that a thread gets.
func (n *batchNorm) rows(part int) (low, high int) {
	low, high = n.team.span(len(n.x.Data)/n.width, cacheLine, part)
	return low * n.width, high * n.width
}

// doCentre takes the means away, and in training sets y to the squares.
func (n *batchNorm) doCentre(part int) {
	low, high := n.rows(part)
	normal := n.normal.matrix.Data[low:high]
	n.shift.each(kernel.Add, normal, n.x.Data[low:high])
	if n.pass.training {
		kernel.Mul(n.y.matrix.Data[low:high], normal, normal)
	}
}

func (n *batchNorm) doFinish(part int) {
	low, high := n.rows(part)
	normal, y := n.normal.matrix.Data[low:high], n.y.matrix.Data[low:high]
	n.scale.each(kernel.Mul, normal, normal)
	n.factor.each(kernel.Mul, y, normal)
	n.offset.each(kernel.Add, y, y)
}

// Backward is that of training. It returns dy, changed:
//
//	dbeta = Σ dy    dgamma = Σ dy·x̂
//	dx = gamma/√(variance + Epsilon)·(dy − x̂·dgamma/n − dbeta/n)
func (n *batchNorm) Backward(dy *Matrix, wantInput bool) *Matrix {
	n.dy = dy
	n.columns.of(n.dbeta, dy.Data)
	n.team.each(n.multiply)
	n.columns.of(n.dgamma, n.y.matrix.Data)
	if n.gamma != nil {
		n.beta.addGradient(n.dbeta)
		n.gamma.addGradient(n.dgamma)
	}
	n.remember()
	if !wantInput {
		return nil
	}
	for j := range n.width {
		n.factor.row[j] = -float32(n.dgamma[j] / n.count())
		n.offset.row[j] = -float32(n.dbeta[j] / n.count())
	}
	if n.gamma != nil {
		kernel.Mul(n.scale.row, n.scale.row, n.gamma.Value)
	}
	n.factor.repeat()
	n.offset.repeat()
	n.scale.repeat()
	n.team.each(n.slope)
	return dy
}

// doMultiply sets y to dy·x̂.
func (n *batchNorm) doMultiply(part int) {
	low, high := n.rows(part)
	kernel.Mul(n.y.matrix.Data[low:high], n.dy.Data[low:high], n.normal.matrix.Data[low:high])
}

func (n *batchNorm) doSlope(part int) {
	low, high := n.rows(part)
	dy, y := n.dy.Data[low:high], n.y.matrix.Data[low:high]
	n.factor.each(kernel.Mul, y, n.normal.matrix.Data[low:high])
	kernel.Add(dy, dy, y)
	n.offset.each(kernel.Add, dy, dy)
	n.scale.each(kernel.Mul, dy, dy)
}

// remember moves the running mean and variance.
func (n *batchNorm) remember() {
	unbiased := n.count() / max(n.count()-1, 1)
	for j, mean := range n.means {
		n.mean.Value[j] = n.moved(n.mean.Value[j], mean)
		n.variance.Value[j] = n.moved(n.variance.Value[j], n.variances[j]*unbiased)
	}
}

func (n *batchNorm) moved(running float32, batch float64) float32 {
	return float32(float64((1-n.Momentum)*float64(running)) + float64(n.Momentum*batch))
}

// onnx multiplies and shifts each feature, with the running mean and variance.
func (n *BatchNorm) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	mean, _ := p.find("mean")
	variance, _ := p.find("variance")
	width := len(mean.Value)
	gamma, beta := make([]float32, width), make([]float32, width)
	kernel.Fill(gamma, 1)
	if n.Affine {
		factors, _ := p.find("gamma")
		shifts, _ := p.find("beta")
		copy(gamma, factors.Value)
		copy(beta, shifts.Value)
	}
	factor, shift := make([]float32, width), make([]float32, width)
	for j, v := range variance.Value {
		f := float64(gamma[j]) / math.Sqrt(float64(v)+n.Epsilon)
		factor[j] = float32(f)
		shift[j] = float32(float64(beta[j]) - float64(f*float64(mean.Value[j])))
	}
	x = g.Each("Mul", g.Plain(x), []string{g.Tensor("factor", mean.Shape, factor)})
	return g.Each("Add", x, []string{g.Tensor("shift", mean.Shape, shift)}), nil
}
