package runner

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/nlpodyssey/safetensors"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// factsOf reads the metadata of a file.
func factsOf(words map[string]string) (facts modelFacts, err error) {
	fields := map[string]json.RawMessage{}
	for name, word := range words {
		fields[name] = json.RawMessage(word)
	}
	for _, name := range append(wordFacts, "format", factDigest) {
		fields[name] = json.RawMessage(strconv.Quote(words[name]))
	}
	delete(fields, "setting")
	text, err := json.Marshal(fields)
	if err != nil {
		return facts, fmt.Errorf("its metadata are no JSON: %w", err)
	}
	if err := json.Unmarshal(text, &facts); err != nil {
		return facts, fmt.Errorf("its metadata: %w", err)
	}
	facts.Setting, err = registry.ParseTree([]byte(words["setting"]))
	return facts, err
}

// decodeModel reads a file, checks its digest, builds the net and checks its
// weights.
func decodeModel(content []byte) (*Model, error) {
	file, err := safetensors.Deserialize(content)
	if err != nil {
		return nil, fmt.Errorf("wanted a safetensors file: %w", err)
	}
	_, header, err := safetensors.ReadMetadata(content)
	if err != nil {
		return nil, err
	}
	words, tensors := header.Metadata(), map[string]safetensors.TensorView{}
	for _, tensor := range file.Tensors() {
		tensors[tensor.Name] = tensor.TensorView
	}
	if err := checkContent(words, tensors); err != nil {
		return nil, err
	}
	facts, err := factsOf(words)
	if err != nil {
		return nil, err
	}
	m := &Model{
		ID: facts.ID, Seed: facts.Seed, Numerics: facts.Numerics, Data: facts.Data, Setting: facts.Setting,
		Shape: facts.Shape, Low: facts.Low, High: facts.High, Classes: facts.Classes, Columns: facts.Columns, Scaling: facts.Scaling,
		WeightsSHA256: facts.WeightsSHA256, Seen: &Seen{Split: facts.ErrorsOf, OfSteps: facts.OfSteps},
	}
	m.takeSeen(tensors)
	if err = m.check(); err == nil {
		err = m.takeWeights(tensors)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// takeSeen takes what the model has seen from the tensors of a file.
func (m *Model) takeSeen(tensors map[string]safetensors.TensorView) {
	m.Seen.Errors = map[string][]float64{}
	for _, measure := range nn.ErrorMeasures {
		if errors := doubles(tensors, errorsBy(measure)); errors != nil {
			m.Seen.Errors[measure] = errors
		}
	}
	m.Seen.CodeMean, m.Seen.CodeCovariance = doubles(tensors, tensorMean), doubles(tensors, tensorCovariance)
}

// doubles returns a tensor of float64, or nil where there is none of that name.
func doubles(tensors map[string]safetensors.TensorView, name string) []float64 {
	view, ok := tensors[name]
	if !ok || view.DType() != safetensors.F64 {
		return nil
	}
	return readFloat64(view.Data())
}

// takeWeights makes the net, or the projection of a baseline.
func (m *Model) takeWeights(tensors map[string]safetensors.TensorView) error {
	if m.Seed == nil {
		return m.project(doubles(tensors, tensorCentre), doubles(tensors, tensorComponents))
	}
	weights := map[string][]float32{}
	for name, view := range tensors {
		if view.DType() == safetensors.F32 {
			weights[name] = readFloat32(view.Data())
		}
	}
	return m.build(weights)
}

// check holds what a file says against itself.
func (m *Model) check() error {
	code := len(m.Seen.CodeMean)
	if len(m.Seen.CodeCovariance) != code*code {
		return fmt.Errorf("wanted a covariance of %d codes, found %d elements", code, len(m.Seen.CodeCovariance))
	}
	if s := m.Scaling; s != nil && (len(s.Scale) == 0 || len(s.Offset) != len(s.Scale) || m.Shape.Size()%len(s.Scale) != 0) {
		return fmt.Errorf("wanted the scaling of %d features, or of the columns that they repeat, found %d and %d", m.Shape.Size(), len(s.Offset), len(s.Scale))
	}
	return nil
}

func readFloat32(content []byte) []float32 {
	out := make([]float32, len(content)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(content[4*i:]))
	}
	return out
}

func readFloat64(content []byte) []float64 {
	out := make([]float64, len(content)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(content[8*i:]))
	}
	return out
}
