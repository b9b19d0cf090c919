package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// take runs a trial to its end, unless another process has claimed it. The
// error is one of the run; what goes wrong in the trial itself is recorded as
// its result.
func (r *Runner) take(ctx context.Context, trial experiments.Trial, dir string) (taken bool, err error) {
	if ctx.Err() != nil {
		return true, nil
	}
	if done, err := r.isDone(trial.ID); err != nil || done {
		if err == nil {
			err = r.later(ctx, trial, dir)
		}
		r.progress.done(trial.ID)
		return true, err
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

// isDone tells whether a trial is done, and all that it may need is to be
// evaluated.
func (r *Runner) isDone(id string) (bool, error) {
	states, err := r.store.States([]string{id})
	return states[id] == store.Done, err
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
	result, subject := &store.Result{State: store.Failed, Failure: failure}, (*nn.Subject)(nil)
	if failure == "" {
		result, subject, err = r.guarded(ctx, trial, set)
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
	if err := r.follow(ctx, trial, result, subject); err != nil {
		return err
	}
	r.progress.done(trial.ID)
	r.options.Notify(Event{Kind: Finished, Trial: trial, Result: result})
	if r.options.FailFast && result.State != store.Done {
		return ErrStopped
	}
	return nil
}

// follow does what a trial that has ended asks for.
func (r *Runner) follow(ctx context.Context, trial experiments.Trial, result *store.Result, subject *nn.Subject) error {
	if err := r.outdo(trial, result); err != nil || result.State != store.Done {
		return err
	}
	owed, err := r.owed([]string{trial.ID})
	if err != nil {
		return err
	}
	return r.evaluate(ctx, trial, subject, owed[trial.ID])
}

// guarded runs a trial, and returns its model where it is done. A panic is an
// accident of that trial, and its result.
func (r *Runner) guarded(ctx context.Context, trial experiments.Trial, set *dataset) (result *store.Result, subject *nn.Subject, err error) {
	defer func() {
		if accident := recover(); accident != nil {
			result = &store.Result{State: store.Failed, Failure: fmt.Sprintf("%v\n%s", accident, debug.Stack())}
			err = nil
		}
	}()
	if trial.Baseline {
		r.options.Notify(Event{Kind: Started, Trial: trial})
		result, subject, err = fitBaseline(trial, set)
		if err == nil && result.State == store.Done {
			err = r.keepBaseline(trial, set, subject.Projection())
		}
		return result, subject, err
	}
	t, err := r.newTraining(ctx, trial, set)
	if err != nil {
		return nil, nil, err
	}
	result, err = t.run(ctx)
	if err == nil && result.State == store.Done {
		subject = t.trainer.Subject(set.splits())
	}
	return result, subject, err
}
