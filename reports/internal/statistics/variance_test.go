package statistics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// held holds a source against its published or independent figures.
func held(t *testing.T, got Source, name string, df int, squares, f, p float64) {
	t.Helper()
	if got.Name != name || got.DF != df {
		t.Fatalf("want %s with %d, got %+v", name, df, got)
	}
	near(t, name+": sum of squares", got.SumSquares, squares, 1e-6*squares+1e-9)
	near(t, name+": F", got.F, f, 0.005+1e-6*f)
	near(t, name+": p", got.P, p, 1e-4*p)
}

// The life of batteries by material and temperature: Montgomery, Design and
// Analysis of Experiments, 8th ed., tables 5.1 and 5.5, which give the sums of
// squares 10,683.72, 39,118.72, 9,613.78 and 18,230.75 and F of 7.91, 28.97 and
// 3.56. The p are scipy's for these F.
func TestVarianceOfABalancedDesign(t *testing.T) {
	cells := [][]float64{
		{130, 155, 74, 180}, {34, 40, 80, 75}, {20, 70, 82, 58},
		{150, 188, 159, 126}, {136, 122, 106, 115}, {25, 70, 58, 45},
		{138, 110, 168, 160}, {174, 120, 150, 139}, {96, 104, 82, 60},
	}
	sources, failure := Variance([]Factor{
		{"material", []int{0, 0, 0, 1, 1, 1, 2, 2, 2}}, {"temperature", []int{0, 1, 2, 0, 1, 2, 0, 1, 2}},
	}, cells)
	held(t, sources[0], "material", 2, 10683.7222222, 7.91, 0.001976085)
	held(t, sources[1], "temperature", 2, 39118.7222222, 28.97, 1.908596e-7)
	held(t, sources[2], "material × temperature", 4, 9613.7777778, 3.56, 0.018611167)
	if failure.DF != 27 || math.Abs(failure.SumSquares-18230.75) > 1e-6 || len(sources) != 3 {
		t.Errorf("got %+v, %d sources", failure, len(sources))
	}
	shares := failure.Share
	for _, s := range sources {
		shares += s.Share
	}
	near(t, "shares of a balanced design", shares, 1, 1e-12)
}

// The figures are those of numpy's least squares with and without each term.
func TestVarianceOfAnUnbalancedDesign(t *testing.T) {
	cells := [][]float64{{4.1, 3.9, 4.4}, {5.0, 5.6}, {7.2, 6.9, 7.5, 7.1}, {4.8, 5.1}, {6.6, 6.1, 6.4}, {7.0, 7.7}}
	sources, failure := Variance([]Factor{{"a", []int{0, 0, 0, 1, 1, 1}}, {"b", []int{0, 1, 2, 0, 1, 2}}}, cells)
	held(t, sources[0], "a", 1, 1.6651904761904759, 18.282054633381254, 0.0016222179232082735)
	held(t, sources[1], "b", 2, 21.667222222222225, 118.9417505336993, 1.0684689177586032e-07)
	held(t, sources[2], "a × b", 2, 0.5413095238095236, 2.971506992549992, 0.09708404540798143)
	near(t, "error", failure.SumSquares, 0.9108333333333334, 1e-12)
	if failure.DF != 10 {
		t.Errorf("10 degrees of freedom, got %d", failure.DF)
	}
}

// One factor is what scipy.stats.f_oneway tests.
func TestVarianceOfOneFactor(t *testing.T) {
	sources, _ := Variance([]Factor{{"a", []int{0, 1, 2}}}, [][]float64{{1, 2, 3}, {2, 3, 5, 4}, {6, 7.5}})
	if len(sources) != 1 {
		t.Fatalf("one source, got %+v", sources)
	}
	near(t, "F", sources[0].F, 10.128205128205128, 1e-9)
	near(t, "p", sources[0].P, 0.011932946741580963, 1e-9)
}

// Factors that move together cannot be told apart; without repeats nothing is
// tested; with few cells, interactions are left together.
func TestVarianceSaysWhatItCannotTell(t *testing.T) {
	together, _ := Variance([]Factor{{"a", []int{0, 1, 2}}, {"b", []int{0, 1, 2}}}, [][]float64{{1, 2}, {3, 4}, {5, 7}})
	for _, s := range together[:2] {
		if s.DF != 0 || !math.IsNaN(s.P) {
			t.Errorf("%s is told from its twin: %+v", s.Name, s)
		}
	}
	single, failure := Variance([]Factor{{"a", []int{0, 0, 1, 1}}, {"b", []int{0, 1, 0, 1}}}, [][]float64{{1}, {3}, {5}, {8}})
	if failure.DF != 0 || !math.IsNaN(single[0].P) || math.Abs(single[0].SumSquares-20.25) > 1e-9 {
		t.Errorf("one value a cell: %+v, %+v", single, failure)
	}
	some, _ := Variance([]Factor{{"a", []int{0, 1, 0, 2}}, {"b", []int{0, 1, 2, 0}}}, [][]float64{{1, 2}, {3, 3}, {5, 4}, {8, 7}})
	if last := some[len(some)-1]; len(some) > 2 && last.Name != "interactions" {
		t.Errorf("got %+v", some)
	}
}

// Without any effect, a source has p below 0.05 in a twentieth of all sweeps; the
// standard error of 500 is 0.01.
func TestVarianceErrsAtTheRateOfP(t *testing.T) {
	source := rand.New(rand.NewPCG(7, 7))
	wrong := 0
	for range 500 {
		cells := make([][]float64, 6)
		for i := range cells {
			for range 2 + i%2 {
				cells[i] = append(cells[i], source.NormFloat64())
			}
		}
		sources, _ := Variance([]Factor{{"a", []int{0, 0, 0, 1, 1, 1}}, {"b", []int{0, 1, 2, 0, 1, 2}}}, cells)
		if sources[1].P < 0.05 {
			wrong++
		}
	}
	near(t, "rate", float64(wrong)/500, 0.05, 0.03)
}
