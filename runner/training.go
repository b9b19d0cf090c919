package runner

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// training is a trial that is being trained.
type training struct {
	*Runner
	trial    experiments.Trial
	set      *dataset
	design   *nn.Design
	stepWork float64 // of a step, in floating-point operations
	trainer  *nn.Trainer
	dry      bool // trained again for its model alone: nothing is recorded

	before  store.Progress // of earlier attempts
	trained time.Duration  // in this attempt, without evaluation
	saved   time.Time      // when the last checkpoint was written
	told    time.Time      // when the store was last told how far the trial has come
	epoch   time.Duration  // trained in this epoch, in this attempt
}

// newTraining builds the net, and goes on from the trial's checkpoint where it
// has one.
func (r *Runner) newTraining(ctx context.Context, trial experiments.Trial, set *dataset) (*training, error) {
	design, err := nn.NewDesign(trial.Setting)
	if err != nil {
		return nil, err
	}
	trainer, err := nn.NewTrainer(design, set.traits(), set.Train.Rows, uint64(trial.Seed))
	if err != nil {
		return nil, fmt.Errorf("trial %.10s: %w", trial.ID, err)
	}
	size, err := design.Size(set.Shape)
	if err != nil {
		return nil, fmt.Errorf("trial %.10s: %w", trial.ID, err)
	}
	t := &training{Runner: r, trial: trial, set: set, design: design, trainer: trainer, saved: time.Now(), told: time.Now()}
	t.stepWork = float64(size.TrainingFLOPs) * float64(trainer.Rows())
	state, found, err := r.store.LoadCheckpoint(trial.ID)
	if err != nil {
		return nil, err
	}
	if !found {
		if err := r.begin(ctx, trainer, trial); err != nil {
			return nil, err
		}
		r.options.Notify(Event{Kind: Started, Trial: trial})
		return t, nil
	}
	if err := trainer.Restore(state); err != nil {
		return nil, fmt.Errorf("trial %.10s: %w", trial.ID, err)
	}
	record, err := r.store.Trial(trial.ID)
	if err != nil {
		return nil, err
	}
	t.before = store.Progress{Epochs: record.Epochs, Seconds: record.Seconds}
	r.options.Notify(Event{Kind: Resumed, Trial: trial})
	return t, nil
}

// run trains to the end. When ctx ends it writes a checkpoint and returns
// ctx's error.
func (t *training) run(ctx context.Context) (*store.Result, error) {
	defer t.trainer.Close()
	t.atWork.Add(1)
	defer t.atWork.Add(-1)
	for !t.trainer.Done() {
		if ctx.Err() != nil {
			return nil, t.interrupt(ctx)
		}
		t.trainer.Threads(t.threads())
		began := time.Now()
		loss := t.trainer.Step(t.set.Train)
		took := time.Since(began)
		t.trained += took
		t.epoch += took
		made, all := t.trainer.Steps()
		if !finite(loss) {
			return t.diverged(made), nil
		}
		t.progress.step(t.trial.ID, made, all, loss, t.trainer.Examples(made)-t.trainer.Examples(made-1))
		if err := t.afterStep(); err != nil {
			return nil, err
		}
	}
	return t.measure()
}

// worthAThread is the work of a step, in floating-point operations, that is
// worth another thread: less is done before the thread has woken.
const worthAThread = 2e7

// threads is how many threads the trial may use for its next step.
func (t *training) threads() int {
	fair := t.options.Threads / max(1, int(t.atWork.Load()))
	return max(1, min(fair, int(t.stepWork/worthAThread)))
}

// tellEvery is how often the store is told how far a trial has come within an
// epoch, for those who watch from another process.
const tellEvery = 2 * time.Second

func (t *training) afterStep() error {
	var rows []store.Epoch
	if t.trainer.EpochEnded() {
		rows = append(rows, t.endEpoch())
	}
	var state []byte
	if time.Since(t.saved) > t.options.Every {
		state = t.trainer.Checkpoint()
		t.saved = time.Now()
	}
	if t.dry || rows == nil && state == nil && time.Since(t.told) < tellEvery {
		return nil
	}
	t.told = time.Now()
	return t.store.Checkpoint(t.trial.ID, rows, state, t.soFar())
}

