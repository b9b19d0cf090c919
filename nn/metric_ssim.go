package nn

// structuralSimilarity is the mean structural similarity of pictures, averaged
// over them, with the window and the constants of Wang et al. 2004: 11 × 11
// pixels, σ 1.5, 0.01 and 0.03. In smaller pictures the window is the largest
// odd one that fits. The range of the values is that of the data.
type structuralSimilarity struct {
	similarity *similarity
	sum        float64
	examples   int
}

func newStructuralSimilarity(data Traits) *structuralSimilarity {
	window := min(11, (data.Shape[0]-1)|1, (data.Shape[1]-1)|1)
	return &structuralSimilarity{similarity: newSimilarity(data.Shape, data.High-data.Low, window, 1.5, 0.01, 0.03)}
}

func (*structuralSimilarity) Name() string { return "ssim" }

func (m *structuralSimilarity) Add(y, x *Matrix) {
	for i := range x.Rows {
		m.sum += m.similarity.of(y.Row(i), x.Row(i))
	}
	m.examples += x.Rows
}

func (m *structuralSimilarity) Value() float64 { return m.sum / float64(m.examples) }
