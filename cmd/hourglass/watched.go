package main

import (
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

// watched is what is known of a run that another process drives.
type watched struct {
	experiment *experiments.Experiment
	examples   func(experiments.Trial) int // of an epoch
	byID       map[string]experiments.Trial
	labels     map[string]string
	states     map[string]store.State
	standings  *reports.Standings
	running    []reports.RunningTrial // in the order of work
	share      float64
	rate       float64
	first      struct { // of the work, when it was first seen
		at    time.Time
		share float64
	}
	left time.Duration
}

func newWatched(e *experiments.Experiment, examples func(experiments.Trial) int) *watched {
	w := &watched{
		experiment: e, examples: examples, byID: map[string]experiments.Trial{}, labels: map[string]string{},
		states: map[string]store.State{}, standings: reports.NewStandings(e),
	}
	for _, trial := range e.Trials {
		w.byID[trial.ID], w.labels[trial.ID] = trial, reports.LabelOf(e, trial)
	}
	return w
}

// update reads how the run stands, and returns the trials that have ended
// since it was last read; the first time, none.
func (w *watched) update(s *store.Store, now time.Time) ([]reports.Trial, error) {
	states, err := s.States(w.experiment.IDs())
	if err != nil {
		return nil, err
	}
	var fresh, running []string
	for _, id := range w.experiment.IDs() {
		state, known := states[id]
		if !known {
			state = store.Waiting
		}
		if state.Final() && w.states[id] != state {
			fresh = append(fresh, id)
		}
		if state == store.Running {
			running = append(running, id)
		}
		w.states[id] = state
	}
	ended, err := w.end(s, fresh)
	if err != nil {
		return nil, err
	}
	if err := w.read(s, running); err != nil {
		return nil, err
	}
	w.estimate(now)
	if len(fresh) > 0 && w.first.at.Equal(now) { // they ended before anybody watched
		return nil, nil
	}
	return ended, nil
}

// end takes trials into account that are at their end.
func (w *watched) end(s *store.Store, ids []string) ([]reports.Trial, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	records, err := s.Trials(store.Filter{IDs: ids})
	if err != nil {
		return nil, err
	}
	trials := make([]reports.Trial, len(records))
	for i, r := range records {
		trials[i] = reports.EndedTrial(w.experiment, w.byID[r.ID], store.Result{State: r.State, Metrics: r.Metrics, Seconds: r.Seconds})
		trials[i].DivergedStep = r.DivergedStep
		w.standings.Ended(trials[i])
	}
	return trials, nil
}

// read reads how far the trials are that are running.
func (w *watched) read(s *store.Store, ids []string) error {
	w.running, w.rate = nil, 0
	if len(ids) == 0 {
		return nil
	}
	records, err := s.Trials(store.Filter{IDs: ids})
	if err != nil {
		return err
	}
	for _, r := range records {
		curve, err := s.Epochs(r.ID)
		if err != nil {
			return err
		}
		trial := w.byID[r.ID]
		if trial.Baseline {
			continue
		}
		w.running = append(w.running, w.follow(trial, r, curve))
	}
	return nil
}

// follow says how far a training is, and adds its speed to that of all.
func (w *watched) follow(trial experiments.Trial, r store.Record, curve []store.Epoch) reports.RunningTrial {
	t := reports.RunningTrial{ID: r.ID, Label: w.labels[r.ID], Epoch: r.Epochs}
	if epochs, ok := trial.Setting.At("train.epochs"); ok {
		n, _ := epochs.(float64)
		t.Epochs = int(n)
	}
	trained := 0.0
	for _, row := range curve {
		trained += row.Seconds
		if loss, ok := row.Metrics["train.loss"]; ok {
			t.Losses = append(t.Losses, loss)
		}
	}
	if len(curve) > 0 && trained > 0 {
		perEpoch := trained / float64(len(curve))
		t.Share = shareOf(t, (r.Seconds-trained)/perEpoch)
		if last := curve[len(curve)-1].Seconds; last > 0 {
			w.rate += float64(w.examples(trial)) / last
		}
	}
	return t
}

// shareOf is how much of a trial is made where a part of the next epoch is.
func shareOf(t reports.RunningTrial, part float64) float64 {
	if t.Epochs == 0 {
		return 0
	}
	return (float64(t.Epoch) + min(max(part, 0), 0.99)) / float64(t.Epochs)
}

// baselineShare is how much of a training a model in closed form counts for.
const baselineShare = 0.01

// estimate works out the share of the work that is made, each training counting
// the same, and the time left at the speed since the run was first seen.
func (w *watched) estimate(now time.Time) {
	made, all := 0.0, 0.0
	for _, trial := range w.experiment.Trials {
		work := 1.0
		if trial.Baseline {
			work = baselineShare
		}
		all += work
		if w.states[trial.ID].Final() {
			made += work
		}
	}
	for _, t := range w.running {
		made += t.Share
	}
	w.share = made / max(all, baselineShare)
	if w.first.at.IsZero() {
		w.first.at, w.first.share = now, w.share
	}
	w.left = 0
	if gained := w.share - w.first.share; gained > 0 && w.share < 1 {
		w.left = time.Duration(float64(now.Sub(w.first.at)) * (1 - w.share) / gained)
	}
}

// standing is how the run stands.
func (w *watched) standing() reports.Board {
	board := reports.Board{
		Experiment: w.experiment.Name, States: map[store.State]int{}, Share: w.share, Rate: w.rate, Left: w.left,
		Running: w.running, Best: w.standings.Best(),
	}
	for _, state := range w.states {
		board.States[state]++
	}
	return board
}
