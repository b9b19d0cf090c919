package data

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// What generators draw, as the parts of nn's random numbers. Their order is
// part of what generated data are: new ones go to the end.
const (
	partDirections uint32 = iota
	partTrainCodes
	partTrainNoise
	partTestCodes
	partTestNoise
	partRollTrain
	partRollTest
	partRollTrainNoise
	partRollTestNoise
	partSinesTrain
	partSinesTest
	partSinesTrainNoise
	partSinesTestNoise
	partShapesTrain
	partShapesTest
	partPianoTrain
	partPianoTest
)

// generated is a data set that is made up from factors: what swiss-roll,
// sine-mixture, shapes and piano-roll have in common. Its training and test
// examples are drawn from parts of their own, an example a row of uniform
// numbers, so that more examples begin with the same ones.
type generated struct {
	facts           Facts // whole, but for the counts
	examples, tests int
	seed            int
	width           int // uniform numbers that an example takes
	train, test     uint32
	split           split
	// label returns the class of the example of these draws; nil where there are no classes.
	label func(u []float32) int32
	// draw sets an example and its factors.
	draw func(x, factors, u []float32)
}

// draws are the uniform numbers of examples, one example a row.
func (g *generated) draws(rows int, part uint32) *nn.Matrix {
	u := nn.NewMatrix(rows, g.width)
	nn.GeneratorUniforms(u.Data, g.seed, part)
	return u
}

func (g *generated) labels(u *nn.Matrix) []int32 {
	if g.label == nil {
		return nil
	}
	labels := make([]int32, u.Rows)
	for i := range labels {
		labels[i] = g.label(u.Row(i))
	}
	return labels
}

func (g *generated) table(rows int, part uint32) table {
	u := g.draws(rows, part)
	t := table{nn.NewMatrix(rows, g.facts.Shape.Size()), g.labels(u), nn.NewMatrix(rows, len(g.facts.Factors))}
	for i := range rows {
		g.draw(t.x.Row(i), t.factors.Row(i), u.Row(i))
	}
	return t
}

// describe draws no more than the classes, and those only where some are left out.
func (g *generated) describe() (Facts, error) {
	var labels []int32
	if g.split.classes != nil {
		labels = g.labels(g.draws(g.examples, g.train))
	}
	facts := g.facts
	p, err := g.split.plan(g.examples, labels, g.tests)
	facts.Train, facts.Validation, facts.Test = p.trained, p.validated, p.tested
	return facts, err
}

// load makes the examples; finish, which may be nil, is given those to train
// on and those to test on before they are cut.
func (g *generated) load(fingerprint string, finish func(train, test *nn.Matrix)) (*Set, error) {
	train, test := g.table(g.examples, g.train), g.table(g.tests, g.test)
	if finish != nil {
		finish(train.x, test.x)
	}
	set := &Set{
		Name: g.facts.Name, Shape: slices.Clone(g.facts.Shape), Fingerprint: fingerprint,
		Classes: slices.Clone(g.facts.Classes), Factors: slices.Clone(g.facts.Factors),
	}
	if err := g.split.apply(set, train, test); err != nil {
		return nil, fmt.Errorf("make %s: %w", g.facts.Name, err)
	}
	set.Low, set.High = float32(g.facts.Low), float32(g.facts.High)
	if finite(g.facts.Low) == nil {
		set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	}
	return set, nil
}

// numbersFingerprint is that of data which follow from a generator, with its
// version, and from numbers.
func numbersFingerprint(how string, numbers ...float64) string {
	words := []string{how}
	for _, v := range numbers {
		words = append(words, registry.FormatNumber(v))
	}
	return digest(strings.Join(words, " "))
}

// addNoise adds σ·ε to every element, ε standard normal numbers.
func addNoise(x *nn.Matrix, sigma float64, seed int, part uint32) {
	if sigma == 0 {
		return
	}
	noise := make([]float32, len(x.Data))
	nn.GeneratorNormals(noise, seed, part)
	for i, epsilon := range noise {
		x.Data[i] = float32(float64(x.Data[i]) + float64(sigma*float64(epsilon)))
	}
}

// pick is a uniform number's share of n equal ones: ⌊u·n⌋.
func pick(u float32, n int) int { return int(float64(u) * float64(n)) }

// between is the point of [low, high) that a uniform number stands for.
func between(u float32, low, high float64) float64 { return low + float64((high-low)*float64(u)) }

// normaliseWords holds a list of words against those that are legal, and puts
// it in their order; all of them are the word "all".
func normaliseWords(resolved registry.Tree, name string, legal []string) registry.Mistakes {
	list, ok := resolved[name].([]any)
	if !ok {
		return nil
	}
	var mistakes registry.Mistakes
	for i, word := range list {
		if slices.Contains(legal, word.(string)) {
			continue
		}
		hint := "one of " + strings.Join(legal, ", ")
		if nearest := registry.Nearest(word.(string), legal); nearest != "" {
			hint = "did you mean " + nearest + "?"
		}
		mistakes = append(mistakes, registry.Mistake{Path: fmt.Sprintf("%s[%d]", name, i), Message: fmt.Sprintf("%s: nothing is called %q", name, word), Hint: hint})
	}
	if len(list) == 0 {
		mistakes = append(mistakes, registry.Mistake{Path: name, Message: name + " must name at least one, got none", Hint: "leave it out for all"})
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	var ordered []any
	for _, word := range legal {
		if slices.Contains(list, any(word)) {
			ordered = append(ordered, word)
		}
	}
	resolved[name] = ordered
	return nil
}

// normaliseGenerated checks the validation split and the classes that are
// trained on; all of them are as none.
func normaliseGenerated(resolved registry.Tree, classes []string) registry.Mistakes {
	mistakes := checkValidation(resolved, int(resolved["examples"].(float64)))
	if classes == nil {
		return mistakes
	}
	mistakes = append(mistakes, normaliseWords(resolved, "normal", classes)...)
	if list, ok := resolved["normal"].([]any); ok && len(list) == len(classes) {
		delete(resolved, "normal")
	}
	return mistakes
}
