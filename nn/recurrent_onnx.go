package nn

import "hourglass.dev/hourglass/nn/internal/onnx"

// onnx adds a recurrent layer by an operator that has its gates in another order:
// its first gate is gate order[0] here.
func (r recurrentPart) onnx(g *onnx.Graph, x onnx.Value, p parameters, operator string, order []int, attributes ...onnx.Attribute) (onnx.Value, error) {
	steps, features, err := seriesOf(x.Shape)
	if err != nil {
		return x, err
	}
	x = g.Reshape(x, []int{steps, features})
	b, _ := p.find("b")
	biases := r.byGates(b.Value, order)
	if r.biases == 2 {
		ub, _ := p.find("ub")
		biases = append(biases, r.byGates(ub.Value, order)...)
	} else {
		biases = append(biases, make([]float32, len(biases))...)
	}
	outputs := g.NodeOf(operator, 2, []string{
		g.Node("Transpose", []string{x.Name}, onnx.Ints("perm", []int64{1, 0, 2})),
		r.turned(g, p, "w", order), r.turned(g, p, "u", order), g.Tensor("b", []int{1, len(biases)}, biases),
	}, append(attributes, onnx.Int("hidden_size", r.nodes))...)
	if !r.sequence {
		return g.Reshape(onnx.Value{Name: outputs[1], Shape: []int{1, r.nodes}}, []int{r.nodes}), nil
	}
	all := g.Node("Transpose", outputs[:1], onnx.Ints("perm", []int64{2, 0, 1, 3}))
	return g.Reshape(onnx.Value{Name: all, Shape: []int{steps, 1, r.nodes}}, []int{steps, r.nodes}), nil
}

// turned adds weights [in × gates·nodes] as [1 × gates·nodes × in].
func (r recurrentPart) turned(g *onnx.Graph, p parameters, name string, order []int) string {
	w, _ := p.find(name)
	in, units := w.Shape[0], w.Shape[1]
	values := make([]float32, 0, len(w.Value))
	for _, gate := range order {
		for j := range r.nodes {
			for i := range in {
				values = append(values, w.Value[i*units+gate*r.nodes+j])
			}
		}
	}
	return g.Tensor(name, []int{1, units, in}, values)
}

// byGates returns numbers of the gates' units in another order of gates.
func (r recurrentPart) byGates(values []float32, order []int) []float32 {
	out := make([]float32, 0, 2*len(values))
	for _, gate := range order {
		out = append(out, values[gate*r.nodes:][:r.nodes]...)
	}
	return out
}
