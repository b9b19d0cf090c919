package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func TestLossesAgainstFloat64(t *testing.T) {
	y := []float32{0.02, 0.3, 0.5, 0.75, 0.98, 0.125}
	target := []float32{0, 0.9, 0.25, 0.75, 1, 0.5}
	for _, kind := range losses.Kinds() {
		truth := lossTruths[kind.Name]
		part, ok := decode[Loss](t, losses, kind.Name).(ElementLoss)
		if !ok {
			continue
		}
		if truth == nil {
			t.Errorf("%s has no float64 truth", kind.Name)
			continue
		}
		want := 0.0
		dy := make([]float32, len(y))
		part.Grad(dy, y, target, 0.5)
		for i := range y {
			want += truth(float64(y[i]), float64(target[i]))
			if y[i] == target[i] {
				continue // |d| has a kink there
			}
			along := func(v float64) float64 { return truth(v, float64(target[i])) }
			if slope := 0.5 * slope(along, float64(y[i])); !near(float64(dy[i]), slope, 1e-5) {
				t.Errorf("%s: gradient at (%g, %g) is %g, want %g", kind.Name, y[i], target[i], dy[i], slope)
			}
		}
		if got := part.Sum(y, target); !near(got, want, 1e-6) {
			t.Errorf("%s: %g, want %g", kind.Name, got, want)
		}
		if !part.Mean() {
			t.Errorf("%s: averaged over elements unless it says otherwise", kind.Name)
		}
	}
}

func TestLogitLossesAgreeWithTheirPlainForm(t *testing.T) {
	z := []float32{-6, -1, 0.25, 2, 7}
	target := []float32{0, 1, 0.5, 0.25, 1}
	for _, kind := range losses.Kinds() {
		part, ok := decode[Loss](t, losses, kind.Name).(LogitLoss)
		if !ok {
			continue
		}
		truth := func(z, t float64) float64 { return lossTruths[kind.Name](activationTruths["sigmoid"](z), t) }
		y, dz := make([]float32, len(z)), make([]float32, len(z))
		(&Sigmoid{}).Forward(y, z)
		part.GradLogits(dz, y, target, 1)
		want := 0.0
		for i := range z {
			want += truth(float64(z[i]), float64(target[i]))
			along := func(v float64) float64 { return truth(v, float64(target[i])) }
			if slope := slope(along, float64(z[i])); !near(float64(dz[i]), slope, 1e-5) {
				t.Errorf("%s: gradient at logit %g is %g, want %g", kind.Name, z[i], dz[i], slope)
			}
		}
		if got := part.SumLogits(z, target); !near(got, want, 1e-6) {
			t.Errorf("%s from logits: %g, want %g", kind.Name, got, want)
		}
	}
}

// pictureTruths are losses of one picture, by the plain formula. Every
// registered loss of pictures needs an entry.
var pictureTruths = map[string]func(y, t []float64, shape Shape, span float64) float64{
	"ssim": func(y, t []float64, shape Shape, span float64) float64 {
		return 1 - plainSimilarity(y, t, shape, span, 11)
	},
}

// plainSimilarity is the mean structural similarity by two-dimensional windows
// and variances around the mean.
func plainSimilarity(y, t []float64, shape Shape, span float64, n int) float64 {
	weight := func(r, c int) float64 {
		total := 0.0
		for i := range n * n {
			total += math.Exp(-(math.Pow(float64(i/n-n/2), 2) + math.Pow(float64(i%n-n/2), 2)) / 4.5)
		}
		return math.Exp(-(math.Pow(float64(r-n/2), 2)+math.Pow(float64(c-n/2), 2))/4.5) / total
	}
	weights := make([]float64, n*n)
	for i := range weights {
		weights[i] = weight(i/n, i%n)
	}
	c1, c2 := math.Pow(0.01*span, 2), math.Pow(0.03*span, 2)
	sum, places := 0.0, 0
	for ch := range shape[2] {
		for top := 0; top+n <= shape[0]; top++ {
			for left := 0; left+n <= shape[1]; left++ {
				at := func(i int) int { return ((top+i/n)*shape[1]+left+i%n)*shape[2] + ch }
				my, mt, vy, vt, vyt := 0.0, 0.0, 0.0, 0.0, 0.0
				for i, w := range weights {
					my, mt = my+w*y[at(i)], mt+w*t[at(i)]
				}
				for i, w := range weights {
					dy, dt := y[at(i)]-my, t[at(i)]-mt
					vy, vt, vyt = vy+w*dy*dy, vt+w*dt*dt, vyt+w*dy*dt
				}
				sum += (2*my*mt + c1) * (2*vyt + c2) / ((my*my + mt*mt + c1) * (vy + vt + c2))
				places++
			}
		}
	}
	return sum / float64(places)
}

