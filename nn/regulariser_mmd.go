package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[MMD](regularisers, "mmd", "maximum mean discrepancy between codes and samples of a standard normal distribution")
}

// MMD is an estimate of the squared maximum mean discrepancy between the codes
// h of a batch of n examples and as many samples z of the standard normal
// distribution, drawn afresh in every step: the penalty of Wasserstein
// autoencoders (Tolstikhin et al. 2018, algorithm 2),
//
//	Σ_{i≠j} k(h_i, h_j)/(n(n − 1)) + Σ_{i≠j} k(z_i, z_j)/(n(n − 1)) − 2·Σ_{i,j} k(h_i, z_j)/n²
//
// with the inverse multiquadratic kernel of their section 4 and the seven scales
// of their code:
//
//	k(a, b) = Σ_s C_s/(C_s + ‖a − b‖²)    C_s = 2·code·s    s = 0.1, 0.2, 0.5, 1, 2, 5, 10
//
// It has no bias, and so can be negative. A batch of one example has none. On a
// split it is averaged over 256 examples at a time. Any bottleneck will do.
type MMD struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

// Factor is the penalty's weight.
func (p *MMD) Factor() Schedule { return p.Weight }

// Check finds nothing wrong: every code has a distribution over examples.
func (*MMD) Check(*Autoencoder, []link, int) string { return "" }

// Attach makes the penalty work on the code of n.
func (*MMD) Attach(n *Net) penalty { return newDiscrepancy(n) }
