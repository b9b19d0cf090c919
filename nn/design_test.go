package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// One example has no spread that batch-norm could divide by, and no other
// example that mmd could compare it with.
func TestBatchesOfOne(t *testing.T) {
	one, norm := registry.Tree{"batch": 1.0}, []any{4.0, "batch-norm"}
	conv := []any{registry.Tree{"kind": "conv", "filters": 3.0}, "batch-norm"}
	for name, c := range map[string]struct {
		model, penalties, train registry.Tree
		want                    string // "" where nothing is wrong
	}{
		"a layer":     {registry.Tree{"encoder": norm}, nil, one, "train.batch: encoder[1], batch-norm, makes all examples the same"},
		"a code":      {registry.Tree{"encoder": layerList(4), "code": 2.0, "bottleneck": "batch-norm"}, nil, one, "train.batch: code, batch-norm, makes all"},
		"a penalty":   {registry.Tree{"encoder": layerList(4)}, registry.Tree{"mmd": 1.0}, one, "train.batch: mmd compares codes with each other"},
		"over places": {registry.Tree{"encoder": conv}, nil, one, ""},
		"two":         {registry.Tree{"encoder": norm}, registry.Tree{"mmd": 1.0}, registry.Tree{"batch": 2.0}, ""},
	} {
		mistakes := penalisedDesign(t, c.model, "mse", c.penalties, c.train).Check(Traits{Shape: Shape{4, 4, 1}, High: 1})
		if got := mistakes.Error(); c.want == "" && mistakes != nil || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want it to say %q", name, got, c.want)
		}
	}
}

func TestDataOfNoBounds(t *testing.T) {
	d := design(t, registry.Tree{"encoder": layerList(4), "code": 2.0, "output": "sigmoid"}, "bce", nil)
	got := d.Check(Traits{Shape: Shape{6}, Low: math.Inf(-1), High: math.Inf(1)}).Error()
	if want := "defined for data in [0, 1], and these have no bounds"; !strings.Contains(got, want) {
		t.Errorf("got %q, want it to say %q", got, want)
	}
}
