package runner

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/nlpodyssey/safetensors"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// partFormat is what safetensors of a part of a net say in place of modelFormat,
// as no model can be loaded from them.
const partFormat = "hourglass part 1"

// Export returns the file of a model, or of its encoder or decoder, in one of the
// formats onnx, safetensors and npz.
func (m *Model) Export(format, part string) ([]byte, error) {
	switch format {
	case "onnx":
		facts, err := m.facts().words()
		if err != nil {
			return nil, err
		}
		facts["part"] = part
		return m.Net.ONNX(part, m.units(), facts)
	case "npz":
		return m.npz(part)
	}
	if part == nn.ExportBoth {
		return m.Encode()
	}
	facts, err := m.facts().words()
	if err != nil {
		return nil, err
	}
	maps.Copy(facts, map[string]string{"format": partFormat, "part": part})
	tensors := map[string]safetensors.TensorView{}
	for _, p := range m.params(part) {
		if err := addTensor(tensors, p.Name, safetensors.F32, p.Shape, float32Bytes(p.Value)); err != nil {
			return nil, err
		}
	}
	return safetensors.Serialize(tensors, facts)
}

// units are those of the data that the model was trained on, where they were scaled.
func (m *Model) units() *nn.Units {
	if m.Scaling == nil {
		return nil
	}
	units := &nn.Units{Clip: m.Scaling.Clip}
	for range m.Shape.Size() / len(m.Scaling.Scale) { // the steps of a series
		units.Offset = append(units.Offset, m.Scaling.Offset...)
		units.Scale = append(units.Scale, m.Scaling.Scale...)
	}
	return units
}

// params are the parameters of a part. Weights that a decoder shares with its
// mirror image have the name that they have in the encoder.
func (m *Model) params(part string) []*nn.Param {
	var params []*nn.Param
	for _, p := range m.Net.Params {
		decoder := strings.HasPrefix(p.Name, "decoder")
		shared := m.Design.Model.Tied && part == nn.ExportDecoder && strings.HasSuffix(p.Name, ".w")
		if part == nn.ExportBoth || decoder == (part == nn.ExportDecoder) || shared {
			params = append(params, p)
		}
	}
	return params
}

// npz returns the parameters as NumPy's archive: an array each, by their names,
// and the setting as text.
func (m *Model) npz(part string) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, p := range m.params(part) {
		entry, err := archive.Create(p.Name + ".npy")
		if err != nil {
			return nil, err
		}
		if err := writeArray(entry, p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	entry, err := archive.Create("setting.json")
	if err == nil {
		_, err = entry.Write(registry.Canonical(m.Setting))
	}
	if err == nil {
		err = archive.Close()
	}
	return out.Bytes(), err
}

func writeArray(w io.Writer, p *nn.Param) error {
	if _, err := w.Write(data.NPYHeader("<f4", p.Shape)); err != nil {
		return err
	}
	_, err := w.Write(float32Bytes(p.Value))
	return err
}
