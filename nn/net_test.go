package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// truth computes objectives in float64 by the plain loops, from the
// parameters of a net of dense layers.
type truth struct {
	design  *Design
	input   Shape
	net     *Net
	noise   *Matrix // what Gaussian codes are drawn with
	values  []float64
	outputs []map[string][]float64 // of each example, by the layer's path
	inputs  []map[string][]float64 // of the activations
	moments []map[string][]float64 // means and log-variances of each example
}

func (tr *truth) param(name string) []float64 {
	first := 0
	for _, p := range tr.net.Params {
		if p.Name == name {
			return tr.values[first : first+len(p.Value)]
		}
		first += len(p.Value)
	}
	panic("no parameter " + name)
}

// objective is that of a batch: loss and weighted penalties, per example. The
// net is fed fed, and its reconstructions are held against x.
func (tr *truth) objective(fed, x *Matrix) float64 {
	total := 0.0
	tr.outputs, tr.inputs, tr.moments = nil, nil, nil
	for r := range x.Rows {
		total += tr.loss(tr.reconstruct(r, fed.Row(r)), x.Row(r))
	}
	total *= lossScale(tr.design.Loss, x.Rows, x.Cols)
	for _, part := range tr.design.Regularisers {
		total += part.Factor().At(0) * penaltyTruths[regularisers.KindOf(part).Name](tr, part)
	}
	return total
}

// loss is that of an example, summed over its elements.
func (tr *truth) loss(y []float64, x []float32) (sum float64) {
	kind := losses.KindOf(tr.design.Loss).Name
	if picture := pictureTruths[kind]; picture != nil {
		return picture(y, widen(x), tr.input, 1)
	}
	if learnedVariance(tr.design.Loss) != nil {
		return tr.learnedLoss(y, x)
	}
	for j, v := range x {
		sum += lossTruths[kind](y[j], float64(v))
	}
	return sum
}

// learnedLoss is minus the log density with the variances that are parameters.
func (tr *truth) learnedLoss(y []float64, x []float32) (sum float64) {
	logs := tr.param("loss.log_variance")
	for j, v := range x {
		variance := math.Exp(logs[j%len(logs)])
		sum += math.Log(2*math.Pi*variance)/2 + (y[j]-float64(v))*(y[j]-float64(v))/(2*variance)
	}
	return sum
}

func (tr *truth) reconstruct(r int, x []float32) []float64 {
	links, _, _ := tr.design.Model.chain(tr.input)
	outputs, inputs, moments := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	h := make([]float64, len(x))
	for j, v := range x {
		h[j] = float64(v)
	}
	for _, l := range links {
		weights := l.path
		if l.tied >= 0 {
			weights = links[l.tied].path
		}
		z := tr.dense(h, tr.param(l.path+".b"), tr.param(weights+".w"), l.tied >= 0)
		if _, gaussian := l.part.(*gaussianCode); gaussian {
			n := len(z) / 2
			moments[l.path] = z
			h = make([]float64, n)
			for j := range h {
				h[j] = z[j] + math.Exp(z[n+j]/2)*float64(tr.noise.Row(r)[j])
			}
		} else {
			own, _ := l.part.Activated(nil)
			inputs[l.path] = append([]float64{}, z...)
			h = activate(own, z)
			if _, normed := l.part.(*unitNormCode); normed {
				h = normalised(h)
			}
		}
		outputs[l.path] = h
	}
	tr.outputs, tr.moments = append(tr.outputs, outputs), append(tr.moments, moments)
	tr.inputs = append(tr.inputs, inputs)
	return h
}

func normalised(x []float64) []float64 {
	length := 0.0
	for _, v := range x {
		length = math.Hypot(length, v)
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v / length
	}
	return y
}

func (tr *truth) dense(h, b, w []float64, transposed bool) []float64 {
	nodes := len(b)
	z := append([]float64{}, b...)
	for j := range z {
		for i := range h {
			if transposed {
				z[j] += h[i] * w[j*len(h)+i]
			} else {
				z[j] += h[i] * w[i*nodes+j]
			}
		}
	}
	return z
}

