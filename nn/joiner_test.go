package nn

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// Three windows of two steps over steps 4 to 7, two features each. The second
// and the third overlap in step 6, where their errors cancel.
func TestWindowsArePutBackTogether(t *testing.T) {
	x := made(3, 4, 0)
	y := clone(x)
	for j, e := range []float32{0.5, 0, 0, 0.25} { // steps 4 and 5 of the first window alone
		y.Row(0)[j] += e
	}
	y.Row(1)[0] += 0.5 // step 5, feature 0, which the first window has right: 0.25 off in the mean
	y.Row(1)[2] += 1   // step 6
	y.Row(2)[0] -= 1   // step 6
	y.Row(2)[2] += 0.5 // step 7
	// Step 4: 0.5² ; step 5: 0.25², and 0.25/2 squared; step 6: 0; step 7: 0.5².
	want := (0.25 + 0.0625 + 0.015625 + 0 + 0.25) / 8
	s := &Subject{Splits: &Splits{Traits: Traits{Shape: Shape{2, 2}}}}
	holds(t, "error", joinedError(s, y, x, &Windows{Starts: []int32{4, 5, 6}}), want, 1e-6)
}

// Errors by hand: windows of three steps, one feature, that begin at 2, 3, 4 and
// 8. Step 4 lies in three of them, step 7 in none.
func TestStepErrorsAreThoseByHand(t *testing.T) {
	starts := []int{2, 3, 4, 8}
	wrong := [][]float32{{1, -2, 4}, {2, 1, 3}, {0, -1, 5}, {1, 1, 2}}
	steps := []int{2, 3, 4, 5, 6, 8, 9, 10}
	for _, c := range []struct {
		measure, join string
		want          []float64
	}{
		{"mse", JoinMean, []float64{1, 4, 17. / 3, 5, 25, 1, 1, 4}}, // step 4: (16 + 1 + 0)/3
		{"mse", JoinMedian, []float64{1, 4, 1, 5, 25, 1, 1, 4}},     // step 5: (9 + 1)/2
		{"mse", JoinMax, []float64{1, 4, 16, 9, 25, 1, 1, 4}},
		{"l1", JoinMean, []float64{1, 2, 5. / 3, 2, 5, 1, 1, 2}},
		{"max", JoinMedian, []float64{1, 2, 1, 2, 5, 1, 1, 2}},
	} {
		var at []int
		var got []float64
		e := NewStepErrors(Shape{3, 1}, c.measure, c.join, func(step int, err float64) error {
			at, got = append(at, step), append(got, err)
			return nil
		})
		for i, start := range starts {
			if err := e.Add(start, wrong[i], make([]float32, 3)); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(at, steps) {
			t.Errorf("%s, %s: steps %v came out, wanted %v", c.measure, c.join, at, steps)
		}
		for i := range c.want {
			holds(t, c.measure+" "+c.join, got[i], c.want[i], 1e-15)
		}
	}
}

// TestStepErrorsAgreeWithThePlainWay gathers all errors of every step and
// feature first, and joins them then.
func TestStepErrorsAgreeWithThePlainWay(t *testing.T) {
	joins := map[string]func([]float64) float64{
		JoinMean: func(v []float64) float64 { return total(v) / float64(len(v)) },
		JoinMax:  func(v []float64) float64 { return slices.Max(v) },
		JoinMedian: func(v []float64) float64 {
			v = sorted(v)
			return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
		},
	}
	for _, stride := range []int{1, 2, 3, 7} {
		const window, features, count = 5, 3, 40
		y, x := made(count, window*features, 5), made(count, window*features, 6)
		for join, joined := range joins {
			for _, measure := range []string{"mse", "l1", "max"} {
				all := make([][]float64, (count*stride+window)*features)
				for i := range count {
					for e, v := range y.Row(i) {
						d := float64(v) - float64(x.Row(i)[e])
						if measure == "mse" {
							d *= d
						}
						all[i*stride*features+e] = append(all[i*stride*features+e], math.Abs(d))
					}
				}
				covered := 0
				e := NewStepErrors(Shape{window, features}, measure, join, func(step int, err float64) error {
					var each []float64
					for _, v := range all[step*features : (step+1)*features] {
						each = append(each, joined(v))
					}
					want := total(each) / features
					if measure == "max" {
						want = slices.Max(each)
					}
					covered++
					holds(t, measure+" "+join, err, want, 1e-12)
					return nil
				})
				for i := range count {
					must(e.Add(i*stride, y.Row(i), x.Row(i)))
				}
				must(e.End())
				if want := count*min(stride, window) + max(0, window-stride); covered != want {
					t.Errorf("stride %d: %d steps came out, wanted %d", stride, covered, want)
				}
			}
		}
	}
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// A joiner stops where what takes its steps fails.
func TestJoinersHandErrorsOn(t *testing.T) {
	full := errors.New("full")
	j := NewJoiner(2, 1, JoinMean, func(int, []float64) error { return full })
	if err := j.Add(0, []float64{1, 2}); err != nil {
		t.Error("nothing has come out yet")
	}
	if err := j.Add(1, []float64{1, 2}); !errors.Is(err, full) {
		t.Errorf("the error is %v", err)
	}
}
