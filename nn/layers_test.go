package nn

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// layerTruths compute one example of a layer in float64, by the plain loops of
// its definition. Every registered layer needs an entry.
var layerTruths = map[string]func(part LayerPart, in, out Shape, x, w, b []float64) []float64{
	"dense": func(part LayerPart, in, out Shape, x, w, b []float64) []float64 {
		inputs := len(w) / len(b) // all of x, or those of a step
		var y []float64
		for at := 0; at < len(x); at += inputs {
			y = append(y, product64(x[at:at+inputs], w, b)...)
		}
		return activated64(part, y)
	},
	"repeat": func(part LayerPart, _, _ Shape, x, _, _ []float64) []float64 {
		return slices.Repeat(x, part.(*Repeat).Steps)
	},
	"lstm": func(part LayerPart, in, out Shape, x, w, rest []float64) []float64 {
		l := part.(*LSTM)
		n, sigma := l.Nodes, activationTruths["sigmoid"]
		u, b := rest[:4*n*n], rest[4*n*n:]
		h, c := make([]float64, n), make([]float64, n)
		return recurrent64(in, out, x, h, func(x []float64) {
			z := product64(h, u, product64(x, w, b))
			for j := range n {
				c[j] = sigma(z[n+j])*c[j] + sigma(z[j])*math.Tanh(z[2*n+j])
				h[j] = sigma(z[3*n+j]) * math.Tanh(c[j])
			}
		})
	},
	"gru": func(part LayerPart, in, out Shape, x, w, rest []float64) []float64 {
		n, sigma := part.(*GRU).Nodes, activationTruths["sigmoid"]
		u, b, ub := rest[:3*n*n], rest[3*n*n:3*n*n+3*n], rest[3*n*n+3*n:]
		h := make([]float64, n)
		return recurrent64(in, out, x, h, func(x []float64) {
			z, q := product64(x, w, b), product64(h, u, ub)
			for j := range n {
				r, a := sigma(z[j]+q[j]), sigma(z[n+j]+q[n+j])
				h[j] = (1-a)*math.Tanh(z[2*n+j]+r*q[2*n+j]) + a*h[j]
			}
		})
	},
	"conv": func(part LayerPart, in, out Shape, x, w, b []float64) []float64 {
		c := part.(*Conv)
		return activated64(part, conv64(c.Kernel, c.Stride, c.Padding, in, out, x, w, b))
	},
	"conv-transpose": func(part LayerPart, in, out Shape, x, w, b []float64) []float64 {
		c := part.(*ConvTranspose)
		return activated64(part, convTranspose64(c.Kernel, c.Stride, c.Padding, in, out, x, w, b))
	},
	"max-pool": func(part LayerPart, in, out Shape, x, _, _ []float64) []float64 {
		p := part.(*MaxPool)
		return windows64(p.Size, p.Stride, p.Padding, in, out, x, func(v []float64) float64 {
			best := math.Inf(-1)
			for _, e := range v {
				best = max(best, e)
			}
			return best
		})
	},
	"avg-pool": func(part LayerPart, in, out Shape, x, _, _ []float64) []float64 {
		p := part.(*AvgPool)
		return windows64(p.Size, p.Stride, p.Padding, in, out, x, mean64)
	},
	"global-avg-pool": func(_ LayerPart, in, _ Shape, x, _, _ []float64) []float64 {
		channels := in[len(in)-1]
		y := make([]float64, channels)
		for i, v := range x {
			y[i%channels] += v * float64(channels) / float64(len(x))
		}
		return y
	},
	"upsample": func(part LayerPart, in, out Shape, x, _, _ []float64) []float64 {
		from, to := grid64(in), grid64(out)
		y := make([]float64, out.Size())
		size := part.(*Upsample).Size
		for i := range y {
			row, column, ch := i/(to[1]*to[2]), i/to[2]%to[1], i%to[2]
			row, column = min(row/size, from[0]-1), min(column/size, from[1]-1)
			y[i] = x[(row*from[1]+column)*from[2]+ch]
		}
		return y
	},
	"flatten": func(_ LayerPart, _, _ Shape, x, _, _ []float64) []float64 { return x },
	"reshape": func(_ LayerPart, _, _ Shape, x, _, _ []float64) []float64 { return x },
	"layer-norm": func(part LayerPart, in, _ Shape, x, gamma, beta []float64) []float64 {
		width, y := in[len(in)-1], make([]float64, len(x))
		for i, v := range x {
			row := x[i/width*width : (i/width+1)*width]
			variance := 0.0
			for _, e := range row {
				variance += (e - mean64(row)) * (e - mean64(row)) / float64(width)
			}
			y[i] = gamma[i%width]*(v-mean64(row))/math.Sqrt(variance+part.(*LayerNorm).Epsilon) + beta[i%width]
		}
		return y
	},
	"activation": func(part LayerPart, _, _ Shape, x, _, _ []float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = math.Tanh(v)
		}
		return y
	},
	// Outside training; layer_noise_test.go has what they do in it.
	"dropout":        func(_ LayerPart, _, _ Shape, x, _, _ []float64) []float64 { return x },
	"gaussian-noise": func(_ LayerPart, _, _ Shape, x, _, _ []float64) []float64 { return x },
}

