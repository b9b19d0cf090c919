package runner

import (
	"archive/zip"
	"bytes"
	"fmt"
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
		if m.Net == nil {
			return m.Projection.ONNX(part, m.Shape, m.units(), facts)
		}
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
	tensors, err := m.tensors(part)
	if err != nil {
		return nil, err
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
	if m.Net == nil {
		for _, t := range m.numbers() {
			if err := writeArray(archive, t.name, "<f8", t.shape, float64Bytes(t.values)); err != nil {
				return nil, err
			}
		}
	} else {
		for _, p := range m.params(part) {
			if err := writeArray(archive, p.Name, "<f4", p.Shape, float32Bytes(p.Value)); err != nil {
				return nil, err
			}
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

func writeArray(archive *zip.Writer, name, kind string, shape []int, content []byte) error {
	entry, err := archive.Create(name + ".npy")
	if err == nil {
		_, err = entry.Write(data.NPYHeader(kind, shape))
	}
	if err == nil {
		_, err = entry.Write(content)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
