package nn

import (
	"testing"

	"hourglass.dev/hourglass/registry"
)

// fixUnit sets all weights into a unit of a layer to 0 and its bias to b,
// so that the unit is f(b) for every example.
func fixUnit(layer Layer, unit int, b float32) {
	d := layer.(*dense)
	for i := range d.in {
		d.w.Value[i*d.nodes+unit] = 0
	}
	d.b.Value[unit] = b
}

func TestHealthCountsDeadAndSaturatedUnits(t *testing.T) {
	x := uniform(300, 6, 1) // more than a chunk
	d := design(t, registry.Tree{"encoder": []any{8.0, registry.Tree{"kind": "dense", "nodes": 4.0, "activation": "sigmoid"}}, "code": 4.0, "code_activation": "relu"}, "mse", nil)
	trainer := trainer(t, d, x, 1)
	layers := trainer.Net().layers
	for unit := range 8 {
		fixUnit(layers[0], unit, 1)
	}
	fixUnit(layers[0], 2, -1) // dead: relu of −1
	for unit := range 4 {
		fixUnit(layers[1], unit, 0) // in the middle of the range
		fixUnit(layers[2], unit, 1)
	}
	fixUnit(layers[1], 0, 9)  // within 1 % of its upper end
	fixUnit(layers[2], 1, -1) // dead in the code
	fixUnit(layers[2], 3, -2)
	for _, decoder := range layers[3 : len(layers)-1] {
		for unit := range decoder.(*dense).nodes {
			fixUnit(decoder, unit, 0.5)
		}
	}
	values, notes := trainer.Health(x)
	// Hidden units: 8 and 4 in the encoder, 4 in the code, 4 and 8 in the decoder.
	want := map[string]float64{"dead_units": 3.0 / 28, "dead_code_units": 0.5, "saturated": 1.0 / 8}
	for name, v := range want {
		if values[name] != v {
			t.Errorf("%s is %g, want %g", name, values[name], v)
		}
	}
	if notes != nil {
		t.Errorf("nothing has collapsed, got %q", notes)
	}
	for unit := range 4 {
		fixUnit(layers[2], unit, -1)
	}
	if _, notes := trainer.Health(x); len(notes) != 1 {
		t.Errorf("the code is dead, got %q", notes)
	}
}

func TestHealthNamesACollapsedPosterior(t *testing.T) {
	x := uniform(300, 6, 1)
	d := design(t, registry.Tree{"encoder": []any{8.0}, "code": 3.0, "bottleneck": "gaussian"}, "mse", nil)
	trainer := trainer(t, d, x, 1)
	code := trainer.Net().stochasticCode().both
	clear(code.w.Value)
	for i := range code.b.Value {
		code.b.Value[i] = 1 // not 0, but the same for every example
	}
	values, notes := trainer.Health(x)
	if values["active_units"] != 0 || len(notes) != 1 {
		t.Errorf("no unit tells examples apart: %g active, %q", values["active_units"], notes)
	}
	for i := range code.in { // the mean of the first unit, from every input
		code.w.Value[i*code.nodes] = 100
	}
	if values, notes = trainer.Health(x); values["active_units"] != 1 || notes != nil {
		t.Errorf("one unit is active: %g, %q", values["active_units"], notes)
	}
}
