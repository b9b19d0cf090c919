// Package onnx builds graphs in the Open Neural Network Exchange format,
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, operator set 13, and
// writes them by hand.
//
// A [Value] stands for a batch of examples. Its shape is that of an example in
// the order of this program, with channels last. Convolutions and pooling want
// channels first: values remember in which order they are, and are only turned
// where an operator needs the other one.
package onnx

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Opset is the version of the operators.
const Opset = 13

// Value is an array in a graph: a batch of examples of a shape.
type Value struct {
	Name  string
	Shape []int // of an example, channels last
	first bool  // the channels stand first in the array
}

// Size is the number of elements of an example.
func (v Value) Size() int {
	size := 1
	for _, n := range v.Shape {
		size *= n
	}
	return size
}

// Graph is a graph that is being built.
type Graph struct {
	// Prefix begins the names of nodes and constants: the layer at work.
	Prefix string

	nodes, constants, inputs, outputs [][]byte
	names                             map[string]bool
}

// New returns an empty graph.
func New() *Graph { return &Graph{names: map[string]bool{}} }

// name returns a name that nothing in the graph has yet.
func (g *Graph) name(word string) string {
	name := word
	if g.Prefix != "" {
		name = g.Prefix + "." + word
	}
	unique := name
	for i := 2; g.names[unique]; i++ {
		unique = fmt.Sprintf("%s.%d", name, i)
	}
	g.names[unique] = true
	return unique
}

// Input declares an input of the graph: batches of float32.
func (g *Graph) Input(name string, shape []int) Value {
	g.names[name] = true
	g.inputs = append(g.inputs, declaration(name, shape))
	return Value{Name: name, Shape: slices.Clone(shape)}
}

// Output makes a value an output of the graph, under a name of its own.
func (g *Graph) Output(name string, v Value) {
	v = g.Plain(v)
	prefix := g.Prefix
	g.Prefix = ""
	g.write("Identity", []string{v.Name}, []string{name}, nil)
	g.Prefix = prefix
	g.outputs = append(g.outputs, declaration(name, v.Shape))
}

// Node adds an operator with one output, and returns that.
func (g *Graph) Node(operator string, inputs []string, attributes ...Attribute) (output string) {
	return g.NodeOf(operator, 1, inputs, attributes...)[0]
}

// NodeOf adds an operator with several outputs.
func (g *Graph) NodeOf(operator string, outputs int, inputs []string, attributes ...Attribute) []string {
	names := make([]string, outputs)
	for i := range names {
		names[i] = g.name(strings.ToLower(operator))
	}
	g.write(operator, inputs, names, attributes)
	return names
}

// Each applies an operator to each element of a value; the constants are its
// other inputs.
func (g *Graph) Each(operator string, x Value, constants []string, attributes ...Attribute) Value {
	x.Name = g.Node(operator, append([]string{x.Name}, constants...), attributes...)
	return x
}

// Plain returns the value with channels last, in its shape.
func (g *Graph) Plain(x Value) Value {
	if !x.first {
		return x
	}
	order := []int64{0, 2, 3, 1}
	if len(x.Shape) == 2 {
		order = []int64{0, 2, 1}
	}
	x.Name, x.first = g.Node("Transpose", []string{x.Name}, Ints("perm", order)), false
	return x
}

// ChannelsFirst returns a picture or a series with channels first.
func (g *Graph) ChannelsFirst(x Value) Value {
	if x.first {
		return x
	}
	order := []int64{0, 3, 1, 2}
	if len(x.Shape) == 2 {
		order = []int64{0, 2, 1}
	}
	x.Name, x.first = g.Node("Transpose", []string{x.Name}, Ints("perm", order)), true
	return x
}

// Spatial applies an operator to a value with channels first; shape is that of
// its output, with channels last.
func (g *Graph) Spatial(operator string, x Value, shape []int, others []string, attributes ...Attribute) Value {
	x = g.ChannelsFirst(x)
	return Value{g.Node(operator, append([]string{x.Name}, others...), attributes...), shape, true}
}

// Reshape returns the elements of the examples in another shape.
func (g *Graph) Reshape(x Value, shape []int) Value {
	x = g.Plain(x)
	if slices.Equal(x.Shape, shape) {
		return x
	}
	sizes := []int64{-1}
	for _, n := range shape {
		sizes = append(sizes, int64(n))
	}
	return Value{Name: g.Node("Reshape", []string{x.Name, g.Whole("shape", sizes)}), Shape: slices.Clone(shape)}
}

// Flat returns the examples as rows.
func (g *Graph) Flat(x Value) Value { return g.Reshape(x, []int{x.Size()}) }

// declaration is a ValueInfoProto: name and type of an input or an output.
func declaration(name string, shape []int) []byte {
	dims := field(nil, 1, field(nil, 2, []byte("batch")))
	for _, n := range shape {
		dims = field(dims, 1, number(nil, 1, uint64(n)))
	}
	tensor := field(number(nil, 1, float), 2, dims)
	return field(field(nil, 1, []byte(name)), 2, field(nil, 1, tensor))
}

// write adds a NodeProto.
func (g *Graph) write(operator string, inputs, outputs []string, attributes []Attribute) {
	var node []byte
	for _, name := range inputs {
		node = field(node, 1, []byte(name))
	}
	for _, name := range outputs {
		node = field(node, 2, []byte(name))
	}
	node = field(node, 3, []byte(outputs[0]))
	node = field(node, 4, []byte(operator))
	for _, a := range attributes {
		node = field(node, 5, a)
	}
	g.nodes = append(g.nodes, node)
}

// field appends a field of bytes, number one of a number.
func field(to []byte, tag protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, tag, protowire.BytesType), content)
}

func number(to []byte, tag protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, tag, protowire.VarintType), value)
}