// ofBatches are layers that look at all examples of a batch: torch_truths_test.go
// holds them.
var ofBatches = map[string]bool{"batch-norm": true}

// product64 returns x·w + b.
func product64(x, w, b []float64) []float64 {
	y := slices.Clone(b)
	for j := range y {
		for i, v := range x {
			y[j] += v * w[i*len(y)+j]
		}
	}
	return y
}

// recurrent64 calls step with the features of each step, and returns the last h,
// or all of them, as the shape out says.
func recurrent64(in, out Shape, x, h []float64, step func(x []float64)) (y []float64) {
	features := in.Size() / in[0]
	for t := range in[0] {
		step(x[t*features : (t+1)*features])
		y = append(y, h...)
	}
	return y[len(y)-out.Size():]
}

func activated64(part LayerPart, y []float64) []float64 {
	own, _ := part.Activated(nil)
	truth := activationTruths[activations.KindOf(own).Name]
	for i, v := range y {
		y[i] = truth(v)
	}
	return y
}

func mean64(v []float64) (sum float64) {
	for _, e := range v {
		sum += e / float64(len(v))
	}
	return sum
}

// grid64 is height, width and channels of a shape.
func grid64(s Shape) [3]int {
	if len(s) == 2 {
		return [3]int{1, s[0], s[1]}
	}
	return [3]int{s[0], s[1], s[2]}
}

// before64 is the padding before the input: a number, or half, rounded down, of
// what the windows need. A window of 1 has none.
func before64(in, out, kernel, stride int, padding string) int {
	if padding != "same" {
		n, _ := strconv.Atoi(padding)
		return min(n, kernel-1)
	}
	return max((out-1)*stride+kernel-in, 0) / 2
}

func conv64(kernel, stride int, padding string, in, out Shape, x, w, b []float64) []float64 {
	from, to := grid64(in), grid64(out)
	tall := kernel
	if from[0] == 1 {
		tall = 1
	}
	y := make([]float64, out.Size())
	for i := range y {
		row, column, f := i/(to[1]*to[2]), i/to[2]%to[1], i%to[2]
		y[i] = b[f]
		for ky := range tall {
			for kx := range kernel {
				r := row*stride + ky - before64(from[0], to[0], tall, stride, padding)
				c := column*stride + kx - before64(from[1], to[1], kernel, stride, padding)
				if r < 0 || r >= from[0] || c < 0 || c >= from[1] {
					continue
				}
				for ch := range from[2] {
					y[i] += x[(r*from[1]+c)*from[2]+ch] * w[((ky*kernel+kx)*from[2]+ch)*to[2]+f]
				}
			}
		}
	}
	return y
}

