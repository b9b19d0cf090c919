package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// activationSites are the layers whose activations a penalty acts on.
type activationSites struct {
	net    *Net
	layers []int
	found  []*Matrix
}

func newActivationSites(n *Net, on string) activationSites {
	layers := sites(on, len(n.layers), n.encoder, func(i int) bool { return n.activated[i] })
	for _, i := range layers {
		n.borders.observed[i] = true
	}
	return activationSites{net: n, layers: layers, found: make([]*Matrix, len(layers))}
}

// outputs returns the activations of the last Forward.
func (a *activationSites) outputs() []*Matrix {
	for i, layer := range a.layers {
		a.found[i] = a.net.output(layer)
	}
	return a.found
}

// at returns the activations of a layer, or nil where it is not meant.
func (a *activationSites) at(layer int) *Matrix {
	for _, l := range a.layers {
		if l == layer {
			return a.net.output(layer)
		}
	}
	return nil
}

// rows is the number of examples in the last Forward.
func (a *activationSites) rows() int {
	if len(a.layers) == 0 {
		return 0
	}
	return a.net.pass.rows
}

// activeAbove is how far from 0 an activation must be to count as active.
const activeAbove = 1e-2

// sparsity measures how rarely units are active.
type sparsity struct {
	examples         int
	elements, active int
	sum              float64
}

// add takes note of activations.
func (s *sparsity) add(h *Matrix) {
	s.elements += len(h.Data)
	for _, v := range h.Data {
		if v > activeAbove || v < -activeAbove {
			s.active++
		}
	}
	s.sum += kernel.Sum(h.Data)
}

// measured returns the share of activations beyond ±0.01, and their mean.
func (s *sparsity) measured() map[string]float64 {
	return map[string]float64{
		"active_fraction": float64(s.active) / float64(s.elements),
		"mean_activation": s.sum / float64(s.elements),
	}
}
