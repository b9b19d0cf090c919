package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// generators are the kinds that are made up from factors, small.
var generators = []registry.Tree{
	{"kind": "swiss-roll", "noise": 0.1},
	{"kind": "sine-mixture", "steps": 20.0, "features": 2.0},
	{"kind": "shapes", "side": 12.0},
	{"kind": "piano-roll", "bars": 2.0},
}

func made(t *testing.T, given registry.Tree) *Set {
	t.Helper()
	source, _ := resolve(t, given)
	return load(t, source, "")
}

// The numbers of generated data never change: trials are named by them. They
// were obtained from these generators, and are the same on every architecture.
func TestGeneratedDataAreFixed(t *testing.T) {
	want := map[string][2]string{
		"swiss-roll":   {"a5f297e30c5583c4", "43038429897778d1"},
		"sine-mixture": {"cc063c7b46e4a985", "ffa4538a064d05f4"},
		"shapes":       {"6fac52932f2a9a23", "2efdf0b3a517a1a6"},
		"piano-roll":   {"e20ba4b92c7d8c21", "c67116d73f8b30dd"},
	}
	for _, given := range generators {
		set := made(t, given.With("examples", 40.0).With("test_count", 10.0))
		hash := sha256.New()
		for _, x := range []*nn.Matrix{set.Train, set.Test, set.TrainFactors, set.TestFactors} {
			for _, v := range x.Data {
				hash.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
			}
		}
		got := [2]string{hex.EncodeToString(hash.Sum(nil))[:16], set.Fingerprint[:16]}
		if got != want[set.Name] {
			t.Errorf("%s: content and fingerprint begin with %q, wanted %q", set.Name, got, want[set.Name])
		}
	}
}

func TestGeneratedDrawsDoNotDisturbEachOther(t *testing.T) {
	for _, given := range generators {
		given = given.With("examples", 50.0).With("test_count", 20.0)
		first, more := made(t, given), made(t, given.With("examples", 80.0).With("test_count", 30.0))
		if !slices.Equal(more.Train.Data[:len(first.Train.Data)], first.Train.Data) || !slices.Equal(more.Test.Data[:len(first.Test.Data)], first.Test.Data) {
			t.Errorf("%s: more examples change the first ones", first.Name)
		}
		if slices.Equal(first.Train.Data[:len(first.Test.Data)], first.Test.Data) {
			t.Errorf("%s: the test examples are training examples", first.Name)
		}
		other := made(t, given.With("seed", 2.0))
		if slices.Equal(other.Train.Data, first.Train.Data) || other.Fingerprint == first.Fingerprint {
			t.Errorf("%s: another seed gives the same data or the same name", first.Name)
		}
		if first.TrainFactors.Rows != 50 || first.TestFactors.Rows != 20 || first.TrainFactors.Cols != len(first.Factors) {
			t.Errorf("%s: factors of %d and %d examples, %d of them for %v", first.Name, first.TrainFactors.Rows, first.TestFactors.Rows, first.TrainFactors.Cols, first.Factors)
		}
	}
}

// TestGeneratedDescribedAsTheyAre also leaves classes out, which changes counts.
func TestGeneratedDescribedAsTheyAre(t *testing.T) {
	declared := slices.Clone(generators)
	declared = append(declared,
		registry.Tree{"kind": "shapes", "side": 8.0, "normal": []any{"heart", "square"}},
		registry.Tree{"kind": "piano-roll", "normal": []any{"up"}})
	for _, given := range declared {
		source, _ := resolve(t, given.With("examples", 90.0).With("test_count", 30.0).With("validation", 7.0))
		facts, err := source.Describe("")
		if err != nil {
			t.Fatal(err)
		}
		set := load(t, source, "")
		if facts.Train != set.Train.Rows || facts.Validation != 7 || facts.Test != 30 || set.Test.Rows != 30 || facts.Shape.String() != set.Shape.String() ||
			!slices.Equal(facts.Classes, set.Classes) || !slices.Equal(facts.Factors, set.Factors) {
			t.Errorf("%v: described as %+v, holds %d, %d, %d of %v", given, facts, set.Train.Rows, set.Validation.Rows, set.Test.Rows, set.Shape)
		}
		if finite(facts.Low) != nil && !(facts.Within(0, 1) && set.Low == 0 && set.High == 1) {
			t.Errorf("%v: range [%v, %v], described as [%v, %v]", given, set.Low, set.High, facts.Low, facts.High)
		}
		for _, label := range set.TrainLabels {
			if list, ok := given["normal"].([]any); ok && !slices.Contains(list, any(set.Classes[label])) {
				t.Errorf("%v: trained on class %s", given, set.Classes[label])
			}
		}
	}
}