func convTranspose64(kernel, stride int, padding string, in, out Shape, x, w, b []float64) []float64 {
	from, to := grid64(in), grid64(out)
	tall := kernel
	if to[0] == 1 {
		tall = 1
	}
	y := make([]float64, out.Size())
	for i := range y {
		y[i] = b[i%to[2]]
	}
	for i, v := range x {
		row, column, ch := i/(from[1]*from[2]), i/from[2]%from[1], i%from[2]
		for ky := range tall {
			for kx := range kernel {
				r := row*stride + ky - before64(to[0], from[0], tall, stride, padding)
				c := column*stride + kx - before64(to[1], from[1], kernel, stride, padding)
				if r < 0 || r >= to[0] || c < 0 || c >= to[1] {
					continue
				}
				for f := range to[2] {
					y[(r*to[1]+c)*to[2]+f] += v * w[((ky*kernel+kx)*from[2]+ch)*to[2]+f]
				}
			}
		}
	}
	return y
}

func windows64(size, stride int, padding string, in, out Shape, x []float64, of func([]float64) float64) []float64 {
	from, to := grid64(in), grid64(out)
	tall := size
	if from[0] == 1 {
		tall = 1
	}
	y := make([]float64, out.Size())
	for i := range y {
		row, column, ch := i/(to[1]*to[2]), i/to[2]%to[1], i%to[2]
		var seen []float64
		top := row*stride - before64(from[0], to[0], tall, stride, padding)
		left := column*stride - before64(from[1], to[1], size, stride, padding)
		for r := max(top, 0); r < min(top+tall, from[0]); r++ {
			for c := max(left, 0); c < min(left+size, from[1]); c++ {
				seen = append(seen, x[(r*from[1]+c)*from[2]+ch])
			}
		}
		y[i] = of(seen)
	}
	return y
}

