package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SparseL1](regularisers, "sparse-l1", "Σ|h| over units, averaged over examples")
}

// SparseL1 is the sum of the absolute activations of an example, averaged over
// the examples of a batch.
type SparseL1 struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
	On     string   `default:"code" enum:"code|hidden|all" doc:"the layers whose activations are meant"`
}

func (*SparseL1) Check(*Autoencoder, []link, int) string { return "" }
func (p *SparseL1) Factor() Schedule                     { return p.Weight }

// Attach makes the penalty work on activations of n.
func (p *SparseL1) Attach(n *Net) penalty {
	return &sparseL1{activations: newActivationSites(n, p.On)}
}

type sparseL1 struct {
	activations activationSites
	sum         float64 // of what was observed
	sparsity    sparsity
}

func (s *sparseL1) value() float64 {
	sum, outputs := 0.0, s.activations.outputs()
	if len(outputs) == 0 {
		return 0
	}
	rows := float64(outputs[len(outputs)-1].Rows)
	for _, h := range outputs {
		sum += float64(kernel.SumAbs(h.Data) * (rows / float64(h.Rows)))
	}
	return sum / rows
}

func (s *sparseL1) atOutput(layer int, dy *Matrix, weight float64) {
	h := s.activations.at(layer)
	if h == nil {
		return
	}
	step := float32(weight / float64(h.Rows))
	for i, v := range h.Data {
		switch {
		case v > 0:
			dy.Data[i] += step
		case v < 0:
			dy.Data[i] -= step
		}
	}
}

func (*sparseL1) atWeights(float64) {}

func (s *sparseL1) observe() {
	for _, h := range s.activations.outputs() {
		s.sum += kernel.SumAbs(h.Data)
		s.sparsity.add(h)
	}
	s.sparsity.examples += s.activations.rows()
}

func (s *sparseL1) measured() map[string]float64 {
	out := s.sparsity.measured()
	out[""] = s.sum / float64(s.sparsity.examples)
	s.sum, s.sparsity = 0, sparsity{}
	return out
}
