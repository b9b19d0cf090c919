package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/registry"
)

// Model is what is trained: the part that fills `model` in a spec.
type Model interface {
	isModel()
}

var models = registry.NewRole[Model]("model", "what is trained").WithDefault("autoencoder")

func init() {
	registry.Add[Autoencoder](models, "autoencoder", "an encoder, a bottleneck and a decoder")
}

// Autoencoder declares an autoencoder. Depth, Nodes, Taper and ModelActivation
// only stand in a spec: a resolved setting has a list of layers with their
// activations instead.
type Autoencoder struct {
	Encoder        []LayerPart `optional:"yes" doc:"layers from the input to the code; a number is a dense layer of so many nodes"`
	Depth          int         `optional:"yes" range:"[0, 64]" doc:"number of hidden dense layers, instead of an encoder list"`
	Nodes          int         `optional:"yes" range:"[1, 1048576]" doc:"nodes of the first hidden layer, with depth"`
	Taper          float64     `optional:"yes" range:"(0, inf)" doc:"nodes of each next hidden layer as a share of the last, with depth; 1 unless given"`
	Bottleneck     Bottleneck  `default:"plain" doc:"the layer that produces the code, where there is a code size"`
	Code           int         `optional:"yes" range:"[1, 1048576]" doc:"code size; left out where the encoder's last layer is the code"`
	Decoder        []LayerPart `default:"mirror" word:"mirror" doc:"layers from the code to the output, the output layer included"`
	Activation     Activation  `default:"relu" doc:"of every hidden layer that names none"`
	CodeActivation Activation  `optional:"yes" doc:"of the code; linear unless given"`
	Output         Activation  `default:"linear" doc:"activation of the last layer"`
	Tied           bool        `default:"false" doc:"share the weights of dense layers and convolutions, transposed, with a mirrored decoder"`
	Initialiser    Initialiser `default:"glorot-uniform" doc:"how the first weights are drawn"`
	Corruption     Corruption  `optional:"yes" doc:"damage to the input in training, while the target stays clean"`

	front []link // the layers that a stage of pretraining stands behind
}

func (*Autoencoder) isModel() {}

// copies is how many codes of each example a training step draws.
func (a *Autoencoder) copies() int {
	if code, ok := a.Bottleneck.(*Gaussian); ok {
		return max(code.Samples, 1)
	}
	return 1
}

// Normalise writes depth, nodes and taper out as an encoder list, and the
// model's activation into the layers that name none.
func (*Autoencoder) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := normaliseEncoder(resolved, given)
	mistakes = append(mistakes, normaliseCode(resolved, given)...)
	mistakes = append(mistakes, normaliseOutput(resolved, given)...)
	if resolved["tied"] == true && resolved["decoder"] != "mirror" {
		mistakes = append(mistakes, registry.Mistake{Path: "tied", Message: "tied weights need decoder: mirror", Hint: "leave decoder out"})
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	if decoder, ok := resolved["decoder"].([]any); ok {
		fillReturns(decoder, true)
		fillActivations(hiddenLayers(decoder), resolved["activation"])
	}
	fillReturns(resolved["encoder"].([]any), false)
	fillActivations(resolved["encoder"].([]any), resolved["activation"])
	delete(resolved, "activation")
	return nil
}

func normaliseEncoder(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	for _, name := range []string{"depth", "nodes", "taper"} {
		if given["encoder"] && given[name] {
			return registry.Mistakes{{Path: name, Key: true, Message: name + " stands beside an encoder list, which says it already", Hint: "give one of the two"}}
		}
	}
	if given["encoder"] {
		return nil
	}
	if !given["depth"] {
		return registry.Mistakes{{Message: "the model needs an encoder: a list of layers, or depth and nodes", Hint: "such as encoder: [512, 256]"}}
	}
	depth, nodes, taper := resolved["depth"].(float64), 1.0, 1.0
	if depth > 0 && !given["nodes"] {
		return registry.Mistakes{{Path: "depth", Message: "depth needs nodes beside it: the size of the first hidden layer"}}
	}
	if given["nodes"] {
		nodes = resolved["nodes"].(float64)
	}
	if given["taper"] {
		taper = resolved["taper"].(float64)
	}
	encoder := make([]any, int(depth))
	for i := range encoder {
		encoder[i] = registry.Tree{"kind": "dense", "nodes": max(1, math.Floor(nodes+0.5))}
		nodes *= taper
	}
	resolved["encoder"] = encoder
	for _, name := range []string{"depth", "nodes", "taper"} {
		delete(resolved, name)
	}
	return nil
}

func normaliseCode(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if given["code"] {
		if !given["code_activation"] {
			resolved["code_activation"] = registry.Tree{"kind": "linear"}
		}
		return nil
	}
	if bottleneck := resolved["bottleneck"].(registry.Tree); bottleneck.Kind() != "plain" {
		return registry.Mistakes{{Path: "bottleneck", Message: "bottleneck: " + bottleneck.Kind() + " needs code, the size of the code"}}
	}
	delete(resolved, "bottleneck")
	if given["code_activation"] {
		return registry.Mistakes{{Path: "code_activation", Key: true, Message: "code_activation needs code: without it, the encoder's last layer is the code and has its own activation"}}
	}
	if encoder, ok := resolved["encoder"].([]any); ok && len(encoder) == 0 {
		return registry.Mistakes{{Path: "encoder", Message: "an empty encoder needs code: the size of the code", Hint: "such as code: 32"}}
	}
	return nil
}

// normaliseOutput makes the activation of a written-out output layer that of
// the model's output.
func normaliseOutput(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	decoder, ok := resolved["decoder"].([]any)
	if !ok {
		return nil
	}
	if len(decoder) == 0 {
		return registry.Mistakes{{Path: "decoder", Message: "a decoder list needs at least its output layer", Hint: "or decoder: mirror"}}
	}
	last := outputLayer(decoder)
	if last < 0 {
		return nil
	}
	layer := decoder[last].(registry.Tree)
	activation, has := layer["activation"]
	if !has {
		return nil
	}
	if given["output"] {
		return registry.Mistakes{{
			Path: fmt.Sprintf("decoder[%d].activation", last), Key: true,
			Message: "the last layer has an activation, and the model an output beside it", Hint: "give one of the two",
		}}
	}
	resolved["output"] = activation
	delete(layer, "activation")
	return nil
}

// outputLayer is the index of the layer of a decoder list that the output's
// activation belongs to: the last that can have one. It is −1 where there is
// none, or a layer with a range of its own stands behind it.
func outputLayer(decoder []any) int {
	for i := len(decoder) - 1; i >= 0; i-- {
		part, err := registry.Decode[LayerPart](decoder[i])
		if err != nil {
			return -1 // which decoding the whole model reports
		}
		own, with := part.Activated(nil)
		if with != nil {
			return i
		}
		if own != nil {
			return -1
		}
	}
	return -1
}

// hiddenLayers is a decoder list without the layer of the output's activation
// and what follows it.
func hiddenLayers(decoder []any) []any {
	if last := outputLayer(decoder); last >= 0 {
		return decoder[:last]
	}
	return decoder
}

func fillActivations(list []any, activation any) {
	for _, element := range list {
		layer := element.(registry.Tree)
		if _, has := layer["activation"]; !has && layers.Kind(layer.Kind()).Field("activation") != nil {
			layer["activation"] = activation
		}
	}
}
