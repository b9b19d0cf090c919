package nn

// Tied layers share weights: the mirror image of a dense layer computes
// y = f(h·wᵀ + b) with the layer's w, and that of a convolution A is its
// transpose, y = f(Aᵀ·h + b), whatever the stride. Biases are not shared.

// twin returns the mirror image of a part that can share its weights, without
// activation, or nil where there is none.
func twin(part LayerPart, in Shape) LayerPart {
	switch p := part.(type) {
	case *Conv:
		g, _ := gridOf(in)
		return &ConvTranspose{Filters: g.channels, Kernel: p.Kernel, Stride: p.Stride, Padding: p.Padding, Bias: p.Bias, Initialiser: p.Initialiser, restored: in}
	case *Dense, *ConvTranspose:
		images, err := part.Mirror(in, false)
		if err != nil {
			return nil // as push has said
		}
		return images[0]
	}
	return nil
}

// buildTwin builds a layer with the weights of another, which is built.
func buildTwin(b *Builder, l link, of Layer) Layer {
	switch p := l.part.(type) {
	case *Conv:
		return p.build(b, l.in, of.(*convolution).w)
	case *ConvTranspose:
		return p.build(b, l.in, of.(*convolution).w)
	}
	return l.part.(*Dense).build(b, l.in, of.(*dense).w, true)
}

// biases is how many of its own a layer has that shares its weights.
func biases(part LayerPart) int {
	switch p := part.(type) {
	case *Conv:
		return biasesOf(p.Bias, p.Filters)
	case *ConvTranspose:
		return biasesOf(p.Bias, p.Filters)
	}
	dense := part.(*Dense)
	return biasesOf(dense.Bias, dense.Nodes)
}