// jacobian returns ‖∂code/∂input‖² of an example, by the chain rule.
func (tr *truth) jacobian(r int) (norm float64) {
	links, encoder, _ := tr.design.Model.chain(tr.input)
	n := tr.input.Size()
	j := make([][]float64, n) // ∂h/∂x_i
	for i := range j {
		j[i] = make([]float64, n)
		j[i][i] = 1
	}
	for _, l := range links[:encoder] {
		nodes := l.out.Size()
		own, _ := l.part.Activated(nil)
		w, f := tr.param(l.path+".w"), activationTruths[activations.KindOf(own).Name]
		for i := range j {
			next := make([]float64, nodes)
			for to := range next {
				for from, v := range j[i] {
					next[to] += v * w[from*nodes+to]
				}
				next[to] *= slope(f, tr.inputs[r][l.path][to])
			}
			j[i] = next
		}
	}
	for i := range j {
		for _, v := range j[i] {
			norm += v * v
		}
	}
	return norm
}

// paths returns those of the layers that a penalty on activations is on.
func (tr *truth) paths(on string) []string {
	links, encoder, _ := tr.design.Model.chain(tr.input)
	var out []string
	for i, l := range links[:len(links)-1] {
		if code := i == encoder-1; on == "all" || (on == "code") == code {
			out = append(out, l.path)
		}
	}
	return out
}

// weights returns all values that are no biases.
func (tr *truth) weights() []float64 {
	var out []float64
	for _, p := range tr.net.Params {
		if !p.Bias {
			out = append(out, tr.param(p.Name)...)
		}
	}
	return out
}

// penaltyTruths are the penalties, unweighted. Every registered regulariser
// needs an entry.
var penaltyTruths = map[string]func(tr *truth, part Regulariser) float64{
	"l1": func(tr *truth, _ Regulariser) (sum float64) {
		for _, w := range tr.weights() {
			sum += math.Abs(w)
		}
		return sum
	},
	"l2": func(tr *truth, _ Regulariser) (sum float64) {
		for _, w := range tr.weights() {
			sum += w * w
		}
		return sum
	},
	"sparse-l1": func(tr *truth, part Regulariser) (sum float64) {
		for _, path := range tr.paths(part.(*SparseL1).On) {
			for _, example := range tr.outputs {
				for _, h := range example[path] {
					sum += math.Abs(h)
				}
			}
		}
		return sum / float64(len(tr.outputs))
	},
	"sparse-kl": func(tr *truth, part Regulariser) (sum float64) {
		rho := part.(*SparseKL).Rho
		for _, path := range tr.paths(part.(*SparseKL).On) {
			for j := range tr.outputs[0][path] {
				mean := 0.0
				for _, example := range tr.outputs {
					mean += example[path][j] / float64(len(tr.outputs))
				}
				sum += rho*math.Log(rho/mean) + (1-rho)*math.Log((1-rho)/(1-mean))
			}
		}
		return sum
	},
	"contractive": func(tr *truth, _ Regulariser) (sum float64) {
		for r := range tr.outputs {
			sum += tr.jacobian(r)
		}
		return sum / float64(len(tr.outputs))
	},
	"decoder-jacobian": func(tr *truth, _ Regulariser) (sum float64) {
		links, encoder, _ := tr.design.Model.chain(tr.input)
		params := map[string][]float64{}
		for _, p := range tr.net.Params {
			params[p.Name] = tr.param(p.Name)
		}
		for r := range tr.outputs {
			decode := func(h []float64) []float64 {
				return forward64(links[encoder:], tr.net.layers[encoder:], params, r, h)
			}
			h := append([]float64{}, tr.outputs[r][links[encoder-1].path]...)
			for j := range h {
				at := h[j]
				h[j] = at + 1e-5
				up := decode(h)
				h[j] = at - 1e-5
				down := decode(h)
				h[j] = at
				for i := range up {
					sum += (up[i] - down[i]) * (up[i] - down[i]) / 4e-10
				}
			}
		}
		return sum / float64(len(tr.outputs))
	},
	"orthogonal": func(tr *truth, _ Regulariser) (sum float64) {
		links, encoder, _ := tr.design.Model.chain(tr.input)
		in, n, w := links[encoder-1].in.Size(), links[encoder-1].out.Size(), tr.param("code.w")
		stride := len(w) / in
		for a := range n {
			for b := range n {
				dot := 0.0
				for i := range in {
					dot += w[i*stride+a] * w[i*stride+b]
				}
				if a == b {
					dot--
				}
				sum += dot * dot
			}
		}
		return sum
	},
	"mmd": func(tr *truth, _ Regulariser) (sum float64) {
		var codes, prior [][]float64
		width, rows := len(tr.outputs[0]["code"]), len(tr.outputs)
		drawn := make([]float32, rows*width)
		stream, first := tr.net.pass.prior(width)
		stream.Normals(drawn, first)
		for r, example := range tr.outputs {
			codes, prior = append(codes, example["code"]), append(prior, widen(drawn[r*width:(r+1)*width]))
		}
		n := float64(rows)
		for i := range rows {
			for j := range rows {
				if i != j {
					sum += (multiquadratic(codes[i], codes[j]) + multiquadratic(prior[i], prior[j])) / (n * (n - 1))
				}
				sum -= 2 * multiquadratic(codes[i], prior[j]) / (n * n)
			}
		}
		return sum
	},
	"kl": func(tr *truth, part Regulariser) (sum float64) {
		kl, n := part.(*KL), len(tr.moments[0]["code"])/2
		units := make([]float64, n)
		for _, example := range tr.moments {
			for j, both := 0, example["code"]; j < n; j++ {
				units[j] += 0.5 * (math.Exp(both[n+j]) + both[j]*both[j] - 1 - both[n+j]) / float64(len(tr.moments))
			}
		}
		for _, unit := range units {
			sum += max(unit, kl.FreeBits)
		}
		if kl.Capacity != nil {
			return math.Abs(sum - kl.Capacity.At(0))
		}
		return sum
	},
}

