package nn

import (
	"fmt"
	"math"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// truth64 computes the objective of a chain of dense layers in float64 by the
// plain loops, from the net's own parameters.
func truth64(design *Design, input Shape, n *Net, values []float64, x *Matrix) float64 {
	links, _, _ := design.Model.chain(input)
	param := func(i int) []float64 {
		first := 0
		for _, p := range n.Params[:i] {
			first += len(p.Value)
		}
		return values[first : first+len(n.Params[i].Value)]
	}
	index := map[string]int{}
	for i, p := range n.Params {
		index[p.Name] = i
	}
	total := 0.0
	for r := range x.Rows {
		h := make([]float64, x.Cols)
		for j, v := range x.Row(r) {
			h[j] = float64(v)
		}
		for _, l := range links {
			nodes, in := l.out.Size(), l.in.Size()
			b := param(index[l.path+".b"])
			at := func(i, j int) float64 { return param(index[l.path+".w"])[i*nodes+j] }
			if l.tied >= 0 {
				at = func(i, j int) float64 { return param(index[links[l.tied].path+".w"])[j*in+i] }
			}
			y := make([]float64, nodes)
			own, _ := l.part.Activated(nil)
			for j := range y {
				y[j] = b[j]
				for i := range h {
					y[j] += h[i] * at(i, j)
				}
				y[j] = activationTruths[kindOf(own)](y[j])
			}
			h = y
		}
		for j, v := range x.Row(r) {
			total += lossTruths[kindOfLoss(design.Loss)](h[j], float64(v))
		}
	}
	return total * lossScale(design.Loss, x.Rows, x.Cols)
}

func kindOf(a Activation) string {
	for _, kind := range activations.Kinds() {
		part, _ := registry.Decode[Activation](registry.Tree{"kind": kind.Name})
		if typeName(part) == typeName(a) {
			return kind.Name
		}
	}
	return ""
}

func kindOfLoss(l Loss) string {
	for _, kind := range losses.Kinds() {
		part, _ := registry.Decode[Loss](registry.Tree{"kind": kind.Name})
		if typeName(part) == typeName(l) {
			return kind.Name
		}
	}
	return ""
}

// design resolves a setting without data.
func design(t *testing.T, model registry.Tree, loss any, train registry.Tree) *Design {
	t.Helper()
	d, err := NewDesign(registry.Tree{
		"model": resolve(t, models, model),
		"loss":  resolve(t, losses, loss),
		"train": resolve(t, trainings, train),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// uniform returns rows of numbers in [0, 1).
func uniform(rows, cols int, seed uint64) *Matrix {
	x := NewMatrix(rows, cols)
	weightStream(seed, 99).Uniforms(x.Data, 0)
	return x
}

func TestGradientsAgainstCentralDifferences(t *testing.T) {
	layers := func(nodes ...float64) []any {
		out := make([]any, len(nodes))
		for i, n := range nodes {
			out[i] = n
		}
		return out
	}
	cases := map[string]struct {
		model registry.Tree
		loss  any
	}{
		"deep":         {registry.Tree{"encoder": layers(5, 4), "code": 3.0, "activation": "tanh"}, "mse"},
		"summed":       {registry.Tree{"encoder": layers(5), "code": 2.0, "activation": "silu"}, registry.Tree{"kind": "huber", "reduce": "sum"}},
		"from logits":  {registry.Tree{"encoder": layers(4), "code": 2.0, "activation": "sigmoid", "output": "sigmoid"}, "bce"},
		"sigmoid mse":  {registry.Tree{"encoder": layers(4), "code": 2.0, "activation": "softplus", "output": "sigmoid"}, "mse"},
		"tied":         {registry.Tree{"encoder": layers(5, 4), "code": 3.0, "activation": "gelu", "tied": true}, "mse"},
		"no code":      {registry.Tree{"encoder": layers(5, 3), "activation": "elu"}, "mse"},
		"only a code":  {registry.Tree{"encoder": layers(), "code": 3.0, "code_activation": "selu"}, "mse"},
		"own decoder":  {registry.Tree{"encoder": layers(5), "code": 3.0, "decoder": layers(4, 5, 6), "activation": "tanh"}, "mse"},
		"depth, nodes": {registry.Tree{"depth": 2.0, "nodes": 6.0, "taper": 0.5, "code": 2.0, "activation": "leaky-relu"}, "mse"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, input := design(t, c.model, c.loss, nil), Shape{6}
			n, err := d.Model.Build(input, 7, 3)
			if err != nil {
				t.Fatal(err)
			}
			o := newObjective(d.Loss, n, input.Size())
			x := uniform(7, 6, 1)
			for i := range n.Values {
				n.Values[i] += 0.01 // biases too are not 0
			}
			y := n.Forward(x)
			loss := o.sum(y, x) * lossScale(d.Loss, y.Rows, y.Cols)
			n.Backward(o.grad(y, x))
			values := make([]float64, len(n.Values))
			for i, v := range n.Values {
				values[i] = float64(v)
			}
			if want := truth64(d, input, n, values, x); !near(loss, want, 1e-5) {
				t.Errorf("objective %g, want %g", loss, want)
			}
			for i := range values {
				const h = 1e-5
				at := values[i]
				values[i] = at + h
				up := truth64(d, input, n, values, x)
				values[i] = at - h
				down := truth64(d, input, n, values, x)
				values[i] = at
				want := (up - down) / (2 * h)
				if got := float64(n.Grads[i]); math.Abs(got-want) > 2e-6*(1+math.Abs(want)) {
					t.Fatalf("gradient %d is %g, want %g", i, got, want)
				}
			}
		})
	}
}

func TestInitialisersHaveTheirVariance(t *testing.T) {
	variances := map[string]float64{
		"glorot-uniform": 2.0 / 500, "glorot-normal": 2.0 / 500,
		"he-uniform": 2.0 / 300, "he-normal": 2.0 / 300,
		"lecun-uniform": 1.0 / 300, "lecun-normal": 1.0 / 300,
		"uniform-fan-in": 1.0 / 900,
	}
	for _, kind := range initialisers.Kinds() {
		part := decode[Initialiser](t, initialisers, kind.Name)
		w := make([]float32, 300*200)
		part.Draw(w, 300, 200, weightStream(1, 0))
		sum, squares := 0.0, 0.0
		for _, v := range w {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		mean, variance := sum/float64(len(w)), squares/float64(len(w))
		// Five standard errors of 60,000 draws: √(2/n) relative for a normal's variance.
		if want := variances[kind.Name]; math.Abs(variance/want-1) > 5*math.Sqrt(2.0/float64(len(w))) {
			t.Errorf("%s: variance %g, want %g", kind.Name, variance, want)
		}
		if limit := 5 * math.Sqrt(variances[kind.Name]/float64(len(w))); math.Abs(mean) > limit {
			t.Errorf("%s: mean %g beyond %g", kind.Name, mean, limit)
		}
	}
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }
