package runner

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// Options say how trials are run. None of them changes a result.
type Options struct {
	Workers  int  // trials at a time
	Threads  int  // threads in all, which the trials at work share; at least Workers
	FailFast bool // stop at the first trial that fails or diverges
	// Checkpoints are written at least so often in training; 0 is every 30 s.
	Every    time.Duration
	Ranking  Ranking               // of repeats, where only the best one's weights are kept
	Evaluate []experiments.Setting // what is measured on trials that are done; resolved parts of role evaluation
	// KeepBaselines writes the models of baselines that can be used beside the
	// store: see [KeepsBaselines].
	KeepBaselines bool
	keepAll       bool // whatever train.keep says
	// Notify is told what happens, from several goroutines; it may be nil.
	Notify func(Event)
}

// Event is something that happened to a trial, or a message about data.
type Event struct {
	Trial      experiments.Trial
	Kind       EventKind
	Epoch      *store.Epoch      // of EpochEnded
	Epochs     int               // of EpochEnded: how many there will be
	Result     *store.Result     // of Finished
	Message    string            // of Message
	Evaluation *store.Evaluation // of Evaluated
}

// EventKind says what happened.
type EventKind int

// The kinds of events.
const (
	Message    EventKind = iota // something takes a while, such as fetching data
	Started                     // a trial began
	Resumed                     // a trial goes on from its checkpoint
	EpochEnded                  // an epoch of a trial is complete
	Finished                    // a trial is done, diverged or failed
	Evaluated                   // an evaluation was added to a trial that is done
	Elsewhere                   // a trial is left to another process that works on it
)

// ErrStopped is returned by Run when Options.FailFast ended it.
var ErrStopped = errors.New("stopped at the first trial that did not end well")

// elsewherePause is how often trials that another process works on are looked at.
const elsewherePause = 500 * time.Millisecond

// Runner works trials off and records them in a store.
type Runner struct {
	store    *store.Store
	options  Options
	machine  store.Machine
	datasets *datasets
	progress *progress
	atWork   atomic.Int32 // trials that are being trained
	owing    owing        // what is added to trials that are done
}

// New returns a runner that records in s. program is the version and commit
// that trials are recorded with.
func New(s *store.Store, program store.Machine, options Options) *Runner {
	if options.Notify == nil {
		options.Notify = func(Event) {}
	}
	if options.Every == 0 {
		options.Every = 30 * time.Second
	}
	r := &Runner{store: s, options: options, machine: describeMachine(program), progress: newProgress(), owing: Due}
	r.datasets = newDatasets(options.Threads, func(text string) { options.Notify(Event{Kind: Message, Message: text}) })
	return r
}

// Run works off what is not final of some trials that are registered in the
// store, in their order, adds the evaluations that are due, and returns when all
// are final. Relative paths in
// their data start from dir. Trials that another process works on are left to
// it, and waited for.
//
// When ctx ends, trials finish the step that they are at, are checkpointed and
// go back to waiting; the error is then ctx's. An error of the data or the
// store ends the run in the same way.
func (r *Runner) Run(ctx context.Context, dir string, trials []experiments.Trial) error {
	pending, err := r.pending(dir, experiments.WithSources(trials, trials, nn.Numerics))
	if err != nil {
		return err
	}
	for len(pending) > 0 {
		elsewhere, err := r.pass(ctx, dir, pending)
		if err != nil {
			return err
		}
		if pending, err = r.pending(dir, elsewhere); err != nil {
			return err
		}
		if len(pending) > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(elsewherePause):
			}
		}
	}
	return nil
}

// pending returns the trials that are not final yet, or lack evaluations, in
// their order.
func (r *Runner) pending(dir string, trials []experiments.Trial) ([]experiments.Trial, error) {
	ids := make([]string, len(trials))
	for i, trial := range trials {
		ids[i] = trial.ID
	}
	states, err := r.store.States(ids)
	if err != nil {
		return nil, err
	}
	owed, err := r.owed(ids)
	if err != nil {
		return nil, err
	}
	var pending []experiments.Trial
	world := NewWorld()
	for _, trial := range trials {
		if !states[trial.ID].Final() {
			pending = append(pending, trial)
			r.progress.expect(trial.ID, world.work(trial, dir))
		} else if states[trial.ID] == store.Done && len(owed[trial.ID]) > 0 {
			pending = append(pending, trial)
			r.progress.expect(trial.ID, baselineWork)
		}
	}
	return pending, nil
}

// pass works through the trials once and returns those that another process
// had claimed.
func (r *Runner) pass(ctx context.Context, dir string, pending []experiments.Trial) ([]experiments.Trial, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan experiments.Trial)
	var elsewhere []experiments.Trial
	var mutex sync.Mutex
	var workers sync.WaitGroup
	for range max(1, min(r.options.Workers, len(pending))) {
		workers.Go(func() {
			for trial := range queue {
				taken, err := r.take(ctx, trial, dir)
				if err != nil {
					stop(err)
				} else if !taken {
					mutex.Lock()
					elsewhere = append(elsewhere, trial)
					mutex.Unlock()
				}
			}
		})
	}
	for _, trial := range pending {
		select {
		case queue <- trial:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	return elsewhere, context.Cause(ctx)
}
