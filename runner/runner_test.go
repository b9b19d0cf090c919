package runner

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

const spec = `
version: 1
name: small
data: {kind: digits, validation: 100, train_limit: 600, test_limit: 100}
model: {encoder: [32], code: 4, output: sigmoid}
train: {epochs: 4, batch: 32}
seeds: 2
sweep:
  cases:
    plain: {}
    denoising: {model.corruption: {kind: gaussian, sigma: 0.3}}
    variational: {model.bottleneck: gaussian, regularisers.kl: 1, loss: {kind: bce, reduce: sum}}
    stopped: {train.stop: {patience: 1}, train.epochs: 40, train.optimiser.rate: 0.05}
`

func read(t testing.TB, text string) *experiments.Experiment {
	t.Helper()
	e, err := experiments.Read(filepath.Join(t.TempDir(), "spec.yaml"), []byte(text), experiments.Edits{}, NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func open(t testing.TB, path string, e *experiments.Experiment) *store.Store {
	t.Helper()
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Register(e, nn.Numerics); err != nil {
		t.Fatal(err)
	}
	return s
}

// canonical is what a store remembers, without times and machines.
func canonical(t testing.TB, s *store.Store) string {
	t.Helper()
	var out bytes.Buffer
	if err := s.Export(&out, true); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// uninterrupted is what one worker with one thread makes of an experiment.
func uninterrupted(t testing.TB, e *experiments.Experiment) string {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "whole.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 1, Threads: 1}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	return canonical(t, s)
}

func TestRunIsIdempotentAndTakesAnyNumberOfWorkers(t *testing.T) {
	e := read(t, spec)
	want := uninterrupted(t, e)
	if n := strings.Count(want, `"state":"done"`); n != len(e.Trials) {
		t.Fatalf("%d trials done, want all %d:\n%s", n, len(e.Trials), want)
	}
	for _, options := range []Options{{Workers: 2, Threads: 2}, {Workers: 1, Threads: 4}, {Workers: 8, Threads: 8}} {
		s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
		if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
			t.Fatal(err)
		}
		if got := canonical(t, s); got != want {
			t.Errorf("%+v gives other results", options)
		}
		options.Notify = func(event Event) { t.Errorf("a second run does something: %+v", event) }
		if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInterruptedRunsEndInTheSameBits(t *testing.T) {
	e := read(t, strings.Replace(spec, "epochs: 4,", "epochs: 60,", 1)) // long enough to be interrupted often
	want := uninterrupted(t, e)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	random := rand.New(rand.NewPCG(1, 2))
	interrupts := 0
	var resumed atomic.Int32
	for {
		// Longer and longer, so that a slow machine comes to an end too.
		limit := time.Duration(1+random.IntN(20)+interrupts/2) * time.Millisecond
		ctx, stop := context.WithTimeout(context.Background(), limit)
		// Checkpoints at any time, too.
		options := Options{Workers: 2, Threads: 2, Every: time.Millisecond, Notify: func(event Event) {
			if event.Kind == Resumed {
				resumed.Add(1)
			}
		}}
		err := New(s, store.Machine{}, options).Run(ctx, e.Dir, e.Trials)
		stop()
		if err == nil {
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		interrupts++
	}
	if got := canonical(t, s); got != want {
		t.Errorf("interrupted %d times, the results are others", interrupts)
	}
	t.Logf("interrupted %d times, %d trials went on from a checkpoint", interrupts, resumed.Load())
	if resumed.Load() == 0 {
		t.Error("no trial went on from a checkpoint")
	}
}

func TestTwoRunnersShareTheWork(t *testing.T) {
	e := read(t, spec)
	path := filepath.Join(t.TempDir(), "hourglass.db")
	var runs sync.WaitGroup
	var mutex sync.Mutex
	finished := map[string]int{}
	for range 2 {
		s := open(t, path, e)
		runs.Go(func() {
			options := Options{Workers: 1, Threads: 1, Notify: func(event Event) {
				if event.Kind == Finished {
					mutex.Lock()
					finished[event.Trial.ID]++
					mutex.Unlock()
				}
			}}
			if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	for _, trial := range e.Trials {
		if finished[trial.ID] != 1 {
			t.Errorf("trial %.10s was run %d times", trial.ID, finished[trial.ID])
		}
	}
}

func TestDivergenceIsAResultAndStopsNothing(t *testing.T) {
	e := read(t, strings.Replace(spec, "sweep:\n  cases:", "sweep:\n  cases:\n    wild: {model.output: linear, train.optimiser: {kind: sgd, rate: 1e9}}", 1))
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 2, Threads: 2}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	diverged, err := s.Trials(store.Filter{States: []store.State{store.Diverged}})
	if err != nil {
		t.Fatal(err)
	}
	if len(diverged) != 2 || diverged[0].DivergedStep < 2 || diverged[0].WeightsSHA256 != "" {
		t.Errorf("both seeds diverge, without a digest, got %+v", diverged)
	}
	failFast := read(t, strings.Replace(strings.Replace(spec, "name: small", "name: fast", 1), "train.optimiser.rate: 0.05", "model.output: linear, train.optimiser: {kind: sgd, rate: 1e9}", 1))
	err = New(open(t, filepath.Join(t.TempDir(), "fast.db"), failFast), store.Machine{}, Options{Workers: 1, FailFast: true}).Run(context.Background(), failFast.Dir, failFast.Trials)
	if !errors.Is(err, ErrStopped) {
		t.Errorf("fail-fast: %v", err)
	}
}

func TestMissingDataIsAnErrorOfTheRun(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "table.csv")
	if err := os.WriteFile(file, []byte("a,b\n1,2\n3,4\n5,7\n6,5\n7,7\n1,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	text := "version: 1\nname: table\ndata: {kind: csv, train: table.csv, test_count: 2}\nmodel: {encoder: [], code: 1}\ntrain: {epochs: 1}\n"
	e, err := experiments.Read(filepath.Join(dir, "spec.yaml"), []byte(text), experiments.Edits{}, NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "hourglass.db"), e)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	err = New(s, store.Machine{}, Options{Workers: 1}).Run(context.Background(), e.Dir, e.Trials)
	if err == nil || !strings.Contains(err.Error(), "table.csv") {
		t.Errorf("want an error that names table.csv, got %v", err)
	}
	states, err := s.States(e.IDs())
	if err != nil {
		t.Fatal(err)
	}
	for id, state := range states {
		if state != store.Waiting {
			t.Errorf("trial %.10s is %s, want waiting", id, state)
		}
	}
}

func TestReproduceFindsTheSameBits(t *testing.T) {
	e := read(t, spec)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 2, Threads: 2}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	records, err := s.Trials(store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		again, err := Reproduce(context.Background(), record, store.Machine{}, Options{Workers: 1, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if again.Record.WeightsSHA256 != record.WeightsSHA256 || again.Record.Metrics["test.mse"] != record.Metrics["test.mse"] {
			t.Errorf("trial %.10s is not reproduced", record.ID)
		}
	}
}

func TestBadPanicIsTheTrialsAccident(t *testing.T) {
	e := read(t, spec)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	broken := e.Trials[len(e.Trials)-1]
	options := Options{Workers: 1, Notify: func(event Event) {
		if event.Kind == EpochEnded && event.Trial.ID == broken.ID {
			panic("out of luck")
		}
	}}
	if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	record, err := s.Trial(broken.ID)
	if err != nil {
		t.Fatal(err)
	}
	if record.State != store.Failed || !strings.HasPrefix(record.Failure, "out of luck") {
		t.Errorf("want failed with its text, got %s: %.40s", record.State, record.Failure)
	}
}
