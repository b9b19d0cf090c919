package nn

import (
	"gonum.org/v1/gonum/mat"
)

// Projection reconstructs examples from their projections on some principal
// components, in float64.
type Projection struct {
	mean                 []float64
	components           *mat.Dense // [k × n], nil for k = 0
	centred, codes, back *mat.Dense
	y                    buffer
}

// newProjection returns the model that keeps the given components, one a row,
// or none where they are nil.
func newProjection(mean []float64, components *mat.Dense) *Projection {
	n := len(mean)
	p := &Projection{mean: mean, components: components, y: newBuffer(evaluationRows, n)}
	if components != nil {
		k, _ := components.Dims()
		p.centred = mat.NewDense(evaluationRows, n, nil)
		p.codes, p.back = mat.NewDense(evaluationRows, k, nil), mat.NewDense(evaluationRows, n, nil)
	}
	return p
}

// Components is the number of components that are kept.
func (p *Projection) Components() int {
	if p.components == nil {
		return 0
	}
	k, _ := p.components.Dims()
	return k
}

// Forward returns the reconstructions of at most 256 rows of x, valid until
// the next call.
func (p *Projection) Forward(x *Matrix) *Matrix {
	if p.components != nil {
		p.project(x)
	}
	return p.reconstruct(x.Rows)
}

// project sets the codes of the rows of x.
func (p *Projection) project(x *Matrix) {
	for i := range x.Rows {
		centred := p.centred.RawRowView(i)
		for j, v := range x.Row(i) {
			centred[j] = float64(v) - p.mean[j]
		}
	}
	p.codes.Mul(p.centred, p.components.T())
}

// Encode returns the projections of at most 256 rows of x, valid until the
// next call.
func (p *Projection) Encode(x *Matrix) *Matrix {
	h := NewMatrix(x.Rows, p.Components())
	if p.components == nil {
		return h
	}
	p.project(x)
	for i := range x.Rows {
		for j, v := range p.codes.RawRowView(i) {
			h.Row(i)[j] = float32(v)
		}
	}
	return h
}

// Decode returns the reconstructions of projections, at most 256 of them,
// valid until the next call.
func (p *Projection) Decode(h *Matrix) *Matrix {
	for i := range h.Rows {
		codes := p.codes.RawRowView(i)
		for j, v := range h.Row(i) {
			codes[j] = float64(v)
		}
	}
	return p.reconstruct(h.Rows)
}

// reconstruct returns what so many rows of codes stand for: their components and
// the mean, or the mean alone where no component is kept.
func (p *Projection) reconstruct(rows int) *Matrix {
	if p.components != nil {
		p.back.Mul(p.codes, p.components)
	}
	y := p.y.of(rows)
	for i := range rows {
		row := y.Row(i)
		for j, m := range p.mean {
			if p.components != nil {
				m += p.back.At(i, j)
			}
			row[j] = float32(m)
		}
	}
	return y
}

// CodeSize is the number of components.
func (p *Projection) CodeSize() int { return p.Components() }

// Parameters counts the numbers of the model: the mean, and the components.
func (p *Projection) Parameters() int { return len(p.mean) * (1 + p.Components()) }
