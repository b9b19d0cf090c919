package nn

// joinedError returns the mean squared error of a series whose windows are put
// back together: where windows overlap, a step is reconstructed by the mean of
// what they make of it, and counts once. y are the reconstructions of the
// windows x.
func joinedError(s *Subject, y, x *Matrix, w *Windows) float64 {
	sum, counted := 0.0, 0
	j := NewJoiner(s.Shape[0], s.Shape[1:].Size(), JoinMean, func(_ int, wrong []float64) error {
		for _, d := range wrong {
			sum += float64(d * d)
		}
		counted += len(wrong)
		return nil
	})
	wrong := make([]float64, x.Cols)
	add := func(start int32, y, x []float32) {
		for i, v := range y {
			wrong[i] = float64(v) - float64(x[i])
		}
		must(j.Add(int(start), wrong))
	}
	for i, start := range w.Starts {
		add(start, y.Row(i), x.Row(i))
	}
	if w.Rest != nil {
		add(w.RestStart, s.reconstruct(w.Rest).Row(0), w.Rest.Row(0))
	}
	must(j.End())
	return sum / float64(counted)
}