// layerCases are layers with the shapes of their inputs.
func layerCases() map[string]struct {
	part any
	in   Shape
} {
	type layer = struct {
		part any
		in   Shape
	}
	cases := map[string]layer{
		"dense":              {registry.Tree{"kind": "dense", "nodes": 5.0, "activation": "tanh"}, Shape{3, 2}},
		"dense per step":     {registry.Tree{"kind": "dense", "nodes": 5.0, "activation": "tanh", "per": "step"}, Shape{4, 3}},
		"dense per row":      {registry.Tree{"kind": "dense", "nodes": 5.0, "activation": "tanh", "per": "step"}, Shape{4, 3, 2}},
		"dense, unbiased":    {registry.Tree{"kind": "dense", "nodes": 5.0, "activation": "tanh", "bias": false}, Shape{3, 2}},
		"conv, unbiased":     {registry.Tree{"kind": "conv", "filters": 4.0, "stride": 2.0, "activation": "tanh", "bias": false}, Shape{5, 4, 2}},
		"turned, unbiased":   {registry.Tree{"kind": "conv-transpose", "filters": 4.0, "stride": 2.0, "activation": "tanh", "bias": false}, Shape{3, 4, 2}},
		"repeat":             {registry.Tree{"kind": "repeat", "steps": 4.0}, Shape{3}},
		"max-pool":           {"max-pool", Shape{5, 7, 3}},
		"max-pool series":    {registry.Tree{"kind": "max-pool", "size": 3.0}, Shape{10, 2}},
		"max-pool, overlaps": {registry.Tree{"kind": "max-pool", "size": 3.0, "stride": 2.0}, Shape{7, 7, 2}},
		"avg-pool":           {"avg-pool", Shape{5, 6, 3}},
		"avg-pool series":    {registry.Tree{"kind": "avg-pool", "size": 3.0, "stride": 1.0}, Shape{7, 2}},
		"global-avg-pool":    {"global-avg-pool", Shape{4, 3, 5}},
		"upsample":           {"upsample", Shape{3, 2, 4}},
		"upsample series":    {registry.Tree{"kind": "upsample", "size": 3.0}, Shape{4, 2}},
		"flatten":            {"flatten", Shape{3, 2, 4}},
		"reshape":            {registry.Tree{"kind": "reshape", "shape": []any{4.0, 3.0, 2.0}}, Shape{3, 2, 4}},
		"layer-norm":         {"layer-norm", Shape{7}},
		"layer-norm series":  {registry.Tree{"kind": "layer-norm", "epsilon": 0.01}, Shape{5, 3}},
		"layer-norm picture": {"layer-norm", Shape{3, 2, 4}},
		"activation":         {registry.Tree{"kind": "activation", "activation": "tanh"}, Shape{3, 2, 4}},
		"dropout":            {registry.Tree{"kind": "dropout", "fraction": 0.5}, Shape{3, 2, 4}},
		"gaussian-noise":     {registry.Tree{"kind": "gaussian-noise", "sigma": 1.0}, Shape{3, 2, 4}},
	}
	for _, kind := range []string{"lstm", "gru"} {
		for _, returns := range []string{"last", "sequence"} {
			part := registry.Tree{"kind": kind, "nodes": 4.0, "return": returns}
			cases[kind+" "+returns] = layer{part, Shape{5, 3}}
			cases[kind+" of rows, "+returns] = layer{part, Shape{2, 3, 2}}
		}
	}
	for _, kind := range []string{"max-pool", "avg-pool"} {
		for _, size := range []float64{2, 3} {
			for _, padding := range []string{"same", "1"} {
				part := registry.Tree{"kind": kind, "size": size, "stride": 2.0, "padding": padding}
				cases[fmt.Sprint(kind, size, padding)] = layer{part, Shape{5, 7, 3}}
				cases[fmt.Sprint(kind, size, padding, " series")] = layer{part, Shape{7, 2}}
			}
		}
	}
	for _, more := range []float64{1, 2} {
		part := registry.Tree{"kind": "conv-transpose", "filters": 3.0, "stride": 3.0, "padding": "1", "output_padding": more, "activation": "tanh"}
		cases[fmt.Sprint("conv-transpose longer by ", more)] = layer{part, Shape{3, 4, 2}}
	}
	for _, kind := range []string{"conv", "conv-transpose"} {
		for _, kernel := range []float64{1, 2, 3, 5} {
			for _, stride := range []float64{1, 2, 3} {
				for _, padding := range []string{"same", "valid", "1", "2"} {
					if n, _ := strconv.Atoi(padding); n >= int(kernel) {
						continue
					}
					part := registry.Tree{"kind": kind, "filters": 3.0, "kernel": kernel, "stride": stride, "padding": padding, "activation": "tanh"}
					cases[fmt.Sprint(kind, kernel, stride, padding)] = layer{part, Shape{5, 7, 2}}
					cases[fmt.Sprint(kind, kernel, stride, padding, " series")] = layer{part, Shape{6, 2}}
				}
			}
		}
	}
	return cases
}

func TestLayersAgainstFloat64(t *testing.T) {
	seen := map[string]bool{}
	for name, c := range layerCases() {
		part := decode[LayerPart](t, layers, c.part)
		kind := layers.KindOf(part).Name
		seen[kind] = true
		t.Run(name, func(t *testing.T) {
			checkLayer(t, part, kind, c.in, 3, true) // at the end of a net
			checkLayer(t, part, kind, c.in, 17, false)
		})
	}
	for _, kind := range layers.Names() {
		if ofBatches[kind] {
			continue
		}
		if !seen[kind] || layerTruths[kind] == nil {
			t.Errorf("%s is not held against float64", kind)
		}
	}
}

// rowsLayer is a layer between crossings, where it works on interleaved batches.
type rowsLayer struct {
	Layer
	rows                int
	before, after, back *crossing
}

