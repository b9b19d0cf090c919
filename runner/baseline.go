package runner

import (
	"fmt"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// fitBaseline fits a model in closed form and measures it. The subject is nil
// where it cannot be fitted.
func fitBaseline(trial experiments.Trial, set *dataset) (*store.Result, *nn.Subject, error) {
	baseline, err := nn.NewBaseline(trial.Setting)
	if err != nil {
		return nil, nil, err
	}
	model, err := baseline.Fit(set.statistics)
	if err != nil {
		return &store.Result{State: store.Failed, Failure: err.Error()}, nil, nil
	}
	result := &store.Result{State: store.Done, Parameters: model.Parameters(), Metrics: map[string]float64{}}
	for name, split := range set.measured() {
		for metric, value := range nn.Measure(model, split, set.traits()) {
			result.Metrics[name+"."+metric] = value
		}
	}
	subject := nn.NewSubject(model, set.splits())
	if pca, ok := baseline.(*nn.PCA); ok {
		return result, subject, describePCA(result, pca, model, set)
	}
	return result, subject, nil
}

// describePCA records PCA's error at every code size, from which the number of
// components that do as well as an autoencoder is read off.
func describePCA(result *store.Result, pca *nn.PCA, model nn.Fitted, set *dataset) error {
	result.Series = map[string][]float64{}
	for name, split := range set.measured() {
		ladder, err := set.ladder(split)
		if err != nil {
			return err
		}
		result.Series[name+".mse"] = ladder
	}
	if kept := model.(*nn.Projection).Components(); kept < pca.Code {
		result.Notes = []string{fmt.Sprintf("the data have rank %d: all %d components are used, not %d", kept, kept, pca.Code)}
		if set.Train.Cols > nn.ExactColumns && kept == nn.WideComponents {
			result.Notes = []string{fmt.Sprintf("examples have more than %d elements, so that the first %d components alone are known, and used, not %d", nn.ExactColumns, kept, pca.Code)}
		}
	}
	return nil
}

// judged returns the split that signs of trouble are looked for on: that held
// out for validation, or else the training split.
func (d *dataset) judged() *nn.Matrix {
	if d.Validation != nil {
		return d.Validation
	}
	return drawn(d.Set).Slice(0, min(d.Train.Rows, judgedRows))
}

// judgedRows is how many training examples are looked at where none are held out.
const judgedRows = 10_000

// measured returns the splits that results are measured on, by name.
func (d *dataset) measured() map[string]*nn.Matrix {
	splits := map[string]*nn.Matrix{}
	if d.Test != nil {
		splits["test"] = d.Test
	}
	if d.Validation != nil {
		splits["validation"] = d.Validation
	}
	return splits
}