func TestPictureLossesAgainstFloat64(t *testing.T) {
	data := Traits{Shape: Shape{13, 12, 2}, Low: -0.5, High: 1.5}
	y, target := uniform(1, data.Shape.Size(), 1).Data, uniform(1, data.Shape.Size(), 2).Data
	for _, kind := range losses.Kinds() {
		part, ok := decode[Loss](t, losses, kind.Name).(PictureLoss)
		if !ok {
			continue
		}
		truth := pictureTruths[kind.Name]
		if truth == nil {
			t.Errorf("%s has no float64 truth", kind.Name)
			continue
		}
		at, err := part.Fit(data)
		if err != nil {
			t.Fatal(err)
		}
		wide, wideTarget := widen(y), widen(target)
		if got, want := at.Sum(y, target), truth(wide, wideTarget, data.Shape, 2); !near(got, want, 1e-12) {
			t.Errorf("%s: %g, want %g", kind.Name, got, want)
		}
		if got := at.Sum(target, target); !near(got, 0, 1e-12) {
			t.Errorf("%s of a picture and itself: %g, want 0", kind.Name, got)
		}
		dy := make([]float32, len(y))
		at.Grad(dy, y, target, 0.5)
		for i, v := range wide {
			want := 0.5 * slope(func(v float64) float64 {
				wide[i] = v
				return truth(wide, wideTarget, data.Shape, 2)
			}, v)
			wide[i] = v
			// Half an ulp of a float32 is 6e-8 of it; the differences carry 1e-10.
			if math.Abs(float64(dy[i])-want) > 6e-8*math.Abs(want)+1e-10 {
				t.Fatalf("%s: gradient %d is %g, want %g", kind.Name, i, dy[i], want)
			}
		}
	}
}

// The metric's window in a picture that is smaller, and the one value that a
// window of a single pixel has: the term of the means.
func TestSimilarityOfSmallPictures(t *testing.T) {
	for _, c := range []struct {
		shape  Shape
		window int
	}{{Shape{8, 12, 1}, 7}, {Shape{12, 9, 3}, 9}, {Shape{1, 5, 1}, 1}, {Shape{11, 11, 1}, 11}} {
		y, x := uniform(3, c.shape.Size(), 1), uniform(3, c.shape.Size(), 2)
		m := newStructuralSimilarity(Traits{Shape: c.shape, High: 1})
		m.Add(y, x)
		want := 0.0
		for i := range y.Rows {
			want += plainSimilarity(widen(y.Row(i)), widen(x.Row(i)), c.shape, 1, c.window) / 3
		}
		if got := m.Value(); !near(got, want, 1e-12) {
			t.Errorf("%s: %g, want %g", c.shape, got, want)
		}
	}
}

// With the variance that fits, the likelihood is the highest that any has.
func TestFittedVarianceIsTheBest(t *testing.T) {
	y, target := uniform(5, 8, 1).Data, uniform(5, 8, 2).Data
	fitted := decode[Loss](t, losses, registry.Tree{"kind": "gaussian-nll", "fit": true}).(BatchLoss)
	at := func(variance float64) float64 {
		return decode[Loss](t, losses, registry.Tree{"kind": "gaussian-nll", "variance": variance}).(ElementLoss).Sum(y, target)
	}
	squares := fitted.Sum(y, target)
	got, slope := fitted.Of(squares, len(y))
	mse := squares / float64(len(y))
	if best := at(mse); !near(got, best, 1e-12) || at(mse*1.01) < best || at(mse*0.99) < best {
		t.Errorf("fitted %g, at the mean squared error %g, around it %g and %g", got, best, at(mse*0.99), at(mse*1.01))
	}
	const h = 1e-5
	up, _ := fitted.Of(squares+h, len(y))
	down, _ := fitted.Of(squares-h, len(y))
	if want := (up - down) / (2 * h); !near(slope, want, 1e-8) {
		t.Errorf("slope %g, want %g", slope, want)
	}
	if value, slope := fitted.Of(0, len(y)); math.IsInf(value, 0) || slope != 0.5/leastVariance {
		t.Errorf("without an error: %g with slope %g", value, slope)
	}
}

func TestLossesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		declared registry.Tree
		want     string
	}{
		"even window":   {registry.Tree{"kind": "ssim", "window": 8.0}, "window must be odd, got 8"},
		"two variances": {registry.Tree{"kind": "gaussian-nll", "fit": true, "variance": 2.0}, "a variance that is fitted cannot be given"},
		"no variance":   {registry.Tree{"kind": "gaussian-nll", "variance": 0.0}, "variance must lie in (0, inf), got 0"},
	} {
		if _, mistakes := losses.Resolve(c.declared); !strings.Contains(mistakes.Error(), c.want) {
			t.Errorf("%s: got %q, want it to say %q", name, mistakes.Error(), c.want)
		}
	}
	d := design(t, registry.Tree{"encoder": layerList(4), "code": 2.0}, "ssim", nil)
	for _, c := range []struct {
		data Traits
		want string
	}{
		{Traits{Shape: Shape{6}, High: 1}, "loss: ssim compares pictures, [height, width, channels], and an example has the shape 6"},
		{Traits{Shape: Shape{28, 3}, High: 1}, "ssim compares pictures"},
		{Traits{Shape: Shape{8, 28, 1}, High: 1}, "must fit into a picture, and an example has the shape 8×28×1; window: 7 would fit"},
		{Traits{Shape: Shape{28, 28, 1}}, "ssim needs values that differ, and all are 0"},
	} {
		if got := d.Check(c.data).Error(); !strings.Contains(got, c.want) {
			t.Errorf("got %q, want it to say %q", got, c.want)
		}
	}
	if mistakes := d.Check(Traits{Shape: Shape{28, 28, 1}, High: 1}); mistakes != nil {
		t.Error(mistakes)
	}
}
