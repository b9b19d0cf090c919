package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// jacobianNets are nets whose encoders, or decoders, have layers of every kind that has a derivative.
var jacobianNets = map[string]struct {
	kind  string
	input Shape
	model registry.Tree
}{
	"convolutions": {"contractive", Shape{5, 4, 1}, registry.Tree{
		"activation": "tanh", "encoder": []any{piece("conv", "filters", 3), "max-pool", piece("conv", "filters", 2, "kernel", 2, "activation", "softplus")}}},
	"a dense code": {"contractive", Shape{5, 5, 2}, registry.Tree{
		"activation": "gelu", "encoder": []any{piece("conv", "filters", 2, "stride", 2, "padding", "valid"), "flatten", 4.0}, "code": 3.0, "code_activation": "sigmoid"}},
	"straight pieces": {"contractive", Shape{4, 6, 1}, registry.Tree{
		"encoder": []any{piece("conv", "filters", 3), "avg-pool", piece("conv", "filters", 2, "activation", "leaky-relu")}, "code": 3.0}},
	"larger inside": {"contractive", Shape{3, 4, 1}, registry.Tree{
		"activation": "elu", "encoder": []any{piece("conv-transpose", "filters", 2, "stride", 2), piece("conv", "filters", 3, "kernel", 2), "global-avg-pool"}, "code": 2.0, "decoder": []any{12.0}}},
	"upsampled": {"contractive", Shape{3, 2, 1}, registry.Tree{
		"activation": "silu", "encoder": []any{"upsample", piece("conv", "filters", 2), "upsample", "max-pool"}, "code": 3.0, "decoder": []any{6.0}}},
	"noise": {"contractive", Shape{4, 3, 1}, registry.Tree{
		"activation": "tanh", "encoder": []any{piece("dropout", "fraction", 0.2), piece("conv", "filters", 2), piece("gaussian-noise", "sigma", 0.3), piece("conv", "filters", 2), piece("dropout", "fraction", 0.3)}, "code": 3.0}},
	"a mean": {"contractive", Shape{6, 2}, registry.Tree{
		"activation": "tanh", "encoder": []any{piece("conv", "filters", 3, "kernel", 2)}, "code": 2.0, "bottleneck": "gaussian"}},
	"few units": {"contractive", Shape{4, 3, 1}, registry.Tree{
		"activation": "tanh", "encoder": []any{piece("conv", "filters", 3, "activation", piece("topk", "k", 20)), "max-pool"}, "code": 3.0, "decoder": []any{12.0}}},
	"dense":          {"contractive", Shape{7}, registry.Tree{"activation": "selu", "encoder": layerList(5, 4), "code": 3.0, "code_activation": "tanh"}},
	"per step":       {"contractive", Shape{5, 3}, registry.Tree{"activation": "tanh", "encoder": []any{piece("dense", "nodes", 4, "per", "step"), piece("conv", "filters", 2)}, "code": 2.0}},
	"tied, per step": {"decoder-jacobian", Shape{4, 3}, registry.Tree{"activation": "tanh", "tied": true, "encoder": []any{piece("dense", "nodes", 2, "per", "step")}}},
	"tied":           {"decoder-jacobian", Shape{6}, registry.Tree{"activation": "tanh", "encoder": layerList(5, 4), "code": 2.0, "tied": true}},
	"from a dense code": {"decoder-jacobian", Shape{4, 5, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3), "max-pool", piece("conv", "filters", 2)}, "code": 3.0}},
	"tied convolutions": {"decoder-jacobian", Shape{5, 4, 1}, registry.Tree{
		"activation": "tanh", "tied": true, "encoder": []any{piece("conv-transpose", "filters", 2), piece("conv", "filters", 2, "stride", 2)}, "code": 2.0}},
	"a picture as code": {"decoder-jacobian", Shape{4, 4, 1}, registry.Tree{
		"activation": "softplus", "output": "tanh", "encoder": []any{piece("conv", "filters", 2, "stride", 2)}}},
}

