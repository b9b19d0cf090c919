package nn

import (
	"hourglass.dev/hourglass/registry"
)

// recurrentPart is what parts of recurrent layers say of themselves.
type recurrentPart struct {
	nodes, gates, biases int  // biases of a unit and gate
	sequence             bool // all steps are returned, not the last
}

func (p recurrentPart) output(in Shape) (Shape, error) {
	steps, _, err := seriesOf(in)
	if err != nil || !p.sequence {
		return Shape{p.nodes}, err
	}
	return Shape{steps, p.nodes}, nil
}

// cost counts the gradients by the outputs of the step before as needed in
// front too.
func (p recurrentPart) cost(in Shape) Cost {
	steps, features, _ := seriesOf(in)
	units := p.gates * p.nodes
	return Cost{
		Parameters: units * (features + p.nodes + p.biases),
		Products:   steps * units * (features + p.nodes),
		Within:     steps * units * p.nodes,
	}
}

// mirror leads back to the series in: a code is repeated, a layer of the same
// kind follows, which returns a sequence, and towards the data a dense layer at
// each step. Where data are to come from a sequence, that is all.
func (p recurrentPart) mirror(in Shape, data bool, layer func(nodes int) LayerPart) ([]LayerPart, error) {
	steps, features, err := seriesOf(in)
	if err != nil {
		return nil, err
	}
	var parts []LayerPart
	if !p.sequence {
		parts = append(parts, &Repeat{steps})
	}
	switch {
	case !data:
		parts = append(parts, layer(features))
		if len(in) == 3 {
			parts = append(parts, reshapeTo(in)...)
		}
		return parts, nil
	case !p.sequence:
		parts = append(parts, layer(p.nodes))
	}
	return append(parts, &Dense{Nodes: features, Per: "step", Bias: true, restored: in}), nil
}

// fillReturns writes into the recurrent layers of a list what they return, where
// they do not say: the sequence where a layer follows that takes steps, or where
// the list, as a decoder, ends in them, and otherwise the last step.
func fillReturns(list []any, decoder bool) {
	steps := decoder
	for i := len(list) - 1; i >= 0; i-- {
		layer := list[i].(registry.Tree)
		switch layer.Kind() {
		case "lstm", "gru":
			if _, given := layer["return"]; !given {
				layer["return"] = map[bool]string{true: "sequence", false: "last"}[steps]
			}
			steps = true
		case "dropout", "gaussian-noise", "batch-norm", "layer-norm", "activation": // take either
		case "dense":
			steps = layer["per"] == "step"
		case "repeat":
			steps = false
		default:
			steps = true
		}
	}
}