// multiquadratic is the kernel of MMD.
func multiquadratic(a, b []float64) (sum float64) {
	distance := 0.0
	for i := range a {
		distance += (a[i] - b[i]) * (a[i] - b[i])
	}
	for _, s := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10} {
		c := 2 * float64(len(a)) * s
		sum += c / (c + distance)
	}
	return sum
}

// design resolves a setting without data.
func design(t testing.TB, model registry.Tree, loss any, train registry.Tree) *Design {
	return penalisedDesign(t, model, loss, nil, train)
}

func penalisedDesign(t testing.TB, model registry.Tree, loss any, penalties, train registry.Tree) *Design {
	t.Helper()
	setting := registry.Tree{
		"model": resolve(t, models, model),
		"loss":  resolve(t, losses, loss),
		"train": resolve(t, trainings, train),
	}
	if penalties != nil {
		resolved, mistakes := regularisers.ResolveKinds("regularisers", penalties)
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		setting["regularisers"] = resolved
	}
	d, err := NewDesign(setting)
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

func layerList(nodes ...float64) []any {
	out := make([]any, len(nodes))
	for i, n := range nodes {
		out[i] = n
	}
	return out
}

func TestGradientsAgainstCentralDifferences(t *testing.T) {
	logistic := registry.Tree{"encoder": layerList(5), "code": 3.0, "activation": "sigmoid", "code_activation": "sigmoid"}
	variational := registry.Tree{"encoder": layerList(5), "code": 3.0, "activation": "tanh", "bottleneck": "gaussian"}
	cases := map[string]struct {
		model     registry.Tree
		loss      any
		penalties registry.Tree
	}{
		"deep":                    {registry.Tree{"encoder": layerList(5, 4), "code": 3.0, "activation": "tanh"}, "mse", nil},
		"summed":                  {registry.Tree{"encoder": layerList(5), "code": 2.0, "activation": "silu"}, registry.Tree{"kind": "huber", "reduce": "sum"}, nil},
		"k-sparse":                {registry.Tree{"encoder": layerList(5), "code": 4.0, "activation": "tanh", "code_activation": registry.Tree{"kind": "topk", "k": 2.0}}, "mse", nil},
		"k-sparse, none negative": {registry.Tree{"encoder": layerList(), "code": 4.0, "code_activation": registry.Tree{"kind": "topk", "k": 3.0, "relu": true}}, "mse", registry.Tree{"sparse-l1": 0.1}},
		"jumping":                 {registry.Tree{"encoder": layerList(5), "code": 4.0, "activation": "tanh", "code_activation": registry.Tree{"kind": "jump-relu", "bandwidth": 1e-6}}, "mse", nil},
		"log-cosh":                {registry.Tree{"encoder": layerList(5), "code": 2.0, "activation": "silu"}, "log-cosh", nil},
		"likelihood":              {registry.Tree{"encoder": layerList(5), "code": 2.0, "activation": "silu"}, registry.Tree{"kind": "gaussian-nll", "reduce": "sum"}, nil},
		"learned variance":        {registry.Tree{"encoder": layerList(5), "code": 2.0, "activation": "silu"}, registry.Tree{"kind": "gaussian-nll", "variance": "learned"}, registry.Tree{"l2": 0.01}},
		"learned variances":       {variational, registry.Tree{"kind": "gaussian-nll", "reduce": "sum", "variance": registry.Tree{"kind": "learned", "of": "each", "start": 0.3}}, registry.Tree{"kl": 1.0}},
		"from logits":             {registry.Tree{"encoder": layerList(4), "code": 2.0, "activation": "sigmoid", "output": "sigmoid"}, "bce", nil},
		"sigmoid mse":             {registry.Tree{"encoder": layerList(4), "code": 2.0, "activation": "softplus", "output": "sigmoid"}, "mse", nil},
		"tied":                    {registry.Tree{"encoder": layerList(5, 4), "code": 3.0, "activation": "gelu", "tied": true}, "mse", nil},
		"no code":                 {registry.Tree{"encoder": layerList(5, 3), "activation": "elu"}, "mse", nil},
		"only a code":             {registry.Tree{"encoder": layerList(), "code": 3.0, "code_activation": "selu"}, "mse", nil},
		"own decoder":             {registry.Tree{"encoder": layerList(5), "code": 3.0, "decoder": layerList(4, 5, 6), "activation": "tanh"}, "mse", nil},
		"depth, nodes":            {registry.Tree{"depth": 2.0, "nodes": 6.0, "taper": 0.5, "code": 2.0, "activation": "leaky-relu"}, "mse", nil},
		"l1":                      {logistic, "mse", registry.Tree{"l1": 0.01}},
		"l2, tied":                {logistic.With("tied", true), "mse", registry.Tree{"l2": 0.01}},
		"sparse-l1":               {logistic, "mse", registry.Tree{"sparse-l1": registry.Tree{"weight": 0.1, "on": "all"}}},
		"sparse-kl":               {logistic, "mse", registry.Tree{"sparse-kl": []any{registry.Tree{"weight": 0.1, "rho": 0.2}, registry.Tree{"weight": 0.3, "on": "hidden"}}}},
		"variational":             {variational, "mse", registry.Tree{"kl": 0.1}},
		"sampled":                 {variational, "mse", nil},
		"all of them":             {variational, "mse", registry.Tree{"kl": 0.1, "l1": 0.001, "l2": 0.01, "sparse-l1": 0.01}},
		"contractive":             {registry.Tree{"encoder": layerList(), "code": 4.0, "code_activation": "sigmoid"}, "mse", registry.Tree{"contractive": 0.1}},
		"deep contractive":        {registry.Tree{"encoder": layerList(5, 4), "code": 3.0, "activation": "tanh", "code_activation": "softplus"}, "mse", registry.Tree{"contractive": 0.1}},
		"tied contractive":        {registry.Tree{"encoder": layerList(5), "code": 3.0, "activation": "gelu", "tied": true}, "mse", registry.Tree{"contractive": 0.1, "l2": 0.01}},
		"relu contractive":        {registry.Tree{"encoder": layerList(4), "code": 3.0, "activation": "relu"}, "mse", registry.Tree{"contractive": 0.1}},
		"decoder-jacobian":        {logistic.With("output", "sigmoid"), "bce", registry.Tree{"decoder-jacobian": 0.1, "contractive": 0.1}},
		"masked":                  {logistic.With("corruption", registry.Tree{"kind": "masking", "fraction": 0.4}), "mse", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			checkGradient(t, penalisedDesign(t, c.model, c.loss, c.penalties, nil), Shape{6}, uniform(7, 6, 1))
		})
	}
}

