package nn

// penalties sets the weights of the penalties for this step and returns their
// weighted sum.
func (t *Trainer) penalties() float64 {
	sum := 0.0
	for i := range t.net.terms {
		term := &t.net.terms[i]
		term.weight = term.factor.At(t.epochs())
		term.now = term.value()
		term.seen = term.now
		if r, ok := term.penalty.(reporter); ok {
			term.seen = r.reported()
		}
		sum += float64(term.weight * term.now)
	}
	return sum
}

// note adds what the last batch came to to this epoch's sums.
func (t *Trainer) note() {
	rows := float64(t.tried.rows)
	t.losses += float64(t.tried.loss * rows)
	t.seen += t.tried.rows
	for i := range t.net.terms {
		term := &t.net.terms[i]
		term.sum += float64(term.now * rows)
		term.shown += float64(term.seen * rows)
	}
	if t.importance != nil {
		t.importance.sum += float64(t.tried.aim * rows)
	}
}

// Running returns means over the examples of this epoch so far, each taken
// before its step: of the reconstruction loss as loss, of each penalty by its
// name, unweighted, and where there are penalties of their weighted sum as
// objective, with the weights of the last step; in pretraining those of the stage. In the importance-weighted
// objective the bound stands for the loss.
func (t *Trainer) Running() map[string]float64 {
	if t.pre.working() {
		return t.pre.trainer.Running()
	}
	out := map[string]float64{"loss": t.losses / float64(t.seen)}
	objective := out["loss"]
	if t.importance != nil {
		objective = t.importance.sum / float64(t.seen)
	}
	for i := range t.net.terms {
		term := &t.net.terms[i]
		out[term.name] = term.shown / float64(t.seen)
		objective += float64(term.weight * (term.sum / float64(t.seen)))
	}
	if t.hasObjective() {
		out["objective"] = objective
	}
	return out
}

// hasObjective tells whether the objective is another number than the loss.
func (t *Trainer) hasObjective() bool { return len(t.net.terms) > 0 || t.importance != nil }
