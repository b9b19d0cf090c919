package statistics

import (
	"math/rand/v2"
	"testing"
)

// Under the null, all settings alike, the rate of experiments with any decision
// stays below alpha, however often it is looked at. 400 experiments have a
// standard error of 0.011 at 0.05.
func TestDecideErrsLessThanAlpha(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 5))
	for _, looks := range [][]int{{12}, {10, 13, 17, 20}} {
		wrong := 0
		for range 400 {
			if anyDecided(Decide(randomPairs(source, 4, 0, looks), 6, len(looks), 0.05)) {
				wrong++
			}
		}
		if rate := float64(wrong) / 400; rate > 0.05+2*0.011 {
			t.Errorf("looks at %v: %v of experiments without a difference decide one", looks, rate)
		}
	}
	// The test can fail: four looks that each spend all of alpha err more often.
	wrong := 0
	for range 400 {
		pairs := randomPairs(source, 4, 0, []int{6, 8, 10, 12, 14, 16})
		for k := range 6 {
			one := make([][][]float64, len(pairs))
			for i := range pairs {
				one[i] = pairs[i][k : k+1]
			}
			if anyDecided(Decide(one, 1, 1, 0.2)) {
				wrong++
				break
			}
		}
	}
	if rate := float64(wrong) / 400; rate < 0.2 {
		t.Errorf("uncorrected looks err in %v alone, so the simulation shows nothing", rate)
	}
}

func TestDecideFindsWhatIsThere(t *testing.T) {
	source := rand.New(rand.NewPCG(6, 6))
	found := 0
	for range 100 {
		looks := []int{10, 13, 17, 20}
		outcomes := Decide(randomPairs(source, 4, 3, looks), 6, len(looks), 0.05)
		if outcomes[0].Decided && outcomes[0].Look == 0 { // 3 standard deviations apart
			found++
		}
	}
	if found < 80 {
		t.Errorf("a large difference is found at the first look in %d of 100", found)
	}
}

func anyDecided(outcomes []Outcome) bool {
	for _, o := range outcomes {
		if o.Decided {
			return true
		}
	}
	return false
}

// randomPairs returns the differences between all pairs of settings of normal
// results, the first of which lies so far from the others.
func randomPairs(source *rand.Rand, settings int, apart float64, looks []int) [][][]float64 {
	values := make([][]float64, settings)
	for i := range values {
		for range looks[len(looks)-1] {
			v := source.NormFloat64()
			if i == 0 {
				v += apart
			}
			values[i] = append(values[i], v)
		}
	}
	var pairs [][][]float64
	for i := range values {
		for j := range i {
			var at [][]float64
			for _, n := range looks {
				at = append(at, differences(values[i][:n], values[j][:n]))
			}
			pairs = append(pairs, at)
		}
	}
	return pairs
}

func TestDecideKeepsWhatWasDecided(t *testing.T) {
	clear := []float64{1, 1, 1, 1, 1, 1, 1, 1} // p = 2/256
	unclear := []float64{1, -1, 1, -1, 1, -1, 1, -1}
	outcomes := Decide([][][]float64{{clear, unclear}, {unclear, nil}}, 2, 2, 0.05)
	// 2/256, for 2 comparisons and 2 looks.
	if o := outcomes[0]; !o.Decided || o.Look != 0 || o.P != 8.0/256 {
		t.Errorf("got %+v", o)
	}
	if o := outcomes[1]; o.Decided || o.P != 1 || o.Look != 1 {
		t.Errorf("got %+v", o)
	}
	// Two more comparisons that are not looked at count.
	if o := Decide([][][]float64{{clear}}, 3, 1, 0.05)[0]; o.P != 6.0/256 {
		t.Errorf("got %+v", o)
	}
}

func TestLooksBeginWhereSomethingCanBeDecided(t *testing.T) {
	for _, test := range []struct {
		comparisons, least, most int
		want                     []int
	}{
		{6, 3, 20, []int{10, 13, 17, 20}}, // 6·2^(1−10) = 0.0117 ≤ 0.05/4
		{6, 15, 20, []int{15, 20}},
		{1, 3, 12, []int{7, 9, 12}}, // 2^(1−7) = 0.0156 ≤ 0.05/3
		{1000, 3, 10, []int{10}},    // nothing can be decided
		{1, 20, 20, []int{20}},
	} {
		got := Looks(test.comparisons, test.least, test.most, 0.05)
		if len(got) != len(test.want) {
			t.Errorf("%+v: got %v", test, got)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%+v: got %v", test, got)
			}
		}
	}
}
