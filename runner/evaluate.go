package runner

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/store"
)

// Evaluate adds the evaluations of Options that are missing to those of some
// trials that are done. Where a trial's weights are not at hand, it is trained
// again, without a change to its record.
func (r *Runner) Evaluate(ctx context.Context, dir string, trials []experiments.Trial) error {
	ids := make([]string, len(trials))
	for i, trial := range trials {
		ids[i] = trial.ID
	}
	states, err := r.store.States(ids)
	if err != nil {
		return err
	}
	r.owing = Owed
	owed, err := r.owed(ids)
	if err != nil {
		return err
	}
	var pending []experiments.Trial
	for _, trial := range trials {
		if states[trial.ID] == store.Done && len(owed[trial.ID]) > 0 {
			pending = append(pending, trial)
			r.progress.expect(trial.ID, baselineWork)
		}
	}
	if len(pending) == 0 {
		return nil
	}
	_, err = r.pass(ctx, dir, pending)
	return err
}

// later evaluates a trial that is done already.
func (r *Runner) later(ctx context.Context, trial experiments.Trial, dir string) error {
	owed, err := r.owed([]string{trial.ID})
	if err != nil || len(owed) == 0 {
		return err
	}
	set, err := r.datasets.get(ctx, trial.Setting, dir)
	if err != nil {
		return err
	}
	subject, err := r.subjectOf(ctx, trial, set)
	if err != nil {
		return err
	}
	return r.evaluate(ctx, trial, subject, owed[trial.ID])
}

// subjectOf brings the model of a trial that is done back.
func (r *Runner) subjectOf(ctx context.Context, trial experiments.Trial, set *dataset) (*nn.Subject, error) {
	record, err := r.store.Trial(trial.ID)
	if err != nil {
		return nil, err
	}
	if trial.Baseline {
		_, subject, err := fitBaseline(trial, set)
		if err == nil && subject == nil {
			err = fmt.Errorf("trial %.10s cannot be fitted again", trial.ID)
		}
		return subject, err
	}
	t, err := r.newTraining(ctx, trial, set)
	if err != nil {
		return nil, err
	}
	switch m, err := LoadModel(r.store, record); {
	case err == nil:
		copy(t.trainer.Net().Values, m.Net.Values)
		if digest := t.trainer.Net().Digest(); hex.EncodeToString(digest[:]) == record.WeightsSHA256 {
			return t.trainer.Subject(set.splits()), nil
		}
		return nil, fmt.Errorf("the model of trial %.10s on disk does not fit its setting", trial.ID)
	case !errors.Is(err, ErrNoModel):
		return nil, err
	}
	t.dry = true
	result, err := t.run(ctx)
	if err != nil {
		return nil, err
	}
	if result.WeightsSHA256 != record.WeightsSHA256 {
		return nil, fmt.Errorf("trial %.10s was trained again to evaluate it, and its weights differ; `hourglass repro %.10s` tells where they part", trial.ID, trial.ID)
	}
	return t.trainer.Subject(set.splits()), nil
}

// evaluate adds the evaluations that a trial lacks.
func (r *Runner) evaluate(ctx context.Context, trial experiments.Trial, subject *nn.Subject, owed []experiments.Setting) error {
	for _, setting := range owed {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		began := time.Now()
		evaluation, err := evaluated(setting, subject)
		if err != nil {
			return fmt.Errorf("evaluate trial %.10s: %s: %w", trial.ID, setting.Kind(), err)
		}
		evaluation.Seconds = time.Since(began).Seconds()
		if err := r.store.AddEvaluation(trial.ID, *evaluation); err != nil {
			return err
		}
		r.options.Notify(Event{Kind: Evaluated, Trial: trial, Evaluation: evaluation})
	}
	return nil
}

// evaluated measures a model. A panic is an error of the evaluation.
func evaluated(setting experiments.Setting, subject *nn.Subject) (e *store.Evaluation, err error) {
	defer func() {
		if accident := recover(); accident != nil {
			err = fmt.Errorf("%v\n%s", accident, debug.Stack())
		}
	}()
	found, err := subject.Evaluate(setting)
	if err != nil {
		return nil, err
	}
	e = &store.Evaluation{Setting: setting, Numerics: nn.Numerics, Metrics: map[string]float64{}, Notes: found.Notes}
	for _, name := range slices.Sorted(maps.Keys(found.Metrics)) {
		if value := found.Metrics[name]; finite(value) {
			e.Metrics[name] = value
		} else {
			e.Notes = append(e.Notes, name+" is not finite")
		}
	}
	e.Artefacts, err = artefacts(found)
	return e, err
}

// artefacts turns pictures into PNG, and charts into JSON.
func artefacts(found *nn.Findings) ([]store.Artefact, error) {
	var list []store.Artefact
	for _, p := range found.Pictures {
		data, err := encodePNG(contactSheet(p))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		list = append(list, store.Artefact{Name: p.Name, Media: "image/png", Data: data})
	}
	for _, c := range found.Charts {
		data, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		list = append(list, store.Artefact{Name: c.Name, Media: "application/json", Data: data})
		if c.Name != "code-map" {
			continue
		}
		if data, err = encodePNG(scatterPlot(c)); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		list = append(list, store.Artefact{Name: c.Name + "-picture", Media: "image/png", Data: data})
	}
	return list, nil
}

// CheckEvaluation returns the full names of the metrics that an evaluation adds
// to trials on a data part, and why such data cannot be evaluated so.
func (w *World) CheckEvaluation(evaluation, part experiments.Setting, dir string) ([]string, registry.Mistakes) {
	facts, err := w.facts(part, dir)
	if err != nil {
		return nil, nil // which is told where the data are checked
	}
	within := data.Unwrapped(part)
	return nn.CheckEvaluation(evaluation, nn.Evaluated{
		Traits:   traitsOf(facts),
		Training: facts.Train, Held: facts.Validation, Tested: facts.Test,
		Classes: facts.Classes, Normal: within["normal"] != nil, Factors: facts.Factors, Windows: within.Kind() == "series",
	})
}
