package data

import (
	"context"
	"errors"
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Binarised](sources, "binarised", "other data in [0, 1], read as the probabilities of 0 and 1")
}

// Binarised is the kind binarised: other data whose elements, in [0, 1], are the
// probabilities of a 1. Each presentation of a training example is a draw of its
// own, as input and as target alike (Salakhutdinov and Murray 2008; Burda,
// Grosse and Salakhutdinov 2016). The validation and test splits are drawn once,
// the same for every trial. Baselines are fitted to one draw of the training
// split.
type Binarised struct {
	Of Source `doc:"the data: a kind, or a mapping with one such as {kind: mnist, validation: 5000}"`
}

// Normalise implements [registry.Normaliser].
func (*Binarised) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if inner, ok := resolved["of"].(registry.Tree); ok && inner.Kind() == "binarised" {
		return registry.Mistakes{{Path: "of", Message: "data that are binarised are 0 and 1 already", Hint: "name other data"}}
	}
	return nil
}

// The draws of the splits.
const (
	drawnTrain uint32 = iota
	drawnValidation
	drawnTest
)

// Load implements [Source].
func (b *Binarised) Load(ctx context.Context, dir string, report func(string)) (*Set, error) {
	set, err := b.Of.Load(ctx, dir, report)
	if err != nil {
		return nil, err
	}
	if set.Low < 0 || set.High > 1 {
		return nil, outsideOfUnit(float64(set.Low), float64(set.High))
	}
	set.Low, set.High = 0, 1
	set.Series = nil // a step is drawn anew for each of its windows
	set.Drawn = nn.Binarise(set.Train, drawnTrain)
	if set.Validation != nil {
		set.Validation = nn.Binarise(set.Validation, drawnValidation)
	}
	if set.Test != nil {
		set.Test = nn.Binarise(set.Test, drawnTest)
	}
	if set.Fingerprint, err = b.Fingerprint(dir); err != nil {
		return nil, err
	}
	return set, nil
}

func outsideOfUnit(low, high float64) error {
	if math.IsInf(low, -1) || math.IsInf(high, 1) {
		return errors.New("binarised wants data in [0, 1], and these have no bounds")
	}
	return fmt.Errorf("binarised wants data in [0, 1], and these lie in [%g, %g]", low, high)
}

// Fingerprint implements [Source].
func (b *Binarised) Fingerprint(dir string) (string, error) {
	inner, err := b.Of.Fingerprint(dir)
	return digest("binarised 1", inner), err
}

// Describe implements [Source].
func (b *Binarised) Describe(dir string) (Facts, error) {
	facts, err := b.Of.Describe(dir)
	if err != nil {
		return facts, err
	}
	if !facts.Within(0, 1) {
		return facts, outsideOfUnit(facts.Low, facts.High)
	}
	facts.Low, facts.High = 0, 1
	facts.Summary += ", each element drawn as 0 or 1"
	return facts, nil
}
