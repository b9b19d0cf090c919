package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// corruptionCases declare each registered corruption, for pictures of 6 × 5
// pixels and 2 channels.
var corruptionCases = map[string]registry.Tree{
	"gaussian":    {"kind": "gaussian", "sigma": 0.3},
	"masking":     {"kind": "masking", "fraction": 0.3},
	"salt-pepper": {"kind": "salt-pepper", "fraction": 0.3},
	"dropout":     {"kind": "dropout", "fraction": 0.3},
	"occlusion":   {"kind": "occlusion", "size": 2.0},
	"blur":        {"kind": "blur", "sigma": 1.0},
}

// feed returns what a trainer on 40 pictures feeds in each step of two epochs,
// by the number of the example in its split.
func feed(t *testing.T, corruption registry.Tree, seed uint64, threads int) [2][][]float32 {
	t.Helper()
	x := uniform(40, 60, 1)
	d := design(t, registry.Tree{"encoder": layerList(), "code": 2.0, "corruption": corruption}, "mse", registry.Tree{"batch": 16.0, "epochs": 2.0})
	trainer, err := NewTrainer(d, Traits{Shape: Shape{6, 5, 2}, High: 1}, x.Rows, seed)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Threads(threads)
	defer trainer.Close()
	var out [2][][]float32
	for !trainer.Done() {
		epoch := trainer.Epoch()
		trainer.Step(x)
		first := (trainer.inStep - 1) * 16
		if out[epoch] == nil {
			out[epoch] = make([][]float32, x.Rows)
		}
		fed := trainer.corrupter.y.matrix
		for i := range fed.Rows {
			out[epoch][trainer.order[first+i]] = slices.Clone(fed.Row(i))
		}
	}
	return out
}

func equalRows(a, b [][]float32) (equal int) {
	for i := range a {
		if slices.Equal(a[i], b[i]) {
			equal++
		}
	}
	return equal
}

func TestFixedDamageIsOfTheExample(t *testing.T) {
	for _, kind := range corruptions.Kinds() {
		declared := corruptionCases[kind.Name]
		if declared == nil {
			t.Errorf("%s has no case", kind.Name)
			continue
		}
		afresh := feed(t, declared, 3, 1)
		if threads := feed(t, declared, 3, 3); equalRows(threads[0], afresh[0]) != 40 {
			t.Errorf("%s: threads change the damage", kind.Name)
		}
		if kind.Field("fixed") == nil {
			continue
		}
		// Squares have 20 places, so that some stay by chance.
		if n := equalRows(afresh[0], afresh[1]); n > 8 {
			t.Errorf("%s: %d of 40 examples are damaged alike in both epochs", kind.Name, n)
		}
		fixed := feed(t, declared.With("fixed", true), 3, 2)
		if n := equalRows(fixed[0], fixed[1]); n != 40 {
			t.Errorf("%s, fixed: only %d of 40 examples are damaged alike in both epochs", kind.Name, n)
		}
		if n := equalRows(fixed[0], feed(t, declared.With("fixed", true), 4, 1)[0]); n > 8 {
			t.Errorf("%s, fixed: %d of 40 examples are damaged alike with another seed", kind.Name, n)
		}
		if without := feed(t, declared.With("fixed", false), 3, 1); equalRows(without[0], afresh[0]) != 40 {
			t.Errorf("%s: fixed: false is not the same as none", kind.Name)
		}
	}
}

func TestDropoutKeepsTheMean(t *testing.T) {
	x, y := make([]float32, 40000), make([]float32, 40000)
	for i := range x {
		x[i] = 0.5
	}
	(&DropoutNoise{Fraction: 0.2}).Corrupt(y, x, weightStream(1, 1), 0, 0, 1)
	zeros := 0.0
	for _, v := range y {
		if v == 0 {
			zeros += 1.0 / 40000
		} else if v != 0.625 {
			t.Fatalf("got %g, want 0.5/0.8", v)
		}
	}
	if math.Abs(zeros-0.2) > 0.01 { // five standard deviations
		t.Errorf("dropout 0.2 set %g to 0", zeros)
	}
}

