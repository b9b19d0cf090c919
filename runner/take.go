package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// take runs a trial to its end, unless another process has claimed it. The
// error is one of the run; what goes wrong in the trial itself is recorded as
// its result.
func (r *Runner) take(ctx context.Context, trial experiments.Trial, dir string) (taken bool, err error) {
	if ctx.Err() != nil {
		return true, nil
	}
	waits, failure, err := r.awaits(trial)
	if err != nil || waits {
		return false, err
	}
	claimed, err := r.store.Claim(trial.ID)
	if err != nil || !claimed {
		r.options.Notify(Event{Kind: Elsewhere, Trial: trial})
		return false, err
	}
	defer r.store.Release(trial.ID)
	states, err := r.store.States([]string{trial.ID})
	if err != nil || states[trial.ID].Final() { // another process finished it meanwhile
		r.progress.done(trial.ID)
		return true, err
	}
	return true, r.start(ctx, trial, dir, failure)
}

// start runs a trial that is claimed, and records how it ends. Where failure says
// why it cannot be run, that is how.
func (r *Runner) start(ctx context.Context, trial experiments.Trial, dir, failure string) error {
	set, err := r.datasets.get(ctx, trial.Setting, dir)
	if err != nil {
		return err
	}
	if err := r.store.Start(trial.ID, r.machine); err != nil {
		return err
	}
	began := time.Now()
	result := &store.Result{State: store.Failed, Failure: failure}
	if failure == "" {
		result, err = r.guarded(ctx, trial, set)
	}
	if err != nil {
		if interrupting := r.store.Interrupt(trial.ID); interrupting != nil && !errors.Is(err, store.ErrStore) {
			err = errors.Join(err, interrupting)
		}
		return err
	}
	if result.Seconds == 0 {
		result.Seconds = time.Since(began).Seconds()
	}
	result.Machine = r.machine
	result.Machine.PeakMemory = peakMemory()
	if err := r.store.Finish(trial.ID, *result); err != nil {
		return err
	}
	if err := r.outdo(trial, result); err != nil {
		return err
	}
	r.progress.done(trial.ID)
	r.options.Notify(Event{Kind: Finished, Trial: trial, Result: result})
	if r.options.FailFast && result.State != store.Done {
		return ErrStopped
	}
	return nil
}

// guarded runs a trial. A panic is an accident of that trial, and its result.
func (r *Runner) guarded(ctx context.Context, trial experiments.Trial, set *dataset) (result *store.Result, err error) {
	defer func() {
		if accident := recover(); accident != nil {
			result = &store.Result{State: store.Failed, Failure: fmt.Sprintf("%v\n%s", accident, debug.Stack())}
			err = nil
		}
	}()
	if trial.Baseline {
		r.options.Notify(Event{Kind: Started, Trial: trial})
		return fitBaseline(trial, set)
	}
	t, err := r.newTraining(ctx, trial, set)
	if err != nil {
		return nil, err
	}
	return t.run(ctx)
}
