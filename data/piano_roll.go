package data

import (
	"context"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// PianoRoll is the kind piano-roll: short pieces of music, steps × 36 pitches,
// 1 where a pitch sounds and 0 where it does not. Pitch p is p semitones above
// the lowest C. A piece has a key k of 12, a mode and a texture of 5, and in
// each bar a chord. Its scale is k + (0, 2, 4, 5, 7, 9, 11) in major and
// k + (0, 2, 3, 5, 7, 8, 10) in minor; the chord on degree d = 1 … 7 has the
// notes of degrees d, d + 2 and d + 4, counted round. The first chord is I, and
// each later one is drawn from those that may follow the one before:
//
//	I → ii iii IV V vi   ii → V IV      iii → vi IV   IV → I ii V
//	V → I vi IV          vi → ii IV V
//
// Three voices play, each in an octave of its own, notes being pitch classes,
// semitones mod 12:
//
//	bass     pitch n for the root n of the chord, in every step of the bar
//	middle   the chord's notes in rising order of pitch class, at 12 + n, by texture
//	melody   in each half of a bar, one of these three notes, at 24 + n
//
// In step s of a bar, s = 0 …, the middle voice plays notes (0 is the lowest):
//
//	block     all three           up      note s mod 3
//	pulse     all three, s even   down    note 2 − s mod 3
//	alberti   notes 0, 2, 1, 2 in turn
//
// An example's row of uniform numbers u is key, mode (below ½ is major),
// texture (in the order block, pulse, up, down, alberti), and for each bar its
// chord, which the first bar does not use, and the notes of its two halves; of
// n choices the number is ⌊u·n⌋.
//
// The class of a piece is its texture. Its factors are key, mode (0 major, 1
// minor), texture by number, and the degree, from 1, of each bar's chord.
type PianoRoll struct {
	Examples   int      `default:"10000" range:"[1, inf)" doc:"training examples, validation included"`
	TestCount  int      `default:"2000" range:"[1, inf)" doc:"test examples"`
	Bars       int      `default:"4" range:"[1, inf)" doc:"bars of a piece, each with its chord"`
	StepsABar  int      `default:"8" range:"[2, inf)" doc:"steps of a bar, an even number"`
	Seed       int      `default:"1" range:"[0, inf)" doc:"of all that is drawn"`
	Validation int      `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Normal     []string `optional:"yes" doc:"textures that are trained on and validated with: block, pulse, up, down, alberti; the test split keeps all"`
}

const pianoRollSummary = "short pieces of music, steps × 36 pitches: chords, arpeggios, a melody"

func init() {
	registry.Add[PianoRoll](sources, "piano-roll", pianoRollSummary)
}

const (
	octave       = 12
	pianoPitches = 3 * octave
)

var (
	scales = [2][7]int{{0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}}
	// followers are the degrees, from 0, that may follow each.
	followers = [][]int{{1, 2, 3, 4, 5}, {4, 3}, {5, 3}, {0, 1, 4}, {0, 5, 3}, {1, 3, 4}}
	textures  = []string{"block", "pulse", "up", "down", "alberti"}
	// sounding tells for each of textures whether a note of the chord is played in a step.
	sounding = []func(note, step int) bool{
		func(int, int) bool { return true },
		func(_, step int) bool { return step%2 == 0 },
		func(note, step int) bool { return note == step%3 },
		func(note, step int) bool { return note == 2-step%3 },
		func(note, step int) bool { return note == [4]int{0, 2, 1, 2}[step%4] },
	}
)

// Normalise implements [registry.Normaliser].
func (*PianoRoll) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	mistakes := normaliseGenerated(resolved, textures)
	if steps := resolved["steps_a_bar"].(float64); int(steps)%2 != 0 {
		mistakes = append(mistakes, registry.Mistake{Path: "steps_a_bar", Message: fmt.Sprintf("steps_a_bar must be even, as a bar has two halves, got %v", steps)})
	}
	return mistakes
}

func (p *PianoRoll) generated() (*generated, error) {
	classes, err := namedClasses(p.Normal, textures)
	factors := []string{"key", "mode", "texture"}
	for bar := range p.Bars {
		factors = append(factors, fmt.Sprintf("chord%d", bar+1))
	}
	return &generated{
		facts: Facts{
			Name: "piano-roll", Summary: pianoRollSummary, Shape: nn.Shape{p.Bars * p.StepsABar, pianoPitches},
			Low: 0, High: 1, Classes: textures, Factors: factors,
		},
		examples: p.Examples, tests: p.TestCount, seed: p.Seed, width: 3 + 3*p.Bars,
		train: partPianoTrain, test: partPianoTest, split: split{validation: p.Validation, classes: classes},
		label: func(u []float32) int32 { return int32(pick(u[2], len(textures))) },
		draw:  p.draw,
	}, err
}

func (p *PianoRoll) draw(x, factors, u []float32) {
	key, mode, texture := pick(u[0], octave), pick(u[1], 2), pick(u[2], len(textures))
	factors[0], factors[1], factors[2] = float32(key), float32(mode), float32(texture)
	length, degree := p.StepsABar*pianoPitches, 0
	for bar := range p.Bars {
		drawn := u[3+3*bar : 6+3*bar]
		if bar > 0 {
			degree = followers[degree][pick(drawn[0], len(followers[degree]))]
		}
		factors[3+bar] = float32(degree + 1)
		root, chord := chordOn(key, mode, degree)
		play(x[bar*length:(bar+1)*length], p.StepsABar, texture, root, chord, [2]int{pick(drawn[1], 3), pick(drawn[2], 3)})
	}
}

// chordOn returns the root and the notes in rising order, as pitch classes, of
// the chord on a degree.
func chordOn(key, mode, degree int) (root int, chord [3]int) {
	for i := range chord {
		chord[i] = (key + scales[mode][(degree+2*i)%7]) % octave
	}
	root = chord[0]
	slices.Sort(chord[:])
	return root, chord
}

// play sets what sounds in a bar, steps × pitches, which is silent before.
func play(bar []float32, steps, texture, root int, chord [3]int, melody [2]int) {
	for step := range steps {
		row := bar[step*pianoPitches : (step+1)*pianoPitches]
		row[root] = 1
		for note, class := range chord {
			if sounding[texture](note, step) {
				row[octave+class] = 1
			}
		}
		row[2*octave+chord[melody[2*step/steps]]] = 1
	}
}

// Fingerprint implements [Source].
func (p *PianoRoll) Fingerprint(string) (string, error) {
	return numbersFingerprint("piano-roll 1", float64(p.Examples), float64(p.TestCount), float64(p.Seed), float64(p.Bars), float64(p.StepsABar)), nil
}

// Describe implements [Source]. With normal, the classes are drawn for it.
func (p *PianoRoll) Describe(string) (Facts, error) {
	g, err := p.generated()
	if err != nil {
		return Facts{}, err
	}
	return g.describe()
}

// Load implements [Source].
func (p *PianoRoll) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := p.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	g, err := p.generated()
	if err != nil {
		return nil, err
	}
	return g.load(fingerprint, nil)
}