// forward64 computes the outputs of some layers for example e, which they have met in float32.
func forward64(links []link, built []Layer, params map[string][]float64, e int, x []float64) []float64 {
	for i, l := range links {
		w, b := params[l.path+".w"], params[l.path+".b"]
		switch layer := built[i].(type) {
		case *gaussian:
			x = layerTruths["dense"](&Dense{Nodes: 2 * layer.n, Activation: &Linear{}}, l.in, Shape{2 * layer.n}, x, w, b)[:layer.n]
		case *dropout:
			x = append([]float64{}, x...)
			for j, factor := range layer.factors.matrix.Row(e) {
				x[j] *= float64(factor)
			}
		case *noiseLayer:
			x = append([]float64{}, x...)
			for j, v := range layer.y.matrix.Row(e) {
				x[j] += float64(v) - float64(layer.x.Row(e)[j])
			}
		default:
			if d, ok := layer.(*dense); ok && d.transposed {
				w = transposed64(params[d.w.Name], d.nodes, d.in)
			}
			if c, ok := layer.(*convolution); ok && c.own != nil {
				w = twin64(l, params[c.w.Name])
			}
			own, _ := l.part.Activated(nil)
			if top, ok := own.(*TopK); ok {
				part := l.part.(*Conv)
				x = layerTruths["conv"](&Conv{Filters: part.Filters, Kernel: part.Kernel, Stride: part.Stride, Padding: part.Padding, Activation: &Linear{}}, l.in, l.out, x, w, b)
				x = largest64(x, top.K)
				continue
			}
			x = layerTruths[layers.KindOf(l.part).Name](l.part, l.in, l.out, x, w, b)
		}
	}
	return x
}

func largest64(x []float64, k int) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		larger := 0
		for _, other := range x {
			if other > v {
				larger++
			}
		}
		if larger < k {
			y[i] = v
		}
	}
	return y
}

func transposed64(w []float64, rows, cols int) []float64 {
	t := make([]float64, len(w))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = w[i*cols+j]
		}
	}
	return t
}

// jacobianInputs is the seed of inputs at which no unit is near a kink.
const jacobianInputs = 7

// jacobianCase is a net after Forward, with its float64 truth.
type jacobianCase struct {
	trainer  *Trainer
	encoder  []link
	links    []link // of the stretch
	layers   []Layer
	inputs   *Matrix // of the stretch
	values   []float64
	params   map[string][]float64
	inwards  bool
	directed [][][]float64 // vectors of each example, or nil for the whole norm
}

func newJacobianCase(t *testing.T, kind string, input Shape, model, penalty registry.Tree, rows, threads int) *jacobianCase {
	d := penalisedDesign(t, model, "mse", registry.Tree{kind: penalty}, registry.Tree{"batch": float64(rows)})
	if mistakes := d.Check(Traits{Shape: input, High: 1}); mistakes != nil {
		t.Fatal(mistakes)
	}
	trainer, err := NewTrainer(d, Traits{Shape: input, High: 1}, rows, 3)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Threads(threads)
	t.Cleanup(trainer.Close)
	n, x := trainer.net, uniform(rows, input.Size(), jacobianInputs)
	for i := range n.Values {
		n.Values[i] += 0.01 // biases too are not 0
	}
	n.pass.training, n.pass.epoch, n.pass.step = true, 1, 2
	n.Forward(x)
	links, encoder, _ := d.Model.chain(input)
	c := &jacobianCase{trainer: trainer, encoder: links[:encoder], links: links[:encoder], layers: n.layers[:encoder], inputs: x, values: widen(n.Values), params: map[string][]float64{}, inwards: kind == "contractive"}
	if !c.inwards {
		c.links, c.layers, c.inputs = links[encoder:], n.layers[encoder:], n.output(encoder-1)
	}
	first := 0
	for _, p := range n.Params {
		c.params[p.Name] = c.values[first : first+len(p.Value)]
		first += len(p.Value)
	}
	if samples, ok := penalty["samples"]; ok {
		c.direct(int(samples.(float64)))
	}
	return c
}

// direct draws the signs that the estimate takes.
func (c *jacobianCase) direct(samples int) {
	n := c.trainer.net
	units := n.widths[n.encoder-1]
	stream, first := n.pass.signs(!c.inwards, samples*units)
	signs := make([]float32, c.inputs.Rows*samples*units)
	stream.Mask(signs, first, 0.5)
	for e := range c.inputs.Rows {
		c.directed = append(c.directed, nil)
		for s := range samples {
			v := widen(signs[(e*samples+s)*units:][:units])
			for j := range v {
				v[j] = 2*v[j] - 1
			}
			c.directed[e] = append(c.directed[e], v)
		}
	}
}

// jacobian returns ∂y/∂x of the stretch for an example, [inputs][outputs], by central differences.
func (c *jacobianCase) jacobian(e int) [][]float64 {
	const h = 1e-5
	x := widen(c.inputs.Row(e))
	if !c.inwards { // the code follows from the weights of the encoder
		input := uniform(c.inputs.Rows, c.encoder[0].in.Size(), jacobianInputs).Row(e)
		x = forward64(c.encoder, c.trainer.net.layers[:len(c.encoder)], c.params, e, widen(input))
	}
	out := make([][]float64, len(x))
	for i := range x {
		at := x[i]
		x[i] = at + h
		up := forward64(c.links, c.layers, c.params, e, x)
		x[i] = at - h
		down := forward64(c.links, c.layers, c.params, e, x)
		x[i] = at
		out[i] = make([]float64, len(up))
		for j := range up {
			out[i][j] = (up[j] - down[j]) / (2 * h)
		}
	}
	return out
}

