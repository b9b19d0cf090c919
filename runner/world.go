package runner

import (
	"fmt"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// World tells package experiments what data hold and which nets can be built.
// Files that data name are read once. It is not safe for concurrent use.
type World struct {
	sources map[string]source
}

// source is what is known of a data part.
type source struct {
	data.Source
	facts       *data.Facts
	fingerprint string
	err         error
}

var _ experiments.World = (*World)(nil)

// NewWorld returns a world in which nothing has been read yet.
func NewWorld() *World { return &World{sources: map[string]source{}} }

// Numerics is the version of the arithmetic.
func (w *World) Numerics() int { return nn.Numerics }

// Fingerprint identifies what a data part holds.
func (w *World) Fingerprint(part experiments.Setting, dir string) (string, error) {
	s := w.source(part, dir)
	if s.err == nil && s.fingerprint == "" {
		s.fingerprint, s.err = s.Source.Fingerprint(dir)
		w.sources[keyOf(part, dir)] = s
	}
	return s.fingerprint, s.err
}

func keyOf(part experiments.Setting, dir string) string {
	return dir + "\n" + string(registry.Canonical(part))
}

func (w *World) source(part experiments.Setting, dir string) source {
	key := keyOf(part, dir)
	s, known := w.sources[key]
	if !known {
		s.Source, s.err = registry.Decode[data.Source](part)
		w.sources[key] = s
	}
	return s
}

// facts returns what a data part holds, without the examples.
func (w *World) facts(part experiments.Setting, dir string) (data.Facts, error) {
	s := w.source(part, dir)
	if s.err != nil {
		return data.Facts{}, s.err
	}
	if s.facts == nil {
		facts, err := s.Describe(dir)
		s.facts, s.err = &facts, err
		w.sources[keyOf(part, dir)] = s
	}
	return *s.facts, s.err
}

// Check reports what cannot be built, or makes no sense.
func (w *World) Check(setting experiments.Setting, dir string) registry.Mistakes {
	facts, err := w.facts(setting["data"].(experiments.Setting), dir)
	if err != nil {
		return registry.Mistakes{{Path: "data", Message: err.Error()}}
	}
	if isBaseline(setting) {
		if err := nn.CheckBaseline(setting, traitsOf(facts)); err != nil {
			return registry.Mistakes{{Path: "model", Message: err.Error()}}
		}
		return nil
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return registry.Mistakes{{Message: err.Error()}}
	}
	return design.Check(traitsOf(facts))
}

func traitsOf(facts data.Facts) nn.Traits {
	return nn.Traits{Shape: facts.Shape, Low: facts.Low, High: facts.High, Validation: facts.Validation > 0}
}

// CodeSize is the number of elements of the code.
func (w *World) CodeSize(setting experiments.Setting, dir string) (int, error) {
	size, _, err := w.Size(setting, dir)
	return size.Code, err
}

// Metrics returns the full names of all metrics that a trial may record.
func (w *World) Metrics() []string {
	names := []string{"train.best_epoch", "health.gap"}
	for _, metric := range nn.HealthNames() {
		names = append(names, "health."+metric)
	}
	for _, metric := range nn.RunningNames() {
		names = append(names, "train."+metric)
	}
	for _, split := range []string{"test", "validation"} {
		for _, metric := range nn.MetricNames() {
			names = append(names, split+"."+metric)
		}
	}
	return names
}

// Size returns how large the net of a setting is, and what an epoch costs.
func (w *World) Size(setting experiments.Setting, dir string) (size nn.Size, examples int, err error) {
	facts, err := w.facts(setting["data"].(experiments.Setting), dir)
	if err != nil || isBaseline(setting) {
		return nn.Size{}, facts.Train, err
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return nn.Size{}, 0, fmt.Errorf("setting: %w", err)
	}
	size, err = design.Size(facts.Shape)
	return size, facts.Train, err
}

// isBaseline tells whether a setting is that of a model in closed form.
func isBaseline(setting experiments.Setting) bool {
	model := setting["model"].(experiments.Setting)
	return registry.RoleNamed("baseline").Kind(model.Kind()) != nil
}

// Cost is what a trial takes.
type Cost struct {
	Parameters int
	FLOPs      float64 // of matrix products in the whole training
}

// Cost returns what a trial of a setting takes; nothing for a baseline.
func (w *World) Cost(setting experiments.Setting, dir string) (Cost, error) {
	size, examples, err := w.Size(setting, dir)
	if err != nil || isBaseline(setting) {
		return Cost{}, err
	}
	epochs, _ := setting.At("train.epochs")
	work := float64(size.TrainingFLOPs) * epochs.(float64)
	if each, pretrained := setting.At("train.pretrain.epochs"); pretrained {
		work += float64(size.PretrainingFLOPs) * each.(float64)
	}
	return Cost{Parameters: size.Parameters, FLOPs: work * float64(examples)}, nil
}

// Tensors returns the names of the parameters of a setting's net, in order, or
// nil where it has none or cannot be built here.
func (w *World) Tensors(setting experiments.Setting, dir string) []string {
	facts, err := w.facts(setting["data"].(experiments.Setting), dir)
	if err != nil || isBaseline(setting) {
		return nil
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return nil
	}
	net, err := design.Build(facts.Shape, 1, 0)
	if err != nil {
		return nil
	}
	names := make([]string, len(net.Params))
	for i, p := range net.Params {
		names[i] = p.Name
	}
	return names
}

// Layers returns the layers of a setting's net, or none for a baseline and
// where the data cannot be described here.
func (w *World) Layers(setting experiments.Setting, dir string) []nn.LayerSize {
	facts, err := w.facts(setting["data"].(experiments.Setting), dir)
	if err != nil || isBaseline(setting) {
		return nil
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return nil
	}
	layers, err := design.Layers(facts.Shape)
	if err != nil {
		return nil
	}
	return layers
}
