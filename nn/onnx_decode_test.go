package nn

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"hourglass.dev/hourglass/nn/internal/onnx"
)

// protoFields are the fields of a message of protocol buffers by their numbers: content, or a number.
type protoFields map[protowire.Number][]protoValue

type protoValue struct {
	bytes  []byte
	number uint64
}

func (f protoFields) words(field protowire.Number) (words []string) {
	for _, v := range f[field] {
		words = append(words, string(v.bytes))
	}
	return words
}

func (f protoFields) first(field protowire.Number) protoValue {
	if len(f[field]) == 0 {
		return protoValue{}
	}
	return f[field][0]
}

func decodeProto(message []byte) (protoFields, error) {
	fields := protoFields{}
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		message = message[n:]
		var v protoValue
		switch kind {
		case protowire.VarintType:
			v.number, n = protowire.ConsumeVarint(message)
		case protowire.Fixed32Type:
			var bits uint32
			bits, n = protowire.ConsumeFixed32(message)
			v.number = uint64(bits)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(message)
		default:
			return nil, fmt.Errorf("field %d is of wire type %d", field, kind)
		}
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		message = message[n:]
		fields[field] = append(fields[field], v)
	}
	return fields, nil
}

// operators are those of operator set 13 that exports use, with the largest number of their inputs.
var operators = map[string]int{
	"Add": 2, "ArgMin": 1, "AveragePool": 1, "Gather": 2, "BatchNormalization": 5, "Clip": 3, "Concat": 9, "ConstantOfShape": 1, "Conv": 3, "ConvTranspose": 3, "Div": 2,
	"Elu": 1, "Erf": 1, "Expand": 2, "GRU": 6, "Gemm": 3, "GlobalAveragePool": 1, "Greater": 2, "Identity": 1, "LSTM": 8, "LeakyRelu": 1,
	"Less": 2, "MatMul": 2, "MaxPool": 1, "Mul": 2, "Pad": 3, "ReduceL2": 1, "ReduceMean": 1, "Relu": 1, "Reshape": 2, "Resize": 4,
	"ScatterElements": 3, "Selu": 1, "Shape": 1, "Sigmoid": 1, "Softplus": 1, "Sqrt": 1, "Squeeze": 2, "Sub": 2, "Tanh": 1, "Tile": 2,
	"TopK": 2, "Transpose": 1, "Unsqueeze": 2, "Where": 3,
}

// checkONNX decodes a file by hand and holds it to what must be so in every graph: a known operator set, constants as
// large as their dimensions say, and nodes whose inputs stand before them and whose names are theirs alone.
func checkONNX(t *testing.T, name string, file []byte) {
	t.Helper()
	decode := func(message []byte) protoFields {
		fields, err := decodeProto(message)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return fields
	}
	model := decode(file)
	opset := decode(model.first(8).bytes)
	facts := decode(model.first(14).bytes)
	if model.first(1).number != 7 || opset.first(2).number != onnx.Opset || string(facts.first(2).bytes) != "abc" {
		t.Errorf("%s: format %d, operator set %d, metadata %q", name, model.first(1).number, opset.first(2).number, facts.words(2))
	}
	graph := decode(model.first(7).bytes)
	known := map[string]bool{"": true}
	define := func(names ...string) {
		for _, n := range names {
			if known[n] {
				t.Errorf("%s: two values are called %q", name, n)
			}
			known[n] = true
		}
	}
	for _, v := range graph[11] {
		define(decode(v.bytes).words(1)...)
	}
	for _, v := range graph[5] {
		tensor := decode(v.bytes)
		size := map[uint64]int{1: 4, 7: 8}[tensor.first(2).number]
		for _, dim := range tensor[1] {
			size *= int(dim.number)
		}
		if got := len(tensor.first(9).bytes); size == 0 || got != size {
			t.Errorf("%s: constant %s has %d bytes, want %d", name, tensor.words(8), got, size)
		}
		define(tensor.words(8)...)
	}
	for _, v := range graph[1] {
		node := decode(v.bytes)
		operator, inputs := string(node.first(4).bytes), node.words(1)
		if most, ok := operators[operator]; !ok || len(inputs) == 0 || len(inputs) > most {
			t.Errorf("%s: operator %q with inputs %q", name, operator, inputs)
		}
		if slices.ContainsFunc(inputs, func(n string) bool { return !known[n] }) {
			t.Errorf("%s: %s has inputs %q, some of which do not stand before it", name, operator, inputs)
		}
		define(node.words(2)...)
	}
	if len(graph[1]) == 0 || len(graph[11]) != 1 || len(graph[12]) == 0 {
		t.Errorf("%s: %d nodes, %d inputs, %d outputs", name, len(graph[1]), len(graph[11]), len(graph[12]))
	}
	for _, v := range graph[12] {
		if output := string(decode(v.bytes).first(1).bytes); !known[output] {
			t.Errorf("%s: nothing yields the output %q", name, output)
		}
	}
}
