package kernel

import (
	"math"
	"slices"
	"testing"
)

// draws are the ways to fill a slice with numbers of a stream.
var draws = []struct {
	name string
	draw func(dst []float32, first uint64)
}{
	{"uniforms", testStream.Uniforms},
	{"mask", func(dst []float32, first uint64) { testStream.Mask(dst, first, 0.3) }},
	{"normals", testStream.Normals},
}

func TestStreamIsTheSameInPieces(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, d := range draws {
			whole := make([]float32, 400)
			d.draw(whole, 0)
			for _, size := range []int{1, 3, 4, 32, 100} {
				pieces := make([]float32, len(whole))
				for i := 0; i < len(pieces); i += size {
					d.draw(pieces[i:min(i+size, len(pieces))], uint64(i))
				}
				if !slices.Equal(whole, pieces) {
					t.Errorf("%s differ in pieces of %d", d.name, size)
				}
			}
		}
	})
}

func TestStreamEnds(t *testing.T) {
	last := make([]float32, 1)
	testStream.Uniforms(last, 1<<34-1)
	defer func() {
		if recover() == nil {
			t.Error("no panic past the end")
		}
	}()
	testStream.Uniforms(last, 1<<34)
}

func TestStreamsDiffer(t *testing.T) {
	base := Stream{Seed: 1, Purpose: 1, Epoch: 1, Step: 1}
	want := make([]float32, 64)
	base.Uniforms(want, 0)
	for _, s := range []Stream{
		{2, 1, 1, 1}, {1 << 32, 1, 1, 1}, {1, 2, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2},
	} {
		got := make([]float32, 64)
		s.Uniforms(got, 0)
		same := 0
		for i := range got {
			if got[i] == want[i] {
				same++
			}
		}
		if same > 1 {
			t.Errorf("%+v and %+v share %d of 64 numbers", s, base, same)
		}
	}
}

const many = 1 << 20

// Bounds of statistics are five standard deviations of what chance allows; the streams are fixed, so nothing flickers.
func TestUniformsAreUniform(t *testing.T) {
	x := make([]float32, many)
	testStream.Uniforms(x, 0)
	var bins [256]float64
	for _, v := range x {
		if v < 0 || v >= 1 {
			t.Fatalf("%g lies outside of [0, 1)", v)
		}
		bins[int(v*256)]++
	}
	chi := 0.0
	for _, n := range bins {
		chi += (n - many/256) * (n - many/256) / (many / 256)
	}
	if bound := 255 + 5*math.Sqrt(2*255); chi > bound {
		t.Errorf("χ² over 256 bins is %.1f, want below %.1f", chi, bound)
	}
}

func TestMaskKeepsItsShare(t *testing.T) {
	x := make([]float32, many)
	for _, keep := range []float32{0, 0.3, 0.999, 1} {
		testStream.Mask(x, 0, keep)
		p := float64(keep)
		if share := Sum(x) / many; math.Abs(share-p) > 5*math.Sqrt(p*(1-p)/many) {
			t.Errorf("share of ones is %.5f, want %.5f", share, p)
		}
	}
}

func TestNormalsAreNormal(t *testing.T) {
	x := make([]float32, many)
	testStream.Normals(x, 0)
	var moments [5]float64
	var pairs float64
	for i, v := range x {
		p := 1.0
		for m := range moments {
			moments[m] += p / many
			p *= float64(v)
		}
		pairs += float64(v) * float64(x[i^1]) / many
	}
	// The variances of the powers of a normal number are 1, 2, 15 and 96.
	for m, want := range []float64{1, 0, 1, 0, 3} {
		if bound := 5 * math.Sqrt([]float64{0, 1, 2, 15, 96}[m]/many); math.Abs(moments[m]-want) > bound+1e-9 {
			t.Errorf("moment %d is %.5f, want %g ± %.5f", m, moments[m], want, bound)
		}
	}
	if math.Abs(pairs) > 5*math.Sqrt(2.0/many) {
		t.Errorf("the numbers of a pair correlate: %.5f", pairs)
	}
}

// Kolmogorov and Smirnov's distance, whose square root law gives 1.95/√n once in a thousand.
func TestNormalsFollowTheDistributionFunction(t *testing.T) {
	x := make([]float32, many)
	testStream.Normals(x, 0)
	slices.Sort(x)
	worst := 0.0
	for i, v := range x {
		worst = max(worst, math.Abs(phi(float64(v))-(float64(i)+0.5)/many))
	}
	if worst > 1.95/math.Sqrt(many) {
		t.Errorf("distance from Φ is %.5f, want below %.5f", worst, 1.95/math.Sqrt(many))
	}
	if x[many-1] > 5.77 || x[0] < -5.77 {
		t.Errorf("extremes are %g and %g, want within ±5.77", x[0], x[many-1])
	}
}

// Box and Muller's formula in float64 is the truth.
func TestBoxMullerIsAccurate(t *testing.T) {
	var words [2]uint32
	for i := uint64(0); i < 100_000; i += 2 {
		testStream.Uint32s(words[:], i)
		even, odd := boxMuller(words[0], words[1])
		radius := math.Sqrt(-2 * math.Log(float64(words[0]>>8+1)/(1<<24)))
		sin, cos := math.Sincos(2 * math.Pi * float64(words[1]) / (1 << 32))
		for _, z := range [][2]float64{{float64(even), radius * cos}, {float64(odd), radius * sin}} {
			if math.Abs(z[0]-z[1]) > 4*0x1p-24*radius {
				t.Fatalf("words %08x give %.9g, want %.9g", words, z[0], z[1])
			}
		}
	}
}

func TestPermutation(t *testing.T) {
	p := make([]int32, 1000)
	testStream.Permutation(p)
	seen := make([]bool, len(p))
	fixed := 0
	for i, v := range p {
		if seen[v] {
			t.Fatalf("%d occurs twice", v)
		}
		seen[v] = true
		if int(v) == i {
			fixed++
		}
	}
	if fixed > 6 {
		t.Errorf("%d of 1000 stay where they are, want about one", fixed)
	}
}

func TestPermutationsOfFourAreEquallyLikely(t *testing.T) {
	counts := map[[4]int32]float64{}
	const n = 24_000
	for step := range uint32(n) {
		var p [4]int32
		Stream{Seed: 1, Step: step}.Permutation(p[:])
		counts[p]++
	}
	chi := 0.0
	for _, c := range counts {
		chi += (c - n/24) * (c - n/24) / (n / 24)
	}
	if len(counts) != 24 || chi > 23+5*math.Sqrt(2*23) {
		t.Errorf("%d permutations, χ² %.1f; want 24 and below %.1f", len(counts), chi, 23+5*math.Sqrt(2*23))
	}
}

// Without drawing again, every third number below 3·2³⁰ would come twice as often as the others.
func TestBelowIsUnbiased(t *testing.T) {
	r := wordReader{stream: testStream}
	const n, bound = 30_000, 3 << 30
	var thirds [3]float64
	for range n {
		thirds[r.below(bound)/(1<<30)]++
	}
	for i, c := range thirds {
		if math.Abs(c-n/3) > 5*math.Sqrt(n*2.0/9) {
			t.Errorf("third %d gets %g of %d", i, c, n)
		}
	}
}
