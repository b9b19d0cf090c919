package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// The best variance is the mean squared error: of all elements together, or of
// each. Nothing is known of the examples, which are masked nearly always: a net that could
// copy an element would bring its variance to 0.
func TestLearnedVariancesFindTheMeanSquaredError(t *testing.T) {
	x := uniform(200, 5, 1)
	for i := range x.Rows {
		for j := range x.Row(i) {
			x.Row(i)[j] *= float32(j + 1)
		}
	}
	for _, of := range []string{"all", "each"} {
		loss := registry.Tree{"kind": "gaussian-nll", "variance": registry.Tree{"kind": "learned", "of": of}}
		d := design(t, registry.Tree{"encoder": []any{}, "code": 1.0, "corruption": registry.Tree{"kind": "masking", "fraction": 0.99999}}, loss, registry.Tree{"batch": 200.0, "epochs": 2000.0,
			"optimiser": registry.Tree{"kind": "adam", "rate": 0.02}})
		trainer := trainer(t, d, x, 1)
		for !trainer.Done() {
			trainer.Step(x)
		}
		y := trainer.net.Forward(NewMatrix(x.Rows, x.Cols))
		squares := make([]float64, 5)
		for i := range x.Rows {
			for j, v := range y.Row(i) {
				squares[j] += math.Pow(float64(v-x.Row(i)[j]), 2) / float64(x.Rows)
			}
		}
		logs := trainer.net.logVariance.Value
		want := squares
		if of == "all" {
			mean := 0.0
			for _, s := range squares {
				mean += s / 5
			}
			want = []float64{mean}
		}
		if len(logs) != len(want) {
			t.Fatalf("%s: %d variances, want %d", of, len(logs), len(want))
		}
		closed := 0.0 // the loss at the best variances: ½·(ln 2πσ² + 1)
		for j, variance := range want {
			if got := math.Exp(float64(logs[j])); math.Abs(got/variance-1) > 0.01 {
				t.Errorf("%s: variance %d is %g, the mean squared error %g", of, j, got, variance)
			}
			closed += (math.Log(2*math.Pi*variance) + 1) / 2 / float64(len(want))
		}
		if got := trainer.objective.mean(trainer.objective.sum(y, x), x.Rows); math.Abs(got-closed) > 1e-4 {
			t.Errorf("%s: loss %g, want %g", of, got, closed)
		}
	}
}

// The parameters of a loss are those of the net: counted, named, drawn by nobody.
func TestLearnedVariancesArePartOfTheNet(t *testing.T) {
	loss := registry.Tree{"kind": "gaussian-nll", "variance": registry.Tree{"kind": "learned", "of": "each", "start": 0.25}}
	model := registry.Tree{"encoder": layerList(4), "code": 2.0, "initialiser": "uniform-fan-in"}
	d := design(t, model, loss, nil)
	n, err := d.Build(Shape{3, 2, 1}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	size, err := d.Size(Shape{3, 2, 1})
	if err != nil || size.Parameters != len(n.Values) {
		t.Errorf("%d parameters are counted, the net has %d: %v", size.Parameters, len(n.Values), err)
	}
	p := n.Params[len(n.Params)-1]
	if p.Name != "loss.log_variance" || len(p.Value) != 6 || p.Value[5] != float32(math.Log(0.25)) {
		t.Errorf("%s is %v, want 6 times log 0.25", p.Name, p.Value)
	}
}

func TestVariancesThatCannotBe(t *testing.T) {
	for want, variance := range map[string]any{
		"start must lie in (0, inf), got 0":            registry.Tree{"kind": "learned", "start": 0.0},
		"no variance is called \"lerned\"":             "lerned",
		"a variance that is fitted cannot be given":    "learned",
		"variance must lie in (0, inf), got -2":        -2.0,
		"of must be one of all, each, got \"example\"": registry.Tree{"kind": "learned", "of": "example"},
	} {
		loss := registry.Tree{"kind": "gaussian-nll", "variance": variance}
		if strings.Contains(want, "fitted") {
			loss["fit"] = true
		}
		if _, mistakes := losses.Resolve(loss); !strings.Contains(mistakes.Error(), want) {
			t.Errorf("%v: got %q, want it to say %q", variance, mistakes.Error(), want)
		}
	}
}
