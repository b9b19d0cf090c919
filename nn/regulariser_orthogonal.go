package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Orthogonal](regularisers, "orthogonal", "‖wᵀw − I‖² of the weights of the code")
}

// Orthogonal is the squared Frobenius norm of wᵀw − I, w being the weights of
// the layer of the code, [in × code]: 0 where the weights of its units are
// orthogonal to each other and of length 1 (Bansal, Chen and Wang 2018, equation
// 2). Of a gaussian bottleneck it takes the weights of the means.
type Orthogonal struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

// Factor is the penalty's weight.
func (p *Orthogonal) Factor() Schedule { return p.Weight }

// Check tells whether the code has weights, and room to be orthogonal.
func (*Orthogonal) Check(_ *Autoencoder, links []link, encoder int) string {
	code := links[encoder-1]
	_, special := code.part.(codePart)
	if _, dense := code.part.(*Dense); !dense && !special {
		return fmt.Sprintf("orthogonal needs a code from a dense layer, and %s is none", code.path)
	}
	if in, n := code.in.Size(), code.out.Size(); n > in {
		return fmt.Sprintf("orthogonal needs a code no larger than what it is made from: %d units with %d weights each cannot be orthogonal", n, in)
	}
	return ""
}

// Attach makes the penalty work on the code's weights.
func (*Orthogonal) Attach(n *Net) penalty {
	d, columns := codeDense(n.layers[n.encoder-1])
	return &orthogonality{
		products: newProducts(n.team), layer: d, n: columns,
		w: make([]float32, d.in*columns), dw: make([]float32, d.in*columns), gram: make([]float32, columns*columns),
	}
}

type orthogonality struct {
	*products
	layer *dense
	n     int       // columns of the layer's weights that are the code's
	w, dw []float32 // those columns, [in × n], and what they are changed along
	gram  []float32 // wᵀw − I
}

func (o *orthogonality) value() float64 {
	for i := range o.layer.in {
		copy(o.w[i*o.n:(i+1)*o.n], o.layer.w.Value[i*o.layer.nodes:])
	}
	o.product(operands{kernel.MultiplyTA, o.gram, o.w, o.w, o.n, o.n, o.layer.in, kernel.Zero})
	for i := range o.n {
		o.gram[i*o.n+i]--
	}
	return kernel.SumSquares(o.gram)
}

func (*orthogonality) atOutput(int, *Matrix, float64) {}

// atWeights adds weight·4·w·(wᵀw − I).
func (o *orthogonality) atWeights(weight float64) {
	param := o.layer.w
	if param.start() == kernel.Zero {
		clear(param.Grad)
	}
	o.product(operands{kernel.Multiply, o.dw, o.w, o.gram, o.layer.in, o.n, o.n, kernel.Zero})
	for i := range o.layer.in {
		from := i * o.layer.nodes
		kernel.Axpy(param.Grad[from:from+o.n], float32(4*weight), o.dw[i*o.n:(i+1)*o.n])
	}
}

func (*orthogonality) observe() {}

func (o *orthogonality) measured() map[string]float64 { return map[string]float64{"": o.value()} }
