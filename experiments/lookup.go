package experiments

import (
	"cmp"

	"hourglass.dev/hourglass/registry"
)

// Lookup returns the value at a dotted path of a resolved setting, formatted
// for tables, and whether there is one. A part is its kind: "loss" gives mse,
// and "loss.reduce" gives mean. The paths model.depth, model.nodes and
// model.activation are worked out from the encoder's layers: how many there
// are, the node count of the first, and the activation that all that have one share.
func Lookup(setting Setting, path string) (string, bool) {
	value, ok := setting.At(path)
	if !ok || value == nil {
		value, ok = derived(setting, path)
	}
	if !ok {
		return "", false
	}
	if name, isSource := caseOf(path, value); isSource {
		return name, true
	}
	if part, isPart := value.(registry.Tree); isPart && part.Kind() != "" {
		return part.Kind(), true
	}
	return registry.FormatValue(value), true
}

// derived returns what the encoder's list says of a path that stands for it.
func derived(setting Setting, path string) (any, bool) {
	value, _ := setting.At("model.encoder")
	layers, ok := value.([]any)
	if !ok {
		return nil, false
	}
	switch path {
	case "model.depth":
		return float64(len(layers)), true
	case "model.nodes":
		return nodesOf(layers)
	case "model.activation":
		return activationOf(layers)
	}
	return nil, false
}

func nodesOf(layers []any) (any, bool) {
	if len(layers) == 0 {
		return nil, false
	}
	switch first := layers[0].(type) {
	case float64:
		return first, true
	case registry.Tree:
		nodes, ok := first["nodes"]
		return nodes, ok
	}
	return nil, false
}

func activationOf(layers []any) (any, bool) {
	shared := ""
	for _, layer := range layers {
		tree, _ := layer.(registry.Tree)
		name := kindOf(tree["activation"])
		if name != "" && shared != "" && name != shared {
			return nil, false
		}
		shared = cmp.Or(name, shared)
	}
	return shared, shared != ""
}
