package nn

import "testing"

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
	holds(t, "error", joinedError(y, x, []int32{4, 5, 6}, Shape{2, 2}), want, 1e-6)
}