// soFar is how far the trial has come over all attempts.
func (t *training) soFar() store.Progress {
	return store.Progress{Epochs: t.trainer.Epoch(), Seconds: t.before.Seconds + t.trained.Seconds()}
}

// endEpoch returns the row of the curve for the epoch that is complete.
func (t *training) endEpoch() store.Epoch {
	digest := t.trainer.Net().Digest()
	row := store.Epoch{
		Epoch:   t.trainer.Epoch(),
		Metrics: map[string]float64{},
		Digest:  hex.EncodeToString(digest[:]),
		Tensors: t.trainer.Net().TensorDigests(),
		Seconds: t.epoch.Seconds(),
	}
	for name, value := range t.trainer.Running() {
		row.Metrics[t.trainer.Phase()+"."+name] = value
	}
	if t.set.Validation != nil && !t.trainer.Pretraining() {
		for name, value := range t.trainer.Follow(t.set.Validation) {
			row.Metrics["validation."+name] = value
		}
		t.trainer.Judge(t.validationObjective(row))
	}
	t.epoch = 0
	t.options.Notify(Event{Kind: EpochEnded, Trial: t.trial, Epoch: &row, Epochs: t.trainer.Epochs()})
	return row
}

// validationObjective is what early stopping watches.
func (t *training) validationObjective(row store.Epoch) float64 {
	if objective, ok := row.Metrics["validation.objective"]; ok {
		return objective
	}
	return row.Metrics["validation.loss"]
}

func (t *training) interrupt(ctx context.Context) error {
	if t.dry {
		return ctx.Err()
	}
	if err := t.store.Checkpoint(t.trial.ID, nil, t.trainer.Checkpoint(), t.soFar()); err != nil {
		return err
	}
	return ctx.Err()
}

// diverged is the result of a training whose loss stopped being finite.
func (t *training) diverged(step int) *store.Result {
	result := t.result(store.Diverged)
	result.DivergedStep = step
	result.Notes = []string{fmt.Sprintf("the loss stopped being finite at step %d, in epoch %d", step, (step-1)/t.trainer.StepsPerEpoch()+1)}
	return result
}

// measure reconstructs the splits with the final weights.
func (t *training) measure() (*store.Result, error) {
	result := t.result(store.Done)
	if best := t.trainer.Finish(); t.design.Train.Stop != nil {
		result.Metrics["train.best_epoch"] = float64(best)
	}
	if t.design.Train.Epochs > 0 {
		for name, value := range t.trainer.Running() {
			result.Metrics["train."+name] = value
		}
	}
	for name, split := range t.set.measured() {
		for metric, value := range t.trainer.Measure(split, t.set.traits()) {
			result.Metrics[name+"."+metric] = value
		}
	}
	values, notes := t.trainer.Health(t.set.judged())
	for name, value := range values {
		result.Metrics["health."+name] = value
	}
	if loss, ok := result.Metrics["validation.loss"]; ok && t.design.Train.Epochs > 0 {
		result.Metrics["health.gap"] = loss - result.Metrics["train.loss"]
	}
	result.Notes = append(result.Notes, notes...)
	for _, value := range result.Metrics {
		if !finite(value) {
			made, _ := t.trainer.Steps()
			return t.diverged(made), nil
		}
	}
	digest := t.trainer.Net().Digest()
	result.WeightsSHA256 = hex.EncodeToString(digest[:])
	if t.dry {
		return result, nil
	}
	return result, t.keep(result)
}

// result is what is known of the trial however it ends.
func (t *training) result(state store.State) *store.Result {
	result := &store.Result{
		State:      state,
		Epochs:     t.trainer.Epoch(),
		Seconds:    t.soFar().Seconds,
		Parameters: len(t.trainer.Net().Grads), // those that are trained
		Metrics:    map[string]float64{},
	}
	if seconds := t.soFar().Seconds; seconds > 0 {
		made, _ := t.trainer.Steps()
		rate := t.trainer.Examples(made) / seconds
		result.ExamplesPerSecond = &rate
	}
	return result
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