func TestGeneratorMistakes(t *testing.T) {
	cases := []struct {
		given registry.Tree
		want  string
	}{
		{registry.Tree{"kind": "swiss-roll", "validation": 10000.0}, "validation must leave examples to train on, got 10000 of 10000"},
		{registry.Tree{"kind": "sine-mixture", "low_frequency": 9.0}, "low_frequency must be at most high_frequency, 8, got 9"},
		{registry.Tree{"kind": "sine-mixture", "high_frequency": 33.0}, "high_frequency must be at most half the steps, 32, got 33 (a faster wave looks like a slower one)"},
		{registry.Tree{"kind": "shapes", "shapes": []any{"hart"}}, `shapes[0]: shapes: nothing is called "hart" (did you mean heart?)`},
		{registry.Tree{"kind": "shapes", "shapes": []any{}}, "shapes must name at least one, got none"},
		{registry.Tree{"kind": "shapes", "shapes": []any{"square"}, "normal": []any{"heart"}}, `normal: nothing is called "heart"`},
		{registry.Tree{"kind": "piano-roll", "steps_a_bar": 7.0}, "steps_a_bar must be even, as a bar has two halves, got 7"},
		{registry.Tree{"kind": "piano-roll", "normal": []any{"waltz"}}, "one of block, pulse, up, down, alberti"},
	}
	for _, c := range cases {
		_, mistakes := sources.Resolve(c.given)
		if len(mistakes) == 0 {
			t.Errorf("%v: no mistake, wanted %q", c.given, c.want)
			continue
		}
		mustFail(t, mistakes, c.want)
	}
	_, all := resolve(t, registry.Tree{"kind": "shapes", "shapes": []any{"heart", "ellipse", "square", "heart"}, "normal": []any{"ellipse", "square", "heart"}})
	if all["shapes"] != "all" || all["normal"] != nil {
		t.Errorf("all shapes resolve to %v", all)
	}
}

func TestSwissRollIsRolled(t *testing.T) {
	set := made(t, registry.Tree{"kind": "swiss-roll", "examples": 500.0})
	for i := range set.Train.Rows {
		x, f := set.Train.Row(i), set.TrainFactors.Row(i)
		angle := math.Hypot(float64(x[0]), float64(x[2]))
		// 1e-5: roundings to float32 of numbers up to 15.
		if math.Abs(angle-float64(f[0])) > 1e-5 || math.Abs(float64(x[0])-angle*math.Cos(angle)) > 1e-4 || x[1] != f[1] || angle < 1.5*math.Pi-1e-5 || angle > 4.5*math.Pi+1e-5 {
			t.Fatalf("example %v of angle %v and height %v", x, f[0], f[1])
		}
	}
}

func TestSinesFollowFromTheirFactors(t *testing.T) {
	const steps, features, waves = 30, 2, 3
	set := made(t, registry.Tree{"kind": "sine-mixture", "examples": 50.0, "steps": float64(steps), "features": float64(features), "waves": float64(waves), "noise": 0.0})
	if got := strings.Join(set.Factors[:6], " "); got != "frequency1 amplitude1.1 phase1.1 amplitude1.2 phase1.2 frequency2" {
		t.Errorf("factors %s", got)
	}
	for i := range set.Train.Rows {
		f := set.TrainFactors.Row(i)
		for e, got := range set.Train.Row(i) {
			step, feature, want := e/features, e%features, 0.0
			for k := range waves {
				wave := f[k*(1+2*features):]
				turns := float64(wave[0])*float64(step)/steps + float64(wave[2+2*feature])
				want += float64(wave[1+2*feature]) * math.Sin(2*math.Pi*turns)
			}
			// 1e-4: the factors are rounded to float32, and turned 50 radians.
			if math.Abs(float64(got)-want) > 1e-4 {
				t.Fatalf("example %d, element %d: %v, wanted %v", i, e, got, want)
			}
		}
	}
}