// A step on pictures as wholes, behind a sigmoid too.
func TestGradientsOfPictures(t *testing.T) {
	model := registry.Tree{"encoder": layerList(3), "code": 2.0, "activation": "tanh", "output": "sigmoid"}
	checkGradient(t, design(t, model, "ssim", nil), Shape{12, 11, 1}, uniform(3, 12*11, 1))
}

// checkGradient holds the gradient of a batch against central differences of
// the truth.
func checkGradient(t *testing.T, d *Design, input Shape, x *Matrix) {
	t.Helper()
	trainer, err := NewTrainer(d, Traits{Shape: input, High: 1}, x.Rows, 3)
	if err != nil {
		t.Fatal(err)
	}
	n := trainer.net
	for i := range n.Values {
		n.Values[i] += 0.01 // biases too are not 0
	}
	n.pass.training, n.pass.epoch = true, 1
	tr := &truth{design: d, input: input, net: n, values: make([]float64, len(n.Values)), noise: NewMatrix(x.Rows, 3)}
	stream, _ := n.pass.sampling(3)
	stream.Normals(tr.noise.Data, 0)
	for i, v := range n.Values {
		tr.values[i] = float64(v)
	}
	fed := trainer.corrupter.training(x, n.pass, trainer.order)
	y := n.Forward(fed)
	objective := trainer.objective.mean(trainer.objective.sum(y, x), y.Rows) + trainer.penalties()
	n.Backward(trainer.objective.grad(y, x))
	if want := tr.objective(fed, x); !near(objective, want, 1e-5) {
		t.Errorf("objective %g, want %g", objective, want)
	}
	for i := range tr.values {
		const h = 1e-5
		at := tr.values[i]
		tr.values[i] = at + h
		up := tr.objective(fed, x)
		tr.values[i] = at - h
		down := tr.objective(fed, x)
		tr.values[i] = at
		want := (up - down) / (2 * h)
		if got := float64(n.Grads[i]); math.Abs(got-want) > 2e-6*(1+math.Abs(want)) {
			t.Fatalf("gradient %d is %g, want %g", i, got, want)
		}
	}
}

