package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Types of elements.
const (
	float  = 1
	int64s = 7
)

// Types of attributes.
const (
	ofFloat = 1
	ofInt   = 2
	ofWord  = 3
	ofInts  = 7
)

// Attribute is a parameter of an operator, an AttributeProto.
type Attribute []byte

func attribute(name string, kind uint64) Attribute {
	return number(field(nil, 1, []byte(name)), 20, kind)
}

// Float is a number.
func Float(name string, value float64) Attribute {
	a := protowire.AppendTag(attribute(name, ofFloat), 2, protowire.Fixed32Type)
	return protowire.AppendFixed32(a, math.Float32bits(float32(value)))
}

// Int is a whole number.
func Int(name string, value int) Attribute {
	return number(attribute(name, ofInt), 3, uint64(value))
}

// Word is a string.
func Word(name, value string) Attribute {
	return field(attribute(name, ofWord), 4, []byte(value))
}

// Ints is a list of whole numbers.
func Ints(name string, values []int64) Attribute {
	a := attribute(name, ofInts)
	for _, v := range values {
		a = number(a, 8, uint64(v))
	}
	return a
}

// Tensor adds a constant array of float32, and returns its name.
func (g *Graph) Tensor(word string, shape []int, values []float32) string {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return g.constant(word, shape, float, raw)
}

// Scalar adds a constant number.
func (g *Graph) Scalar(word string, value float64) string {
	return g.Tensor(word, nil, []float32{float32(value)})
}

// Whole adds a constant list of whole numbers.
func (g *Graph) Whole(word string, values []int64) string {
	raw := make([]byte, 0, 8*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return g.constant(word, []int{len(values)}, int64s, raw)
}

// constant adds a TensorProto.
func (g *Graph) constant(word string, shape []int, kind uint64, raw []byte) string {
	name := g.name(word)
	var tensor []byte
	for _, n := range shape {
		tensor = number(tensor, 1, uint64(n))
	}
	tensor = field(field(number(tensor, 2, kind), 8, []byte(name)), 9, raw)
	g.constants = append(g.constants, tensor)
	return name
}
