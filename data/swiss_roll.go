package data

import (
	"context"
	"math"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// SwissRoll is the kind swiss-roll: a rolled-up sheet in three dimensions, as
// scikit-learn's make_swiss_roll makes it (after S. Marsland, Machine learning:
// an algorithmic perspective, 2009). An example is
//
//	x = (t·cos t, 21·v, t·sin t) + σ·ε,    t = 1.5π·(1 + 2u)
//
// where u and v are uniform on [0, 1), ε are three standard normal numbers and
// σ is noise. It has two dimensions, which are its factors: the angle t, in
// radians from 1.5π to 4.5π, and the height 21·v.
//
// An example's row of uniform numbers is (u, v). With s = 0.75 + 1.5u turns,
// t = 2π·s in float64, and the curve is nn.CosTurns(s) and nn.SinTurns(s) times
// t; it is rounded to float32, then noise is added in float64 and the sum
// rounded again.
type SwissRoll struct {
	Examples   int     `default:"10000" range:"[1, inf)" doc:"training examples, validation included"`
	TestCount  int     `default:"2000" range:"[1, inf)" doc:"test examples"`
	Noise      float64 `default:"0" range:"[0, inf)" doc:"standard deviation of the noise on each element"`
	Seed       int     `default:"1" range:"[0, inf)" doc:"of all that is drawn"`
	Validation int     `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
}

const swissRollSummary = "a rolled-up sheet in three dimensions, of which two are real"

func init() {
	registry.Add[SwissRoll](sources, "swiss-roll", swissRollSummary)
}

// rollHeight is the width of the sheet.
const rollHeight = 21

// Normalise implements [registry.Normaliser].
func (*SwissRoll) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	return normaliseGenerated(resolved, nil)
}

func (s *SwissRoll) generated() *generated {
	return &generated{
		facts: Facts{
			Name: "swiss-roll", Summary: swissRollSummary, Shape: nn.Shape{3},
			Low: math.Inf(-1), High: math.Inf(1), Factors: []string{"angle", "height"},
		},
		examples: s.Examples, tests: s.TestCount, seed: s.Seed, width: 2,
		train: partRollTrain, test: partRollTest, split: split{validation: s.Validation},
		draw: drawRoll,
	}
}

func drawRoll(x, factors, u []float32) {
	turns := between(u[0], 0.75, 2.25)
	angle, height := 2*math.Pi*turns, float64(rollHeight*float64(u[1]))
	x[0] = float32(angle * nn.CosTurns(turns))
	x[1] = float32(height)
	x[2] = float32(angle * nn.SinTurns(turns))
	factors[0], factors[1] = float32(angle), float32(height)
}

// Fingerprint implements [Source].
func (s *SwissRoll) Fingerprint(string) (string, error) {
	return numbersFingerprint("swiss-roll 1", float64(s.Examples), float64(s.TestCount), float64(s.Seed), s.Noise), nil
}

// Describe implements [Source].
func (s *SwissRoll) Describe(string) (Facts, error) { return s.generated().describe() }

// Load implements [Source].
func (s *SwissRoll) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := s.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	return s.generated().load(fingerprint, func(train, test *nn.Matrix) {
		addNoise(train, s.Noise, s.Seed, partRollTrainNoise)
		addNoise(test, s.Noise, s.Seed, partRollTestNoise)
	})
}