// inRows builds a layer that exchanges an example a row.
func inRows(b *Builder, part LayerPart, in Shape) Layer {
	out, _ := part.Output(in)
	l := &rowsLayer{before: newCrossing(b.team, b.rows, in.Size()), after: newCrossing(b.team, b.rows, out.Size()), back: newCrossing(b.team, b.rows, in.Size())}
	if _, ok := part.(picturePart); ok {
		b.rows = groups(b.rows)
	}
	l.Layer = part.Build(b, in)
	return l
}

func (l *rowsLayer) Forward(x *Matrix) *Matrix {
	in, out := layouts(l.Layer)
	l.rows = x.Rows
	if in {
		x = l.before.interleave(x, false)
	}
	y := l.Layer.Forward(x)
	if out {
		y = l.after.flatten(y, l.rows)
	}
	return y
}

func (l *rowsLayer) Backward(dy *Matrix, wantInput bool) *Matrix {
	in, out := layouts(l.Layer)
	if out {
		dy = l.after.interleave(dy, true)
	}
	dx := l.Layer.Backward(dy, wantInput)
	if in && dx != nil {
		dx = l.back.flatten(dx, l.rows)
	}
	return dx
}

// checkLayer holds a layer's outputs, and the gradients of a weighted sum of
// them, against the truth and its central differences.
func checkLayer(t *testing.T, part LayerPart, kind string, in Shape, rows int, ends bool) {
	out, err := part.Output(in)
	if err != nil {
		t.Fatal(err)
	}
	b := &Builder{rows: rows + 1, examples: rows + 1, ends: ends, prefix: "layer", team: newTeam(), pass: &pass{rows: rows}}
	layer := inRows(b, part, in)
	values, grads := b.allocate()
	weightStream(1, 1).Normals(values, 0)
	x, r := uniform(rows, in.Size(), 2), uniform(rows, out.Size(), 3)
	truth := func(values, x []float64, from, to int) (sum float64, y []float64) {
		var w, bias []float64
		if len(b.params) > 1 {
			n := len(b.params[0].Value)
			w, bias = values[:n], values[n:]
		} else if len(b.params) == 1 {
			w, bias = values, make([]float64, b.params[0].Shape[1])
		}
		for e := from; e < to; e++ {
			example := layerTruths[kind](part, in, out, x[e*in.Size():(e+1)*in.Size()], w, bias)
			for j, v := range example {
				sum += v * float64(r.Row(e)[j])
			}
			y = append(y, example...)
		}
		return sum, y
	}
	values64, x64 := widen(values), widen(x.Data)
	y := layer.Forward(x)
	_, want := truth(values64, x64, 0, rows)
	for i, v := range y.Data {
		if !near(float64(v), want[i], 1e-5) {
			t.Fatalf("output %d is %g, want %g", i, v, want[i])
		}
	}
	dx := layer.Backward(&Matrix{Rows: rows, Cols: r.Cols, Data: append([]float32{}, r.Data...)}, true)
	difference := func(at *float64, from, to int) float64 {
		const h = 1e-5
		centre := *at
		*at = centre + h
		up, _ := truth(values64, x64, from, to)
		*at = centre - h
		down, _ := truth(values64, x64, from, to)
		*at = centre
		return (up - down) / (2 * h)
	}
	for i := 0; i < len(values64); i += 1 + rows/8 {
		if want := difference(&values64[i], 0, rows); !near(float64(grads[i]), want, 1e-4) {
			t.Fatalf("gradient by weight %d is %g, want %g", i, grads[i], want)
		}
	}
	for i := range x64 {
		if want := difference(&x64[i], i/in.Size(), i/in.Size()+1); !near(float64(dx.Data[i]), want, 1e-4) {
			t.Fatalf("gradient by input %d is %g, want %g", i, dx.Data[i], want)
		}
	}
}

