package data

import (
	"context"
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// SineMixture is the kind sine-mixture: windows of series that are sums of
// sines. With T steps, F features and K waves, element (t, c) of an example is
//
//	x = Σₖ aₖc·sin 2π(fₖ·t/T + φₖc) + σ·ε,    k = 1 … K,  t = 0 … T − 1
//
// where wave k has a frequency fₖ, in cycles a window, that all features share,
// and in each feature an amplitude and a phase of its own; σ is noise and ε are
// standard normal numbers. The frequency of wave k is uniform on the k-th of K
// equal parts of [low_frequency, high_frequency), so that waves can be told
// apart; amplitudes are uniform on [low_amplitude, high_amplitude), phases on
// [0, 1) turn. These are the factors of an example: frequency1, and then for
// each feature amplitude1.1 and phase1.1, and so on for each wave.
//
// An example's row of uniform numbers has them in the same order. Sums run over
// k in float64; a term is aₖc·nn.SinTurns((fₖ·t)/T + φₖc). The sum is rounded to
// float32, then noise is added in float64 and the sum rounded again.
type SineMixture struct {
	Examples      int     `default:"10000" range:"[1, inf)" doc:"training examples, validation included"`
	TestCount     int     `default:"2000" range:"[1, inf)" doc:"test examples"`
	Steps         int     `default:"64" range:"[2, inf)" doc:"steps of a window"`
	Features      int     `default:"1" range:"[1, inf)" doc:"values at each step"`
	Waves         int     `default:"2" range:"[1, inf)" doc:"sines in the sum"`
	LowFrequency  float64 `default:"1" range:"[0, inf)" doc:"the slowest wave, in cycles a window"`
	HighFrequency float64 `default:"8" range:"(0, inf)" doc:"the fastest wave, in cycles a window"`
	LowAmplitude  float64 `default:"0.5" range:"[0, inf)" doc:"of the weakest wave"`
	HighAmplitude float64 `default:"1" range:"(0, inf)" doc:"of the strongest wave"`
	Noise         float64 `default:"0.05" range:"[0, inf)" doc:"standard deviation of the noise on each element"`
	Seed          int     `default:"1" range:"[0, inf)" doc:"of all that is drawn"`
	Validation    int     `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
}

const sineMixtureSummary = "windows of series that are sums of sines, with noise"

func init() {
	registry.Add[SineMixture](sources, "sine-mixture", sineMixtureSummary)
}

// Normalise implements [registry.Normaliser].
func (*SineMixture) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	mistakes := normaliseGenerated(resolved, nil)
	for _, what := range []string{"frequency", "amplitude"} {
		low, high := resolved["low_"+what].(float64), resolved["high_"+what].(float64)
		if low > high {
			mistakes = append(mistakes, registry.Mistake{Path: "low_" + what, Message: fmt.Sprintf("low_%s must be at most high_%s, %v, got %v", what, what, high, low)})
		}
	}
	steps, fastest := resolved["steps"].(float64), resolved["high_frequency"].(float64)
	if fastest > steps/2 {
		mistakes = append(mistakes, registry.Mistake{
			Path:    "high_frequency",
			Message: fmt.Sprintf("high_frequency must be at most half the steps, %v, got %v", steps/2, fastest),
			Hint:    "a faster wave looks like a slower one",
		})
	}
	return mistakes
}

func (s *SineMixture) generated() *generated {
	facts := Facts{
		Name: "sine-mixture", Summary: sineMixtureSummary, Shape: nn.Shape{s.Steps, s.Features},
		Low: math.Inf(-1), High: math.Inf(1),
	}
	for k := range s.Waves {
		facts.Factors = append(facts.Factors, fmt.Sprintf("frequency%d", k+1))
		for c := range s.Features {
			facts.Factors = append(facts.Factors, fmt.Sprintf("amplitude%d.%d", k+1, c+1), fmt.Sprintf("phase%d.%d", k+1, c+1))
		}
	}
	return &generated{
		facts: facts, examples: s.Examples, tests: s.TestCount, seed: s.Seed, width: len(facts.Factors),
		train: partSinesTrain, test: partSinesTest, split: split{validation: s.Validation},
		draw: s.draw,
	}
}

func (s *SineMixture) draw(x, factors, u []float32) {
	sums := make([]float64, len(x))
	band := (s.HighFrequency - s.LowFrequency) / float64(s.Waves)
	for k := range s.Waves {
		wave := k * (1 + 2*s.Features)
		frequency := s.LowFrequency + float64(band*(float64(k)+float64(u[wave])))
		factors[wave] = float32(frequency)
		for c := range s.Features {
			place := wave + 1 + 2*c
			amplitude, phase := between(u[place], s.LowAmplitude, s.HighAmplitude), float64(u[place+1])
			factors[place], factors[place+1] = float32(amplitude), float32(phase)
			for t := range s.Steps {
				turns := float64(frequency*float64(t))/float64(s.Steps) + phase
				sums[t*s.Features+c] += float64(amplitude * nn.SinTurns(turns))
			}
		}
	}
	for i, sum := range sums {
		x[i] = float32(sum)
	}
}

// Fingerprint implements [Source].
func (s *SineMixture) Fingerprint(string) (string, error) {
	return numbersFingerprint("sine-mixture 1", float64(s.Examples), float64(s.TestCount), float64(s.Seed),
		float64(s.Steps), float64(s.Features), float64(s.Waves),
		s.LowFrequency, s.HighFrequency, s.LowAmplitude, s.HighAmplitude, s.Noise), nil
}

// Describe implements [Source].
func (s *SineMixture) Describe(string) (Facts, error) { return s.generated().describe() }

// Load implements [Source].
func (s *SineMixture) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := s.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	return s.generated().load(fingerprint, func(train, test *nn.Matrix) {
		addNoise(train, s.Noise, s.Seed, partSinesTrainNoise)
		addNoise(test, s.Noise, s.Seed, partSinesTestNoise)
	})
}
