package runner

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/nlpodyssey/safetensors"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// A model on disk is a safetensors file. Its tensors are the parameters of the net
// by their names, as float32, or mean and components of a baseline, as float64; and
// what [Seen] holds, as float64. Its metadata are words, numbers and JSON by the
// names of modelFacts.

// modelFormat is the version of the layout. In the first one the file had no
// digest of its own.
const (
	modelFormat = "hourglass 2"
	firstFormat = "hourglass 1"
)

// The tensors beside the weights.
const (
	tensorErrors     = "seen.errors"
	tensorMean       = "seen.code_mean"
	tensorCovariance = "seen.code_covariance"
)

// The tensors of a baseline.
const (
	tensorCentre     = "mean"
	tensorComponents = "components" // [code × elements], absent where there are none
)

// modelFacts are the metadata of a file, each one as JSON.
type modelFacts struct {
	ID            string        `json:"id"`
	Seed          *int          `json:"seed"`
	Numerics      int           `json:"numerics"`
	Data          string        `json:"data_fingerprint"`
	Setting       registry.Tree `json:"setting"`
	Shape         nn.Shape      `json:"shape"`
	Low           float64       `json:"low"`
	High          float64       `json:"high"`
	Classes       []string      `json:"classes"`
	Columns       []string      `json:"columns"`
	Scaling       *data.Scaling `json:"scaling"`
	WeightsSHA256 string        `json:"weights_sha256"`
	ErrorsOf      string        `json:"errors_of"` // the split of seen.errors
	OfSteps       bool          `json:"errors_of_steps,omitempty"`
}

// Encode returns the file of a model.
func (m *Model) Encode() ([]byte, error) {
	tensors, err := m.tensors(nn.ExportBoth)
	if err != nil {
		return nil, err
	}
	code := len(m.Seen.CodeMean)
	seen := []double{
		{tensorMean, []int{code}, m.Seen.CodeMean},
		{tensorCovariance, []int{code, code}, m.Seen.CodeCovariance},
	}
	for _, measure := range nn.ErrorMeasures {
		seen = append(seen, double{errorsBy(measure), []int{len(m.Seen.Errors[measure])}, m.Seen.Errors[measure]})
	}
	for _, t := range seen {
		if t.values == nil {
			continue
		}
		if err := addTensor(tensors, t.name, safetensors.F64, t.shape, float64Bytes(t.values)); err != nil {
			return nil, err
		}
	}
	metadata, err := m.facts().words()
	if err != nil {
		return nil, err
	}
	metadata[factDigest] = contentDigest(metadata, tensors)
	return safetensors.Serialize(tensors, metadata)
}

// errorsBy is the tensor of the errors by a measure.
func errorsBy(measure string) string {
	if measure == "mse" {
		return tensorErrors
	}
	return tensorErrors + "." + measure
}

// double is a tensor of float64.
type double struct {
	name   string
	shape  []int
	values []float64
}

// numbers are the tensors of a baseline.
func (m *Model) numbers() []double {
	mean, components := m.Projection.Numbers()
	out := []double{{tensorCentre, []int{len(mean)}, mean}}
	if components != nil {
		out = append(out, double{tensorComponents, []int{m.Projection.Components(), len(mean)}, components})
	}
	return out
}

// tensors are those of a part of the model; a baseline's has all of them.
func (m *Model) tensors(part string) (map[string]safetensors.TensorView, error) {
	tensors := map[string]safetensors.TensorView{}
	if m.Net == nil {
		for _, t := range m.numbers() {
			if err := addTensor(tensors, t.name, safetensors.F64, t.shape, float64Bytes(t.values)); err != nil {
				return nil, err
			}
		}
		return tensors, nil
	}
	for _, p := range m.params(part) {
		if err := addTensor(tensors, p.Name, safetensors.F32, p.Shape, float32Bytes(p.Value)); err != nil {
			return nil, err
		}
	}
	return tensors, nil
}

func (m *Model) facts() modelFacts {
	return modelFacts{
		m.ID, m.Seed, m.Numerics, m.Data, m.Setting, m.Shape, m.Low, m.High, m.Classes, m.Columns, m.Scaling, m.WeightsSHA256, m.Seen.Split, m.Seen.OfSteps,
	}
}

func addTensor(tensors map[string]safetensors.TensorView, name string, kind safetensors.DType, shape []int, content []byte) error {
	sizes := make([]uint64, len(shape))
	for i, n := range shape {
		sizes[i] = uint64(n)
	}
	view, err := safetensors.NewTensorView(kind, sizes, content)
	if err != nil {
		return fmt.Errorf("tensor %s: %w", name, err)
	}
	tensors[name] = view
	return nil
}

// words returns the metadata: strings as they are, everything else as JSON.
func (f modelFacts) words() (map[string]string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	out := map[string]string{"format": modelFormat}
	for name, raw := range fields {
		out[name] = string(raw)
	}
	for _, name := range wordFacts {
		var word string
		if err := json.Unmarshal(fields[name], &word); err != nil {
			return nil, err
		}
		out[name] = word
	}
	return out, nil
}

// wordFacts are the metadata that are strings.
var wordFacts = []string{"id", "data_fingerprint", "weights_sha256", "errors_of"}

func float32Bytes(values []float32) []byte {
	out := make([]byte, 0, 4*len(values))
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

func float64Bytes(values []float64) []byte {
	out := make([]byte, 0, 8*len(values))
	for _, v := range values {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out
}