// TestShapesFollowFromTheirFactors measures area, centre and axis of pictures.
func TestShapesFollowFromTheirFactors(t *testing.T) {
	const side = 48
	// Areas in units of r²: (2·0.7)², π/2; the heart's of (p² + q² − 1)³ = p²q³
	// is 3.6620 (by numerical integration), and 1.43² smaller here.
	areas := []float64{1.96, math.Pi / 2, 3.6620 / (1.43 * 1.43)}
	set := made(t, registry.Tree{"kind": "shapes", "examples": 300.0, "side": float64(side)})
	for i := range set.Train.Rows {
		f := set.TrainFactors.Row(i)
		shape, radius, turns, x, y := int(f[0]), float64(f[1]), float64(f[2]), float64(f[3]), float64(f[4])
		area, cx, cy, sxx, sxy, syy := moments(set.Train.Row(i), side)
		if int(set.TrainLabels[i]) != shape {
			t.Fatalf("picture %d of shape %d has class %d", i, shape, set.TrainLabels[i])
		}
		// 3 %: 16 points a pixel, on an edge of some 2πr pixels, r ≥ 7.
		if math.Abs(area/(areas[shape]*radius*radius)-1) > 0.03 {
			t.Errorf("picture %d, shape %d, radius %v: area %v, wanted %v", i, shape, radius, area, areas[shape]*radius*radius)
		}
		if shape < 2 && math.Hypot(cx-x, cy-y) > 0.1 {
			t.Errorf("picture %d, shape %d: centre (%v, %v), wanted (%v, %v)", i, shape, cx, cy, x, y)
		}
		axis := math.Atan2(2*sxy, sxx-syy) / 2 // of the longer axis, in half turns
		if off := math.Remainder(axis/(2*math.Pi)-turns, 0.5); shape == 1 && math.Abs(off) > 0.01 {
			t.Errorf("picture %d: the ellipse lies at %v turns, wanted %v", i, axis/(2*math.Pi), turns)
		}
	}
}

// moments returns area, centre and second moments of a picture.
func moments(picture []float32, side int) (area, cx, cy, sxx, sxy, syy float64) {
	for i, v := range picture {
		area += float64(v)
		cx += float64(v) * (float64(i%side) + 0.5)
		cy += float64(v) * (float64(i/side) + 0.5)
	}
	cx, cy = cx/area, cy/area
	for i, v := range picture {
		dx, dy := float64(i%side)+0.5-cx, float64(i/side)+0.5-cy
		sxx, sxy, syy = sxx+float64(v)*dx*dx, sxy+float64(v)*dx*dy, syy+float64(v)*dy*dy
	}
	return area, cx, cy, sxx, sxy, syy
}

func TestShapesDrawOnlyWhatIsNamed(t *testing.T) {
	set := made(t, registry.Tree{"kind": "shapes", "examples": 200.0, "side": 8.0, "shapes": []any{"heart", "square"}, "sizes": 1.0, "orientations": 4.0, "positions": 1.0})
	if !slices.Equal(set.Classes, []string{"square", "heart"}) {
		t.Errorf("classes %v", set.Classes)
	}
	for i := range set.Train.Rows {
		f := set.TrainFactors.Row(i)
		if want := []float32{0, 2}[set.TrainLabels[i]]; f[0] != want || f[1] != 2 || f[2]*4 != float32(int(f[2]*4)) || f[3] != 4 || f[4] != 4 {
			t.Fatalf("picture %d of class %d has factors %v", i, set.TrainLabels[i], f)
		}
	}
}

// TestPianoRollFollowsFromItsFactors plays C major, I–IV, by hand.
func TestPianoRollFollowsFromItsFactors(t *testing.T) {
	p := &PianoRoll{Bars: 2, StepsABar: 4}
	x, factors := make([]float32, 2*4*pianoPitches), make([]float32, 5)
	// Key 0, major, alberti; I; then the third of I's followers, IV.
	p.draw(x, factors, []float32{0, 0.2, 0.9, 0, 0, 0.5, 0.5, 0.9, 0.4})
	if want := []float32{0, 0, 4, 1, 4}; !slices.Equal(factors, want) {
		t.Errorf("factors %v, wanted %v", factors, want)
	}
	want := [][]int{
		{0, 12, 24}, {0, 19, 24}, {0, 16, 28}, {0, 19, 28}, // C; C G E G; C, E
		{5, 12, 33}, {5, 21, 33}, {5, 17, 29}, {5, 21, 29}, // F; C A F A; A, F
	}
	for step, pitches := range want {
		var got []int
		for pitch, v := range x[step*pianoPitches : (step+1)*pianoPitches] {
			if v == 1 {
				got = append(got, pitch)
			}
		}
		if !slices.Equal(got, pitches) {
			t.Errorf("step %d sounds %v, wanted %v", step, got, pitches)
		}
	}
}

func TestPianoRollStaysInItsScale(t *testing.T) {
	set := made(t, registry.Tree{"kind": "piano-roll", "examples": 300.0})
	seen := map[float32]bool{}
	for i := range set.Train.Rows {
		f := set.TrainFactors.Row(i)
		seen[f[2]] = true
		for e, v := range set.Train.Row(i) {
			degree := (e%pianoPitches%octave + octave - int(f[0])) % octave
			if v != 0 && (v != 1 || !slices.Contains(scales[int(f[1])][:], degree)) {
				t.Fatalf("piece %d in key %v, mode %v sounds %d with %v", i, f[0], f[1], e%pianoPitches, v)
			}
		}
	}
	if len(seen) != len(textures) {
		t.Errorf("textures %v occur, wanted all of %v", seen, textures)
	}
}
