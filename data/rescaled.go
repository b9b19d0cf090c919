package data

import (
	"context"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Rescaled](sources, "rescaled", "other data, with a number taken away from each value and then divided by another")
}

// Rescaled is the kind rescaled: other data of which each value v becomes
// (v − Subtract)/Divide, worked out in float64 and rounded to float32. Its
// defaults take what lies in [0, 1] to [−1, 1], as what follows a tanh wants it.
// PyTorch's transforms.Normalize is told the same two numbers, as mean and
// standard deviation.
type Rescaled struct {
	Of       Source  `doc:"the data: a kind, or a mapping with one such as {kind: mnist, validation: 5000}"`
	Subtract float64 `default:"0.5" doc:"what is taken away from each value"`
	Divide   float64 `default:"0.5" range:"(0, inf)" doc:"what the rest is divided by; as it is, [0, 1] becomes [-1, 1]"`
}

// Normalise implements [registry.Normaliser].
func (*Rescaled) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	inner, ok := resolved["of"].(registry.Tree)
	if !ok {
		return nil
	}
	switch {
	case inner.Kind() == "rescaled":
		return registry.Mistakes{{Path: "of", Message: "data that are rescaled can be so at once", Hint: "work the two numbers out together"}}
	case inner.Kind() == "binarised":
		return registry.Mistakes{{Path: "of", Message: "each presentation of binarised data is 0 or 1", Hint: "name other data"}}
	case inner["clip"] == true:
		return registry.Mistakes{{Path: "of.clip", Message: "features that are kept in [0, 1] cannot be rescaled", Hint: "leave clip out"}}
	}
	return nil
}

// Unwrapped returns the data part that says how files are read, what lies in
// them, and which classes are trained on: of rescaled data the one within.
func Unwrapped(part registry.Tree) registry.Tree {
	if inner, ok := part["of"].(registry.Tree); ok && part.Kind() == "rescaled" {
		return inner
	}
	return part
}

func (r *Rescaled) value(v float64) float64 { return (v - r.Subtract) / r.Divide }

// Load implements [Source].
func (r *Rescaled) Load(ctx context.Context, dir string, report func(string)) (*Set, error) {
	set, err := r.Of.Load(ctx, dir, report)
	if err != nil {
		return nil, err
	}
	splits := []*nn.Matrix{set.Train, set.Validation, set.Test}
	if set.Series != nil {
		splits = append(splits, set.Series.Rest)
	}
	for _, x := range splits {
		if x == nil {
			continue
		}
		for i, v := range x.Data {
			x.Data[i] = float32(r.value(float64(v)))
		}
	}
	set.Low, set.High = float32(r.value(float64(set.Low))), float32(r.value(float64(set.High)))
	set.Scaling = r.scaling(set.Scaling)
	set.Fingerprint, err = r.Fingerprint(dir)
	return set, err
}

// scaling is that of the data, and then this one: ((v − o)/s − a)/b is
// (v − (o + s·a))/(s·b).
func (r *Rescaled) scaling(of *Scaling) *Scaling {
	if of == nil {
		return &Scaling{Offset: []float64{r.Subtract}, Scale: []float64{r.Divide}}
	}
	out := &Scaling{}
	for j, scale := range of.Scale {
		out.Offset = append(out.Offset, of.Offset[j]+float64(scale*r.Subtract))
		out.Scale = append(out.Scale, scale*r.Divide)
	}
	return out
}

// Fingerprint implements [Source]. It says what the data within hold; the two
// numbers are in the setting.
func (r *Rescaled) Fingerprint(dir string) (string, error) {
	inner, err := r.Of.Fingerprint(dir)
	return digest("rescaled 1", inner), err
}

// Describe implements [Source].
func (r *Rescaled) Describe(dir string) (Facts, error) {
	facts, err := r.Of.Describe(dir)
	facts.Low, facts.High = r.value(facts.Low), r.value(facts.High)
	facts.Summary += ", rescaled"
	return facts, err
}