// The discrepancy of batches around a block of rows, against the plain sums.
func TestDiscrepancyAtBlockEdges(t *testing.T) {
	model := registry.Tree{"encoder": layerList(), "code": 3.0}
	for _, rows := range []int{1, 2, discrepancyRows, discrepancyRows + 1, 2*discrepancyRows + 3} {
		d := penalisedDesign(t, model, "mse", registry.Tree{"mmd": 1.0}, nil)
		trainer := trainer(t, d, uniform(rows, 5, 1), 3)
		n := trainer.net
		n.pass.training, n.pass.epoch = true, 1
		x := uniform(rows, 5, 1)
		tr := &truth{design: d, input: Shape{5}, net: n, values: widen(n.Values)}
		n.Forward(x)
		tr.objective(x, x)
		want := 0.0
		if rows > 1 {
			want = penaltyTruths["mmd"](tr, d.Regularisers[0])
		}
		if got := n.terms[0].value(); !near(got, want, 1e-6) {
			t.Errorf("%d examples: %g, want %g", rows, got, want)
		}
	}
}

// Codes that are drawn from the prior have no discrepancy from it, but for
// chance; others have one.
func TestDiscrepancyTellsDistributionsApart(t *testing.T) {
	d := penalisedDesign(t, registry.Tree{"encoder": layerList(), "code": 4.0, "decoder": layerList(4)}, "mse", registry.Tree{"mmd": 1.0}, nil)
	x := NewMatrix(256, 4)
	weightStream(9, 9).Normals(x.Data, 0)
	trainer := trainer(t, d, x, 3)
	n := trainer.net
	identity := n.Params[0].Value
	measure := func(factor float32) float64 {
		clear(identity)
		for i := range 4 {
			identity[5*i] = factor
		}
		return trainer.Measure(x, Traits{Shape: Shape{4}, Low: -9, High: 9})["mmd"]
	}
	// The estimate's standard deviation at 256 examples is about 0.006.
	if same, narrow, wide := measure(1), measure(0.3), measure(3); math.Abs(same) > 0.03 || narrow < 0.3 || wide < 0.3 {
		t.Errorf("discrepancy %g from the same distribution, %g from a narrow and %g from a wide one", same, narrow, wide)
	}
}

func TestCodesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		model, penalties registry.Tree
		want             string
	}{
		"wide":            {registry.Tree{"encoder": layerList(3), "code": 4.0}, registry.Tree{"orthogonal": 1.0}, "4 units with 3 weights each cannot be orthogonal"},
		"no dense":        {registry.Tree{"encoder": []any{"flatten"}, "decoder": layerList(9)}, registry.Tree{"orthogonal": 1.0}, "orthogonal needs a code from a dense layer, and encoder[0] is none"},
		"one unit":        {registry.Tree{"encoder": layerList(3), "code": 1.0, "bottleneck": "unit-norm"}, nil, "unit-norm leaves nothing of a code of 1 unit but its sign"},
		"uneven vectors":  {registry.Tree{"encoder": layerList(3), "code": 3.0, "bottleneck": registry.Tree{"kind": "vector-quantised", "vectors": 2.0}}, nil, "a code of 3 units cannot be cut into 2 equal vectors"},
		"k of normalised": {registry.Tree{"encoder": layerList(3), "code": 3.0, "bottleneck": "batch-norm", "code_activation": registry.Tree{"kind": "topk", "k": 4.0}}, nil, "topk keeps 4 units, and there are 3"},
		"k":               {registry.Tree{"encoder": layerList(3), "code": 3.0, "bottleneck": "unit-norm", "code_activation": registry.Tree{"kind": "topk", "k": 4.0}}, nil, "topk keeps 4 units, and there are 3"},
	} {
		if got := penalisedDesign(t, c.model, "mse", c.penalties, nil).Check(Traits{Shape: Shape{9}, High: 1}).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want it to say %q", name, got, c.want)
		}
	}
}