// penalty is the mean over examples of the norm, or of its estimate.
func (c *jacobianCase) penalty() (sum float64) {
	for e := range c.inputs.Rows {
		jacobian := c.jacobian(e)
		if c.directed == nil {
			for _, row := range jacobian {
				for _, v := range row {
					sum += v * v
				}
			}
			continue
		}
		for _, v := range c.directed[e] {
			sum += lengthOfProduct(jacobian, v, c.inwards) / float64(len(c.directed[e]))
		}
	}
	return sum / float64(c.inputs.Rows)
}

// lengthOfProduct is ‖vᵀ·J‖², or ‖J·v‖².
func lengthOfProduct(jacobian [][]float64, v []float64, inwards bool) (sum float64) {
	outputs := make([]float64, len(jacobian[0]))
	for i, row := range jacobian {
		dot := 0.0
		for j, slope := range row {
			if inwards {
				dot += slope * v[j]
			} else {
				outputs[j] += slope * v[i]
			}
		}
		sum += dot * dot
	}
	for _, y := range outputs {
		sum += y * y
	}
	return sum
}

// The penalty and its gradient, exact and estimated, against a Jacobian by central differences and central differences of
// that penalty; the estimate with the signs that it draws.
func TestJacobianPenaltiesAgainstFloat64(t *testing.T) {
	for name, c := range jacobianNets {
		for estimate, samples := range map[string]any{"exact": nil, "hutchinson": 2.0} {
			penalty := registry.Tree{"weight": 0.5, "estimate": estimate}
			if samples != nil {
				penalty["samples"] = samples
			}
			for rows, threads := range map[int]int{3: 1, 18: 3} {
				if rows > 3 && (name != "convolutions" || samples == nil) {
					continue
				}
				t.Run(name+" "+estimate, func(t *testing.T) {
					checkJacobian(t, newJacobianCase(t, c.kind, c.input, c.model, penalty, rows, threads))
				})
			}
		}
	}
}

func checkJacobian(t *testing.T, c *jacobianCase) {
	n := c.trainer.net
	term := &n.terms[0]
	term.weight = 0.5
	if got, want := term.value(), c.penalty(); !near(got, want, 1e-5) {
		t.Fatalf("the penalty is %g, want %g", got, want)
	}
	last := len(n.layers) - 1
	n.Backward(NewMatrix(c.inputs.Rows, n.widths[last]))
	probes := len(c.values)/25 + c.inputs.Rows/3
	for i := 0; i < len(c.values); i += probes {
		const h = 1e-4
		at := c.values[i]
		c.values[i] = at + h
		up := c.penalty()
		c.values[i] = at - h
		down := c.penalty()
		c.values[i] = at
		// Jacobians are good to 1e-10 and so the differences to 1e-6; float32 sums lose as much.
		if want := 0.5 * (up - down) / (2 * h); math.Abs(float64(n.Grads[i])-want) > 1e-5*(1+math.Abs(want)) {
			t.Fatalf("gradient %d is %g, want %g", i, n.Grads[i], want)
		}
	}
}

// The mean of many estimates, in their value and in their gradients, is what they estimate.
func TestEstimatedJacobiansAreUnbiased(t *testing.T) {
	for _, name := range []string{"convolutions", "a dense code", "dense", "from a dense code"} {
		c := jacobianNets[name]
		exact := newJacobianCase(t, c.kind, c.input, c.model, registry.Tree{"weight": 1.0, "estimate": "exact"}, 5, 1).trainer.net
		want := exact.terms[0].value()
		exact.terms[0].weight = 1
		zeros := func() *Matrix { return NewMatrix(5, c.input.Size()) }
		exact.Backward(zeros())
		trainer := newJacobianCase(t, c.kind, c.input, c.model, registry.Tree{"weight": 1.0, "estimate": "hutchinson", "samples": 1.0}, 5, 1).trainer
		n, draws := trainer.net, 2000.0
		n.terms[0].weight = 1
		values, gradients := moments{}, make([]moments, len(n.Grads))
		for step := range int(draws) {
			n.pass.step = uint32(step)
			values.add(n.terms[0].value())
			n.Backward(zeros())
			for i, g := range n.Grads {
				gradients[i].add(float64(g))
			}
		}
		// Five standard errors, of a hundred numbers or so.
		unbiased := func(what string, m moments, want float64) {
			if mean := m.sum / m.n; math.Abs(mean-want) > 5*math.Sqrt(m.variance()/draws)+1e-6 {
				t.Errorf("%s: %s is %g on average, want %g ± %g", name, what, mean, want, math.Sqrt(m.variance()/draws))
			}
		}
		unbiased("the penalty", values, want)
		if values.variance() == 0 {
			t.Errorf("%s: nothing is drawn", name)
		}
		for i, m := range gradients {
			unbiased("a gradient", m, float64(exact.Grads[i]))
		}
	}
}

