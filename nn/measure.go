package nn

// Follow returns the reconstruction loss over the rows of x as loss, and where
// there are penalties each of them, unweighted, and the objective: what Running
// returns of training, with clean input and the code's mean.
func (t *Trainer) Follow(x *Matrix) map[string]float64 {
	values := map[string]float64{}
	t.addTerms(values, t.pass(x, func(y, rows *Matrix) {}))
	if t.importance != nil {
		values["objective"] += t.NegativeBound(x, t.importance.code.samples) - values["loss"]
	}
	if !t.hasObjective() {
		delete(values, "objective")
	}
	return values
}

// pass reconstructs the rows of x, calls do for each chunk of them, takes note
// of the penalties, and returns the mean reconstruction loss.
func (t *Trainer) pass(x *Matrix, do func(y, rows *Matrix)) (loss float64) {
	t.net.pass.training, t.net.pass.sampled, t.net.pass.epochs = false, false, t.epochs()
	sum := 0.0
	chunks(x, func(first int, rows *Matrix) {
		t.net.pass.first = first
		y := t.net.Forward(rows)
		do(y, rows)
		sum += t.objective.sum(y, rows)
		for i := range t.net.terms {
			t.net.terms[i].observe()
		}
	})
	return t.objective.mean(sum, x.Rows)
}

// addTerms adds the loss, the penalties that were noted, and the objective.
func (t *Trainer) addTerms(values map[string]float64, loss float64) {
	objective := loss
	for i := range t.net.terms {
		term := &t.net.terms[i]
		measured := term.measured()
		penalty := measured[""]
		objective += float64(term.factor.At(t.epochs()) * penalty)
		measured[term.name] = penalty
		if reported, differs := measured[asReported]; differs {
			measured[term.name] = reported
		}
		delete(measured, "")
		delete(measured, asReported)
		for name, value := range measured {
			if _, taken := values[name]; !taken {
				values[name] = value
			}
		}
	}
	values["loss"], values["objective"] = loss, objective
}

// Measure returns what is measured on a split, by name without the split's:
// the metrics that are defined for data with these traits, the reconstruction
// loss, the penalties unweighted, and the objective with the penalties' last
// weights. With a corruption there are corrupted.mse and its kin, on input
// damaged by a draw that is the same for every trial; with a Gaussian code
// there is neg_elbo, and neg_bound where the objective is the
// importance-weighted bound, which then stands for the loss in it.
func (t *Trainer) Measure(x *Matrix, data Traits) map[string]float64 {
	values := t.measureClean(x, data)
	if t.corrupter != nil {
		metrics := metricsFor(data)
		chunks(x, func(first int, rows *Matrix) {
			add(metrics, t.net.Forward(t.corrupter.evaluation(rows, first)), rows)
		})
		for name, value := range valuesOf(metrics) {
			values["corrupted."+name] = value
		}
	}
	if _, stochastic := t.net.layers[t.net.encoder-1].(*gaussian); stochastic {
		values["neg_elbo"] = t.negativeELBO(x)
	}
	if t.importance != nil {
		values["neg_bound"] = t.NegativeBound(x, t.importance.code.samples)
		values["objective"] += values["neg_bound"] - values["loss"]
	}
	return values
}

func (t *Trainer) measureClean(x *Matrix, data Traits) map[string]float64 {
	metrics := metricsFor(data)
	loss := t.pass(x, func(y, rows *Matrix) { add(metrics, y, rows) })
	values := valuesOf(metrics)
	t.addTerms(values, loss)
	return values
}

// negativeELBO returns the negative evidence lower bound per example: the
// reconstruction loss summed over elements with one sampled code, plus the KL
// divergence of the code. What a loss fits to a batch is here fitted to each
// 256 examples.
func (t *Trainer) negativeELBO(x *Matrix) float64 {
	code := t.net.layers[t.net.encoder-1].(*gaussian)
	t.net.pass.training, t.net.pass.sampled = false, true
	defer func() { t.net.pass.sampled = false }()
	sum := 0.0
	chunks(x, func(first int, rows *Matrix) {
		t.net.pass.first = first
		loss, _ := t.objective.of(t.objective.sum(t.net.Forward(rows), rows), rows.Rows)
		sum += loss
		sum += code.divergence()
	})
	return sum / float64(x.Rows)
}