// An occluded picture differs from itself in one square, and all places are
// about as frequent.
func TestOcclusionCoversASquare(t *testing.T) {
	shape := Shape{5, 6, 2}
	part, err := (&Occlusion{Size: 3, Value: -2}).Fit(shape)
	if err != nil {
		t.Fatal(err)
	}
	x, y := uniform(1, shape.Size(), 1).Data, make([]float32, shape.Size())
	places := map[int]int{}
	const draws = 2400
	for i := range uint64(draws) {
		part.Corrupt(y, x, weightStream(1, 1), i*60, 0, 1)
		first := slices.Index(y, -2)
		top, left := first/12, first%12/2
		for j, v := range y {
			r, c := j/12, j%12/2
			want := x[j]
			if r >= top && r < top+3 && c >= left && c < left+3 {
				want = -2
			}
			if v != want {
				t.Fatalf("the square at (%d, %d): element %d is %g, want %g", top, left, j, v, want)
			}
		}
		places[first]++
	}
	for place, n := range places { // 200 each, five standard deviations of 13.5
		if len(places) != 12 || n < 132 || n > 268 {
			t.Errorf("%d places, %d times at element %d, want 12, each about 200 times", len(places), n, place)
		}
	}
}

func TestBlurAgainstFloat64(t *testing.T) {
	for _, c := range []struct {
		shape Shape
		sigma float64
	}{{Shape{7, 6, 2}, 0.8}, {Shape{40, 3, 1}, 8}, {Shape{60, 60, 1}, 8}, {Shape{1, 1, 3}, 1}, {Shape{9, 9, 1}, 0.1}} {
		part, err := (&Blur{Sigma: c.sigma}).Fit(c.shape)
		if err != nil {
			t.Fatal(err)
		}
		x, y := uniform(1, c.shape.Size(), 1).Data, make([]float32, c.shape.Size())
		part.Corrupt(y, x, weightStream(1, 1), 0, 0, 1)
		radius := int(math.Ceil(3 * c.sigma))
		for i := range y {
			r, col, ch := i/(c.shape[1]*c.shape[2]), i/c.shape[2]%c.shape[1], i%c.shape[2]
			sum, weights := 0.0, 0.0
			for a := max(0, r-radius); a <= min(c.shape[0]-1, r+radius); a++ {
				for b := max(0, col-radius); b <= min(c.shape[1]-1, col+radius); b++ {
					w := math.Exp(-float64((a-r)*(a-r)+(b-col)*(b-col)) / (2 * c.sigma * c.sigma))
					sum += w * float64(x[(a*c.shape[1]+b)*c.shape[2]+ch])
					weights += w
				}
			}
			if want := sum / weights; math.Abs(float64(y[i])-want) > 1e-6 {
				t.Fatalf("%s, sigma %g: element %d is %g, want %g", c.shape, c.sigma, i, y[i], want)
			}
		}
	}
}

func TestCorruptionsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		corruption registry.Tree
		shape      Shape
		want       string
	}{
		{registry.Tree{"kind": "blur", "sigma": 1.0}, Shape{30}, "model.corruption: blur smooths pictures, [height, width, channels], and an example has the shape 30"},
		{registry.Tree{"kind": "occlusion", "size": 2.0}, Shape{10, 3}, "model.corruption: occlusion covers pictures"},
		{registry.Tree{"kind": "occlusion", "size": 7.0}, Shape{9, 6, 1}, "the square of occlusion, 7 × 7 pixels, must fit into a picture"},
	} {
		d := design(t, registry.Tree{"encoder": layerList(), "code": 2.0, "corruption": c.corruption}, "mse", nil)
		if got := d.Check(Traits{Shape: c.shape, High: 1}).Error(); !strings.Contains(got, c.want) {
			t.Errorf("got %q, want it to say %q", got, c.want)
		}
	}
	if _, mistakes := corruptions.Resolve(registry.Tree{"kind": "blur", "sigma": 9.0}); !strings.Contains(mistakes.Error(), "sigma must lie in (0, 8], got 9") {
		t.Errorf("sigma 9: got %q", mistakes.Error())
	}
}