// A dense encoder's norm is the same by sweeps and by its closed form.
func TestJacobiansOfDenseLayersAgree(t *testing.T) {
	c := newJacobianCase(t, "contractive", Shape{9}, registry.Tree{"activation": "tanh", "encoder": layerList(6, 5), "code": 4.0}, registry.Tree{"weight": 1.0}, 40, 1)
	n := c.trainer.net
	closed, swept := newDenseJacobian(n), newSweptJacobian(n, 0, n.encoder, 4, true, 0)
	if a, b := closed.norm(true), swept.norm(true); !near(a, b, 1e-5) {
		t.Errorf("%g in closed form, %g by sweeps", a, b)
	}
}

func TestJacobianMetricsSayWhetherTheyAreEstimated(t *testing.T) {
	conv := func(filters int) registry.Tree {
		return registry.Tree{"encoder": []any{piece("conv", "filters", filters, "stride", 2)}}
	}
	for name, c := range map[string]struct {
		model     registry.Tree
		penalties registry.Tree
		want      []string
	}{
		"few units":        {conv(2), registry.Tree{"contractive": 0.1, "decoder-jacobian": 0.1}, nil},
		"few, estimated":   {conv(2), registry.Tree{"contractive": registry.Tree{"weight": 0.1, "estimate": "hutchinson"}}, nil},
		"many units":       {conv(9), registry.Tree{"contractive": 0.1}, []string{"contractive is estimated, from one vector"}},
		"many, with draws": {conv(9), registry.Tree{"decoder-jacobian": registry.Tree{"weight": 0.1, "samples": 3.0}}, []string{"decoder_jacobian is estimated, from 3 vectors"}},
		"many, exact":      {conv(9), registry.Tree{"contractive": registry.Tree{"weight": 0.1, "estimate": "exact"}}, nil},
		"many, dense":      {registry.Tree{"encoder": layerList(), "code": 40.0}, registry.Tree{"contractive": 0.1}, nil},
	} {
		x := uniform(20, 16, 1)
		trainer, err := NewTrainer(penalisedDesign(t, c.model, "mse", c.penalties, nil), Traits{Shape: Shape{4, 4, 1}, High: 1}, x.Rows, 1)
		if err != nil {
			t.Fatal(err)
		}
		_, notes := trainer.Health(x)
		var said []string
		for _, note := range notes {
			if strings.Contains(note, "estimated") {
				said = append(said, note)
			}
		}
		if len(said) != len(c.want) || len(said) > 0 && !strings.Contains(said[0], c.want[0]) {
			t.Errorf("%s: notes are %q, want %q", name, said, c.want)
		}
	}
}

func TestJacobiansThatCannotBe(t *testing.T) {
	conv := registry.Tree{"encoder": []any{piece("conv", "filters", 2)}}
	for name, c := range map[string]struct {
		model   registry.Tree
		penalty string
		want    string
	}{
		"unit-norm":  {conv.With("code", 3.0).With("bottleneck", "unit-norm"), "contractive", "contractive needs layers whose derivative it knows, such as dense ones, convolutions and pooling: that of code, unit-norm linear, is not worked out"},
		"batch-norm": {conv.With("code", 3.0).With("bottleneck", "batch-norm"), "contractive", "that of code, batch-norm, is not worked out"},
		"recurrent":  {registry.Tree{"encoder": []any{piece("reshape", "shape", []any{4.0, 4.0}), piece("gru", "nodes", 3)}}, "contractive", "that of encoder[1], gru tanh, is not worked out"},
		"decoder":    {registry.Tree{"encoder": []any{5.0, "layer-norm"}, "code": 3.0}, "decoder-jacobian", "decoder-jacobian needs layers whose derivative it knows"},
	} {
		d := penalisedDesign(t, c.model, "mse", registry.Tree{c.penalty: 0.1}, nil)
		if got := d.Check(Traits{Shape: Shape{4, 4, 1}, High: 1}); got == nil || !strings.Contains(got.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", name, got, c.want)
		}
	}
	if _, mistakes := regularisers.ResolveKinds("regularisers", registry.Tree{"contractive": registry.Tree{"weight": 0.1, "estimate": "exact", "samples": 2.0}}); mistakes == nil {
		t.Error("samples of an exact penalty were taken")
	}
}