func widen(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

func TestConvolutionalNetsMirrorThreadAndAllocateNothing(t *testing.T) {
	conv := func(filters, stride float64, padding string) registry.Tree {
		return registry.Tree{"kind": "conv", "filters": filters, "stride": stride, "padding": padding}
	}
	cases := map[string]struct {
		model registry.Tree
		input Shape
	}{
		"pooled":      {registry.Tree{"encoder": []any{conv(4, 1, "same"), "max-pool", conv(3, 1, "same"), "max-pool"}, "output": "sigmoid"}, Shape{7, 9, 1}},
		"with a code": {registry.Tree{"encoder": []any{conv(4, 2, "same"), conv(3, 2, "valid"), 6.0}, "code": 2.0, "output": "sigmoid"}, Shape{9, 8, 2}},
		"series":      {registry.Tree{"encoder": []any{conv(4, 1, "valid"), registry.Tree{"kind": "avg-pool", "size": 2.0}, "flatten"}, "code": 3.0, "output": "sigmoid"}, Shape{12, 2}},
		"variational": {registry.Tree{"encoder": []any{conv(4, 3, "same")}, "code": 3.0, "bottleneck": "gaussian", "output": "sigmoid"}, Shape{8, 8, 1}},
	}
	for name, c := range cases {
		d := design(t, c.model, "bce", registry.Tree{"batch": 16.0, "epochs": 2.0})
		x := uniform(50, c.input.Size(), 1)
		build := func() *Trainer {
			trainer, err := NewTrainer(d, Traits{Shape: c.input, High: 1}, x.Rows, 1)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return trainer
		}
		digest := func(threads int) [32]byte {
			trainer := build()
			defer trainer.Close()
			trainer.Threads(threads)
			for !trainer.Done() {
				trainer.Step(x)
			}
			return trainer.Net().Digest()
		}
		want := digest(1)
		for _, threads := range []int{2, 5} {
			if digest(threads) != want {
				t.Errorf("%s: %d threads give other bits than 1", name, threads)
			}
		}
		trainer := build()
		trainer.Step(x)
		if n := testing.AllocsPerRun(3, func() { trainer.Step(x) }); n != 0 {
			t.Errorf("%s: %g allocations a step", name, n)
		}
	}
}

func TestWrongShapesNameTheLayer(t *testing.T) {
	for want, model := range map[string]registry.Tree{
		"encoder[1]: encoder[1] gets 10: it needs a picture, height × width × channels, or a series, steps × features; reshape makes one": {
			"encoder": []any{10.0, registry.Tree{"kind": "conv", "filters": 2.0}}},
		"encoder[0]: encoder[0] gets 4×4×1: in height, a window of 5 does not fit into 4": {
			"encoder": []any{registry.Tree{"kind": "conv", "filters": 2.0, "kernel": 5.0, "padding": "valid"}}},
		"decoder: the last layer yields 7, and an example has the shape 4×4×1 (end in 16 values)": {
			"encoder": []any{10.0}, "code": 2.0, "decoder": []any{7.0}},
		"encoder[0]: encoder[0] cannot be mirrored: a mean over all places does not say where they were (write the decoder out)": {
			"encoder": []any{"global-avg-pool"}},
		"encoder[0]: encoder[0] gets 4×4×1: 3×5 has 15 elements, not 16": {
			"encoder": []any{registry.Tree{"kind": "reshape", "shape": []any{3.0, 5.0}}}},
		"encoder[0]: encoder[0] gets 4×4×1: normalising 1 feature leaves nothing of it; take batch-norm, or reshape to more features": {
			"encoder": []any{"layer-norm"}, "code": 2.0},
	} {
		d := design(t, model, "mse", nil)
		if got := d.Check(Traits{Shape: Shape{4, 4, 1}, High: 1}); got.Error() != "model."+want {
			t.Errorf("got  %v\nwant model.%s", got, want)
		}
	}
}
