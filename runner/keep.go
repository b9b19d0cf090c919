package runner

import (
	"encoding/hex"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// What train.keep may say.
const (
	keepBest = "best"
	keepAll  = "all"
	keepNone = "none"
)

// Ranking says which of several trials is the best, whose model is kept under
// train.keep: best. A metric of the test split stands for its validation twin
// where there is one, so that what is tested has not been chosen by the test. A
// trial that lacks the metric, and every trial where none is given, ranks by the
// lowest validation.loss, or test.loss where the data have no validation split.
type Ranking struct {
	Metric string
	Higher bool // higher is better
}

// better tells whether trial a ranks before trial b: on equal figures the lower
// seed does.
func (r Ranking) better(a, b ranked) bool {
	twin := r.Metric
	if tested, ok := strings.CutPrefix(r.Metric, "test."); ok {
		twin = "validation." + tested
	}
	for i, name := range []string{twin, r.Metric, "validation.loss", "test.loss"} {
		x, hasA := a.metrics[name]
		y, hasB := b.metrics[name]
		if hasA && hasB && x != y {
			return (x < y) != (r.Higher && i < 2)
		}
	}
	return a.seed < b.seed
}

// ranked is what a trial is ranked by.
type ranked struct {
	metrics map[string]float64
	seed    int
}

// Best returns the record that ranks first, or nil of none.
func (r Ranking) Best(records []store.Record) *store.Record {
	var best *store.Record
	for i, record := range records {
		if best == nil || r.better(ranked{record.Metrics, seedOf(record)}, ranked{best.Metrics, seedOf(*best)}) {
			best = &records[i]
		}
	}
	return best
}

// seedOf is the seed of a trial, 0 of a baseline.
func seedOf(record store.Record) int {
	if record.Seed == nil {
		return 0
	}
	return *record.Seed
}

// keep writes the model of a training that is over, where train.keep wants it.
func (t *training) keep(result *store.Result) error {
	keep := keepOf(t.trial.Setting)
	if t.options.keepAll {
		keep = keepAll
	}
	if keep == keepNone {
		return nil
	}
	if keep == keepBest {
		others, err := t.kept(t.trial.ID)
		if err != nil {
			return err
		}
		for _, other := range others {
			if t.options.Ranking.better(ranked{other.Metrics, *other.Seed}, ranked{result.Metrics, t.trial.Seed}) {
				return nil
			}
		}
	}
	content, err := t.model(result).Encode()
	if err != nil {
		return err
	}
	return t.store.PutModel(t.trial.ID, content)
}

// model returns the model of a training that is over.
func (t *training) model(result *store.Result) *Model {
	m := modelOf(t.trial, t.set)
	m.Seed, m.WeightsSHA256, m.Design, m.Net = &t.trial.Seed, result.WeightsSHA256, t.design, t.trainer.Net()
	m.Seen = look(m.Net, t.set)
	return m
}

// modelOf returns what is known of a model beforehand.
func modelOf(trial experiments.Trial, set *dataset) *Model {
	return &Model{
		ID: trial.ID, Numerics: nn.Numerics, Data: trial.Data, Setting: trial.Setting,
		Shape: set.Shape, Low: float64(set.Low), High: float64(set.High), Classes: set.Classes, Columns: set.Columns, Scaling: set.Scaling,
	}
}

// KeepsBaselines tells whether train.keep of some trials lets the models of their
// baselines stay on disk: unless it is none of all of them.
func KeepsBaselines(trials []experiments.Trial) bool {
	trained := false
	for _, trial := range trials {
		if !trial.Baseline && keepOf(trial.Setting) != keepNone {
			return true
		}
		trained = trained || !trial.Baseline
	}
	return !trained
}

// keepBaseline writes the model of a baseline, if it is one that can be used.
func (r *Runner) keepBaseline(trial experiments.Trial, set *dataset, projection *nn.Projection) error {
	if projection == nil || !r.options.KeepBaselines && !r.options.keepAll {
		return nil
	}
	m := modelOf(trial, set)
	digest := projection.Digest()
	m.Projection, m.WeightsSHA256, m.Seen = projection, hex.EncodeToString(digest[:]), look(projection, set)
	content, err := m.Encode()
	if err != nil {
		return err
	}
	return r.store.PutModel(trial.ID, content)
}

// kept returns the other repeats of a trial that are done and have a model on disk.
func (r *Runner) kept(id string) ([]store.Record, error) {
	repeats, err := r.store.Repeats(id)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(repeats, func(other store.Record) bool {
		return other.ID == id || other.State != store.Done || !r.store.HasModel(other.ID)
	}), nil
}

// outdo removes the models that a trial, now done, makes superfluous: those of
// repeats that are worse. Two processes that end trials at the same time both
// look after both are recorded, so that one model is left whoever is first.
func (r *Runner) outdo(trial experiments.Trial, result *store.Result) error {
	if trial.Baseline || result.State != store.Done || keepOf(trial.Setting) != keepBest {
		return nil
	}
	others, err := r.kept(trial.ID)
	if err != nil {
		return err
	}
	for _, other := range others {
		loser := other.ID
		if r.options.Ranking.better(ranked{other.Metrics, *other.Seed}, ranked{result.Metrics, trial.Seed}) {
			loser = trial.ID
		}
		if err := r.drop(loser); err != nil {
			return err
		}
	}
	return nil
}

// drop removes the model of a trial, unless several experiments ask for the
// trial: it may be the best of what another one asks for.
func (r *Runner) drop(id string) error {
	places, err := r.store.Places([]string{id})
	if err != nil {
		return err
	}
	for _, p := range places[id] {
		if p.Experiment != places[id][0].Experiment {
			return nil
		}
	}
	return r.store.DropModel(id)
}
