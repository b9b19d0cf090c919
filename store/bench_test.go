package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// BenchmarkCheckpoint records epochs, one a transaction, while two readers
// poll. Design: at least 2,000 rows a second.
func BenchmarkCheckpoint(b *testing.B) {
	s := newStore(b)
	e := experiment("code-size", 2, 4, 8, 16)
	must(b, s.Register(e, 1))
	done, polls := make(chan struct{}), make(chan int)
	for range 2 {
		reader, err := OpenReadOnly(s.Path())
		must(b, err)
		defer reader.Close()
		go func() { polls <- poll(b, reader, e.Trials[0].ID, done) }()
	}
	id := e.Trials[0].ID
	must(b, s.Start(id, machine))
	epoch := 0
	for b.Loop() {
		epoch++
		must(b, s.Checkpoint(id, []Epoch{epochRow(epoch)}, nil, Progress{Epochs: epoch}))
	}
	close(done)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(<-polls+<-polls)/b.Elapsed().Seconds(), "polls/s")
}

// poll lists all trials and reads the end of a curve every 20 ms.
func poll(t testing.TB, s *Store, id string, done chan struct{}) (polls int) {
	for {
		select {
		case <-done:
			return polls
		case <-time.After(20 * time.Millisecond):
		}
		if _, err := s.Trials(Filter{}); err != nil {
			t.Error(err)
		}
		if _, err := s.Epochs(id); err != nil {
			t.Error(err)
		}
		polls++
	}
}

func epochRow(epoch int) Epoch {
	return Epoch{Epoch: epoch, Seconds: 0.25, Digest: id(fmt.Sprint(epoch)), Metrics: map[string]float64{
		"train.loss": 1 / float64(epoch+1), "train.objective": 1.1 / float64(epoch+1), "validation.loss": 1.3 / float64(epoch+1),
	}}
}

// BenchmarkList lists trials by a condition among 100,000 trials with
// 2,000,000 epochs. Design: under two seconds, opening included.
func BenchmarkList(b *testing.B) {
	for _, seeds := range []int{1, 5} {
		path := filepath.Join(b.TempDir(), "hourglass.db")
		fill(b, path, 100_000/seeds, seeds, 20)
		for _, condition := range []string{"model.code=8", "model.depth=2", "test.mse<0.02", "train.optimiser.rate<0.0005", "seed=1", "state=done"} {
			b.Run(fmt.Sprintf("seeds=%d/%s", seeds, condition), func(b *testing.B) { benchmarkList(b, path, condition) })
		}
	}
}

func benchmarkList(b *testing.B, path, text string) {
	condition, err := ParseCondition(text)
	must(b, err)
	var records []Record
	for b.Loop() {
		s, err := OpenReadOnly(path)
		must(b, err)
		records, err = s.Trials(Filter{Where: []Condition{condition}})
		must(b, err)
		must(b, s.Close())
	}
	b.ReportMetric(float64(len(records)), "trials")
}

// fill makes a store of finished trials: settings × seeds, each with epochs
// and ten metrics.
func fill(b *testing.B, path string, settings, seeds, epochs int) {
	s := reopen(b, path)
	e := &experiments.Experiment{Name: "large", Text: []byte("name: large")}
	for i := range settings {
		setting := setting(1<<(i%8)).With("train.optimiser.rate", 1e-3/float64(i+1))
		for seed := 1; seed <= seeds; seed++ {
			e.Trials = append(e.Trials, experiments.Trial{ID: id(fmt.Sprint(i, seed)), Setting: setting, Seed: seed, Family: "sparse",
				Places: []experiments.Place{{Values: map[string]string{"train.optimiser.rate": fmt.Sprint(i)}}}})
		}
	}
	start := time.Now()
	must(b, s.Register(e, 1))
	b.Logf("register %d trials: %v", len(e.Trials), time.Since(start))
	rows := make([]Epoch, epochs)
	for i := range rows {
		rows[i] = epochRow(i + 1)
	}
	start = time.Now()
	for i, trial := range e.Trials {
		must(b, s.Start(trial.ID, machine))
		must(b, s.Checkpoint(trial.ID, rows, nil, Progress{Epochs: epochs}))
		metrics := map[string]float64{}
		for j, name := range []string{"loss", "mse", "sse", "l1", "bce", "psnr", "ssim", "fvu", "kl", "objective"} {
			metrics["test."+name] = float64(i%1000)/1000 + float64(j)
		}
		metrics["test.mse"] = float64(i%1000) / 1000
		must(b, s.Finish(trial.ID, Result{State: Done, Epochs: epochs, Metrics: metrics, Machine: machine, WeightsSHA256: trial.ID}))
	}
	b.Logf("%d epochs: %v", len(e.Trials)*epochs, time.Since(start))
}
