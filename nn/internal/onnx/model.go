package onnx

import (
	"maps"
	"slices"
)

// irVersion is that of the format itself, which came with operator set 13.
const irVersion = 7

// Encode returns the file of the graph, a ModelProto. facts are its metadata.
func (g *Graph) Encode(title string, facts map[string]string) []byte {
	var graph []byte
	for _, node := range g.nodes {
		graph = field(graph, 1, node)
	}
	graph = field(graph, 2, []byte(title))
	for _, tensor := range g.constants {
		graph = field(graph, 5, tensor)
	}
	for _, input := range g.inputs {
		graph = field(graph, 11, input)
	}
	for _, output := range g.outputs {
		graph = field(graph, 12, output)
	}
	model := number(nil, 1, irVersion)
	model = field(model, 2, []byte("hourglass"))
	model = field(model, 7, graph)
	model = field(model, 8, number(field(nil, 1, nil), 2, Opset))
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		model = field(model, 14, field(field(nil, 1, []byte(name)), 2, []byte(facts[name])))
	}
	return model
}
