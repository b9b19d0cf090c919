package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SparseKL](regularisers, "sparse-kl", "Σ KL(ρ ‖ ρ̂) over units, ρ̂ a unit's mean over the batch; for units in (0, 1)")
}

// SparseKL is the divergence of units from a rare event of probability Rho:
//
//	Σ over units of ρ·ln(ρ/ρ̂) + (1 − ρ)·ln((1 − ρ)/(1 − ρ̂))
//
// ρ̂ being the unit's mean over the batch, clamped to [1e-6, 1 − 1e-6] (Ng,
// CS294A lecture notes: sparse autoencoder, 2011). Where ρ̂ is clamped the
// gradient is 0.
type SparseKL struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
	Rho    float64  `default:"0.05" range:"(0, 1)" doc:"the mean activation that is aimed at"`
	On     string   `default:"code" enum:"code|hidden|all" doc:"the layers whose activations are meant"`
}

// Factor is the penalty's weight.
func (p *SparseKL) Factor() Schedule { return p.Weight }

// Check tells whether all units range in (0, 1).
func (p *SparseKL) Check(_ *Autoencoder, links []link, encoder int) string {
	activated := func(i int) bool {
		own, _ := links[i].part.Activated(nil)
		return own != nil
	}
	for _, i := range sites(p.On, len(links), encoder, activated) {
		activation, _ := links[i].part.Activated(nil)
		if ranged, ok := activation.(Ranged); ok {
			if low, high := ranged.Range(); low >= 0 && high <= 1 {
				continue
			}
		}
		return fmt.Sprintf("sparse-kl needs units that range in (0, 1), such as sigmoid ones, and %s has others", links[i].path)
	}
	return ""
}

// Attach makes the penalty work on activations of n.
func (p *SparseKL) Attach(n *Net) penalty {
	s := &sparseKL{rho: p.Rho, activations: newActivationSites(n, p.On), means: map[int][]float32{}, sums: map[int][]float64{}}
	for _, i := range s.activations.layers {
		s.means[i] = make([]float32, n.widths[i])
		s.sums[i] = make([]float64, n.widths[i])
	}
	return s
}

type sparseKL struct {
	rho         float64
	activations activationSites
	means       map[int][]float32 // of each unit over the batch, and then slopes
	sums        map[int][]float64 // of each unit over what was observed
	sparsity    sparsity
}

// leastMean bounds the mean of a unit from both ends.
const leastMean = 1e-6

func (s *sparseKL) divergence(mean float64) float64 {
	mean = min(max(mean, leastMean), 1-leastMean)
	yes := float64(s.rho * (kernel.Log64(s.rho) - kernel.Log64(mean)))
	no := float64((1 - s.rho) * (kernel.Log1p64(-s.rho) - kernel.Log1p64(-mean)))
	return yes + no
}

// batchMeans sets the means of a layer's units.
func (s *sparseKL) batchMeans(layer int) []float32 {
	h, means := s.activations.at(layer), s.means[layer]
	kernel.ColumnSums(means, h.Data, h.Rows, h.Cols, kernel.Zero)
	for j, sum := range means {
		means[j] = sum / float32(h.Rows)
	}
	return means
}

func (s *sparseKL) value() float64 {
	sum := 0.0
	for _, i := range s.activations.layers {
		for _, mean := range s.batchMeans(i) {
			sum += s.divergence(float64(mean))
		}
	}
	return sum
}

func (s *sparseKL) atOutput(layer int, dy *Matrix, weight float64) {
	if s.activations.at(layer) == nil {
		return
	}
	slopes := s.batchMeans(layer)
	for j, mean := range slopes {
		m := float64(mean)
		if m < leastMean || m > 1-leastMean {
			slopes[j] = 0
			continue
		}
		slopes[j] = float32(weight * ((1-s.rho)/(1-m) - s.rho/m) / float64(dy.Rows))
	}
	for i := range dy.Rows {
		row := dy.Row(i)
		kernel.Add(row, row, slopes)
	}
}

func (*sparseKL) atWeights(float64) {}

func (s *sparseKL) observe() {
	for _, i := range s.activations.layers {
		h := s.activations.at(i)
		kernel.ColumnSums64(s.sums[i], h.Data, h.Rows, h.Cols)
		s.sparsity.add(h)
	}
	s.sparsity.examples += s.activations.rows()
}

// measured returns the divergence of the units' means over all that was observed.
func (s *sparseKL) measured() map[string]float64 {
	sum := 0.0
	for _, i := range s.activations.layers {
		for _, total := range s.sums[i] {
			sum += s.divergence(total / float64(s.sparsity.examples))
		}
		clear(s.sums[i])
	}
	out := s.sparsity.measured()
	out[""] = sum
	s.sparsity = sparsity{}
	return out
}
