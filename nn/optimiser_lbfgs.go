package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[LBFGS](optimisers, "l-bfgs", "quasi-Newton steps on all examples at once; an epoch is one step")
}

// LBFGS is the limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb
// and Shanno (Nocedal and Wright 2006, algorithm 7.4) with a line search for the
// strong Wolfe conditions (algorithms 3.5 and 3.6 with cubic interpolation), in
// the form of PyTorch's LBFGS and of minFunc.
//
// A step takes all examples, in their order; what is drawn at random, a
// corruption or a code, is drawn once for the whole training, so that the
// objective is one function. All activations of all examples are in memory at
// the same time.
type LBFGS struct {
	Memory      int `default:"10" range:"[1, 1000]" doc:"steps whose changes of weights and gradient are remembered"`
	Evaluations int `default:"25" range:"[2, 1000]" doc:"evaluations of the objective that one step may take"`
}

// Slots is 2 for each step that is remembered: changes of the weights and of the
// gradient.
func (l *LBFGS) Slots() int { return 2 * l.Memory }

// normaliseFullBatch drops the batch size beside l-bfgs, and refuses what makes
// no sense there.
func normaliseFullBatch(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if optimiser, ok := resolved["optimiser"].(registry.Tree); !ok || optimiser.Kind() != "l-bfgs" {
		return nil
	}
	delete(resolved, "batch")
	var mistakes registry.Mistakes
	if given["batch"] {
		mistakes = append(mistakes, registry.Mistake{Path: "batch", Key: true, Message: "l-bfgs takes all examples in every step", Hint: "leave batch out, or set it to null"})
	}
	if given["clip"] {
		mistakes = append(mistakes, registry.Mistake{Path: "clip", Key: true, Message: "l-bfgs needs gradients as they are", Hint: "leave clip out"})
	}
	return mistakes
}

// rows is how many examples a step takes.
func (t *Train) rows(examples int) int {
	if _, all := t.Optimiser.(*LBFGS); all {
		return examples
	}
	return min(t.Batch, examples)
}

// isSteady tells whether the objective is the same function in every epoch, and
// evaluating it leaves nothing behind.
func isSteady(d *Design, n *Net) bool {
	steady := len(n.Values) == len(n.Grads)
	for _, part := range d.Regularisers {
		_, constant := part.Factor().(*Constant)
		kl, divergence := part.(*KL)
		steady = steady && constant && !(divergence && kl.Capacity != nil)
	}
	return steady
}

// descend makes a step of l-bfgs, which is an epoch, and returns the objective
// before it.
func (t *Trainer) descend(x *Matrix) float64 {
	t.net.pass.epoch, t.net.pass.step = 1, 0 // what is drawn is drawn once
	t.whole = t.next(x)
	if !t.descent.known || !t.steady {
		t.evaluate()
	}
	objective := t.tried.objective
	t.step++
	t.inStep++
	if !finite(objective) {
		return objective
	}
	t.note()
	t.norm = t.gradientNorm()
	t.descent.step(objective)
	return objective
}

// evaluate sets the gradients at the weights as they are, and returns the
// objective.
func (t *Trainer) evaluate() float64 {
	objective := t.measureBatch(t.whole)
	t.net.Backward(t.gradient())
	return objective
}
