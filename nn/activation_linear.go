package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Linear](activations, "linear", "x itself") }

// Linear is f(x) = x.
type Linear struct{}

func (*Linear) Forward(y, x []float32)          { copyUnlessSame(y, x) }
func (*Linear) Backward(dx, dy, _, _ []float32) { copyUnlessSame(dx, dy) }
func (*Linear) NeedsInput() bool                { return false }

func copyUnlessSame(y, x []float32) {
	if len(x) > 0 && &y[0] != &x[0] {
		copy(y, x)
	}
}

// Curvature is 0 everywhere.
func (*Linear) Curvature(c, _, _ []float32) { clear(c) }

func (*Linear) onnx(_ *onnx.Graph, x onnx.Value) onnx.Value { return x }
