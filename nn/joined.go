package nn

// joinedError returns the mean squared error of a series whose windows are put
// back together: where windows overlap, a step is reconstructed by the mean of
// what they make of it, and counts once. starts are the first steps of the windows
// x, [rows × steps·features]; y are their reconstructions.
func joinedError(y, x *Matrix, starts []int32, shape Shape) float64 {
	window, features := shape[0], shape[1:].Size()
	last := 0
	for _, start := range starts {
		last = max(last, int(start)+window)
	}
	wrong, seen := make([]float64, last*features), make([]int, last)
	for i, start := range starts {
		target := x.Row(i)
		for j, v := range y.Row(i) {
			wrong[int(start)*features+j] += float64(v) - float64(target[j])
		}
		for t := range window {
			seen[int(start)+t]++
		}
	}
	sum, counted := 0.0, 0
	for t, n := range seen {
		if n == 0 {
			continue
		}
		counted++
		for _, e := range wrong[t*features : (t+1)*features] {
			mean := e / float64(n)
			sum += float64(mean * mean)
		}
	}
	return sum / float64(counted*features)
}