func TestUnitNormKeepsLengthsAndNaught(t *testing.T) {
	n, err := design(t, registry.Tree{"encoder": layerList(), "code": 5.0, "bottleneck": "unit-norm"}, "mse", nil).Model.Build(Shape{7}, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := uniform(4, 7, 1)
	clear(x.Row(2))
	h := n.Encode(x)
	for i := range 4 {
		length := 0.0
		for _, v := range h.Row(i) {
			length += float64(v) * float64(v)
		}
		if want := map[bool]float64{true: 0, false: 1}[i == 2]; !near(length, want, 1e-6) {
			t.Errorf("row %d has the squared length %g, want %g", i, length, want)
		}
	}
	dy := uniform(4, 5, 2)
	n.layers[0].Backward(dy, false)
	if !slices.Equal(dy.Row(2), make([]float32, 5)) {
		t.Errorf("a code of length 0 has the gradient %v, want none", dy.Row(2))
	}
}

func TestEveryRegulariserHasATruth(t *testing.T) {
	for _, kind := range regularisers.Names() {
		if penaltyTruths[kind] == nil {
			t.Errorf("%s has no float64 truth", kind)
		}
	}
}

func TestUniformFanInDrawsBiases(t *testing.T) {
	model := registry.Tree{"encoder": layerList(9), "code": 4.0, "initialiser": "uniform-fan-in", "tied": true}
	n, err := design(t, model, "mse", nil).Model.Build(Shape{25}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	bounds := map[string]float32{"encoder[0].b": 1.0 / 5, "code.b": 1.0 / 3, "decoder[0].b": 1.0 / 2, "decoder[1].b": 1.0 / 3}
	for _, p := range n.Params {
		if bound := bounds[p.Name]; p.Bias && !(slices.Max(p.Value) < bound && slices.Min(p.Value) >= -bound && slices.Max(p.Value) > 0.2*bound) {
			t.Errorf("%s lies in [%g, %g], want it to fill ±%g", p.Name, slices.Min(p.Value), slices.Max(p.Value), bound)
		}
	}
}

// PyTorch 1.13: torch.nn.init._calculate_fan_in_and_fan_out(ConvTranspose2d(8, 2, 3).weight) is (18, 72).
func TestFansOfTransposedConvolutions(t *testing.T) {
	for fan, want := range map[string][2]int{"inputs": {72, 18}, "outputs": {18, 72}} {
		part := decode[LayerPart](t, layers, registry.Tree{"kind": "conv-transpose", "filters": 2.0, "fan_in": fan, "activation": "linear"})
		b := &Builder{rows: 1, examples: 1, prefix: "layer", team: newTeam(), pass: &pass{}}
		inRows(b, part, Shape{4, 4, 8})
		if w, bias := b.params[0], b.params[1]; w.fanIn != want[0] || w.fanOut != want[1] || bias.fanIn != want[0] {
			t.Errorf("%s: fans of %d and %d, %d of the biases; want %v", fan, w.fanIn, w.fanOut, bias.fanIn, want)
		}
	}
}

func TestInitialisersHaveTheirVariance(t *testing.T) {
	variances := map[string]float64{
		"glorot-uniform": 2.0 / 500, "glorot-normal": 2.0 / 500,
		"he-uniform": 2.0 / 300, "he-normal": 2.0 / 300,
		"lecun-uniform": 1.0 / 300, "lecun-normal": 1.0 / 300,
		"uniform-fan-in": 1.0 / 900,
		"orthogonal":     1.0 / 300, "sparse": 15.0 / 300,
		"normal": 0.01 * 0.01, "uniform": 0.05 * 0.05 / 3,
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
		// Five standard errors of the draws that are not 0: √(2/n) relative for a normal's variance.
		drawn := 0.0
		for _, v := range w {
			if v != 0 {
				drawn++
			}
		}
		if want := variances[kind.Name]; math.Abs(variance/want-1) > 5*math.Sqrt(2.0/drawn) {
			t.Errorf("%s: variance %g, want %g", kind.Name, variance, want)
		}
		if limit := 5 * math.Sqrt(variances[kind.Name]/float64(len(w))); math.Abs(mean) > limit {
			t.Errorf("%s: mean %g beyond %g", kind.Name, mean, limit)
		}
	}
}

// A standard normal distribution without what lies beyond ±2 has the variance
// 1 − 4·φ(2)/(2·Φ(2) − 1).
func TestTruncatedWeightsEnd(t *testing.T) {
	within := 1 - 4*math.Exp(-2)/math.Sqrt(2*math.Pi)/math.Erf(math.Sqrt2)
	for name, c := range map[string]struct {
		part     registry.Tree
		variance float64
	}{
		"glorot-normal": {nil, 2.0 / 500}, "he-normal": {nil, 2.0 / 300}, "lecun-normal": {nil, 1.0 / 300},
		"normal": {registry.Tree{"sigma": 0.5}, 0.25 * within},
	} {
		part := decode[Initialiser](t, initialisers, c.part.With("kind", name).With("truncated", true))
		w := make([]float32, 300*200)
		part.Draw(w, 300, 200, weightStream(1, 0))
		squares, most := 0.0, 0.0
		for _, v := range w {
			squares += float64(v) * float64(v) / float64(len(w))
			most = max(most, math.Abs(float64(v)))
		}
		// The variance of squares is below that of a normal distribution's.
		if math.Abs(squares/c.variance-1) > 5*math.Sqrt(2.0/float64(len(w))) {
			t.Errorf("%s: variance %g, want %g", name, squares, c.variance)
		}
		if bound := 2 * math.Sqrt(c.variance/within); most > bound*(1+1e-6) || most < 0.99*bound {
			t.Errorf("%s: weights go up to %g, want %g", name, most, bound)
		}
	}
}

func TestOrthogonalWeightsAreOrthogonal(t *testing.T) {
	for _, c := range []struct{ in, out int }{{7, 7}, {40, 9}, {9, 40}, {300, 300}, {1, 5}, {5, 1}} {
		w := make([]float32, c.in*c.out)
		(&OrthogonalWeights{Gain: 2}).Draw(w, c.in, c.out, weightStream(1, 0))
		for a := range min(c.in, c.out) {
			for b := range a + 1 {
				dot := 0.0
				for i := range max(c.in, c.out) {
					if c.in >= c.out {
						dot += float64(w[i*c.out+a]) * float64(w[i*c.out+b])
					} else {
						dot += float64(w[a*c.out+i]) * float64(w[b*c.out+i])
					}
				}
				want := map[bool]float64{true: 4}[a == b]
				// Products of 300 float32 of 2/√300, each with an error of 6e-8.
				if !near(dot, want, 1e-6) {
					t.Fatalf("%d × %d: product of vectors %d and %d is %g, want %g", c.in, c.out, a, b, dot, want)
				}
			}
		}
	}
}

// Each matrix is as likely as its mirror images: no element has a mean, and the
// first is distributed as any other.
func TestOrthogonalWeightsFavourNone(t *testing.T) {
	const n, draws = 3, 4000
	var sums, squares [n * n]float64
	for seed := range uint64(draws) {
		w := make([]float32, n*n)
		(&OrthogonalWeights{Gain: 1}).Draw(w, n, n, weightStream(seed, 0))
		for i, v := range w {
			sums[i] += float64(v) / draws
			squares[i] += float64(v) * float64(v) / draws
		}
	}
	for i := range sums {
		// A coordinate on the unit sphere has variance 1/3, its square 4/45; five standard errors.
		if math.Abs(sums[i]) > 5*math.Sqrt(1.0/3/draws) || math.Abs(squares[i]-1.0/3) > 5*math.Sqrt(4.0/45/draws) {
			t.Errorf("element %d has mean %g and mean square %g, want 0 and 1/3", i, sums[i], squares[i])
		}
	}
}

func TestSparseWeightsAreFew(t *testing.T) {
	for in, want := range map[int]int{10: 10, 15: 15, 400: 15} {
		const units = 30
		w := make([]float32, in*units)
		(&SparseWeights{Incoming: 15, Sigma: 1}).Draw(w, in, units, weightStream(1, 0))
		chosen := map[int]bool{}
		for j := range units {
			count := 0
			for i := range in {
				if w[i*units+j] != 0 {
					count++
					chosen[i] = true
				}
			}
			if count != want {
				t.Errorf("unit %d has %d weights of %d, want %d", j, count, in, want)
			}
		}
		// 450 draws leave out a given input of 400 with probability (1 − 15/400)³⁰ = 0.32.
		if in == 400 && (len(chosen) < 230 || len(chosen) > 310) {
			t.Errorf("%d of 400 inputs are used", len(chosen))
		}
	}
}
