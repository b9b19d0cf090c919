package reports

import (
	"io"
	"strings"
)

// Layer is a layer of a net, in figures.
type Layer struct {
	Path       string `json:"path"`
	Kind       string `json:"kind"`
	In         string `json:"in"`
	Out        string `json:"out"`
	Parameters int    `json:"parameters"`
	FLOPs      int    `json:"flops"` // of a training step, for one example
}

// WriteLayers writes the layers of a net as a table.
func WriteLayers(w io.Writer, layers []Layer) error {
	column := func(text func(Layer) string) []string {
		cells := make([]string, len(layers))
		for i, l := range layers {
			cells[i] = text(l)
		}
		return cells
	}
	g := &grid{}
	g.add("layer", true, column(func(l Layer) string { return l.Path }))
	g.add("kind", true, column(func(l Layer) string { return l.Kind }))
	g.add("in", true, column(func(l Layer) string { return l.In }))
	g.add("out", true, column(func(l Layer) string { return l.Out }))
	g.add("parameters", false, column(func(l Layer) string { return grouped(int64(l.Parameters)) }))
	g.add("FLOPs", false, column(func(l Layer) string { return scaled(float64(l.FLOPs)) }))
	return g.text(w)
}

// writeLayers writes the layers of a sheet's net, where they are known.
func (s *Sheet) writeLayers(out *strings.Builder) error {
	if len(s.Layers) == 0 {
		return nil
	}
	out.WriteString("\nlayers\n")
	return WriteLayers(out, s.Layers)
}
