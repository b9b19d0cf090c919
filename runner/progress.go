package runner

import (
	"sort"
	"sync"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// Progress is how far a run has come.
type Progress struct {
	Trials, Done int           // that this run has to see to
	Share        float64       // of the work, from 0 to 1
	Left         time.Duration // at the speed so far; 0 while nothing is known
	Examples     float64       // that this run has trained on
	Active       []Active      // by trial id
}

// Active is a trial that is being trained.
type Active struct {
	ID        string
	Made, All int     // steps
	Loss      float64 // a running mean over the last batches
}

// progress adds up the work of a run. Work is counted in floating-point
// operations.
type progress struct {
	mutex  sync.Mutex
	began  time.Time // of the first step
	fed    float64   // examples that were trained on
	works  map[string]float64
	shares map[string]float64
	active map[string]Active
	first  map[string]float64 // share at which this run took the trial up
}

func newProgress() *progress {
	return &progress{works: map[string]float64{}, shares: map[string]float64{}, active: map[string]Active{}, first: map[string]float64{}}
}

func (p *progress) expect(id string, work float64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.works[id] = work
}

// smoothedOver is how many batches the running mean of the loss looks back on.
const smoothedOver = 20

// step takes a step of a trial into account, which was made on so many examples.
func (p *progress) step(id string, made, all int, loss, examples float64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.fed += examples
	if p.began.IsZero() {
		p.began = time.Now()
	}
	share := float64(made) / float64(all)
	if _, known := p.first[id]; !known {
		p.first[id] = share
	}
	p.shares[id] = share
	if before, known := p.active[id]; known {
		loss = before.Loss + (loss-before.Loss)/smoothedOver
	}
	p.active[id] = Active{ID: id, Made: made, All: all, Loss: loss}
}

func (p *progress) done(id string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.shares[id] = 1
	delete(p.active, id)
}

// Progress returns how far the run has come.
func (r *Runner) Progress() Progress {
	p := r.progress
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var all, made, here float64
	out := Progress{Trials: len(p.works), Examples: p.fed}
	for id, work := range p.works {
		share := p.shares[id]
		all += work
		made += work * share
		here += work * (share - p.first[id])
		if share == 1 && p.active[id].All == 0 {
			out.Done++
		}
	}
	if all > 0 {
		out.Share = made / all
	}
	if here > 0 && !p.began.IsZero() {
		out.Left = time.Duration(float64(time.Since(p.began)) * (all - made) / here)
	}
	for _, active := range p.active {
		out.Active = append(out.Active, active)
	}
	sort.Slice(out.Active, func(i, j int) bool { return out.Active[i].ID < out.Active[j].ID })
	return out
}

// baselineWork stands for what a model in closed form takes.
const baselineWork = 1e8

// work returns the floating-point operations of a trial.
func (w *World) work(trial experiments.Trial, dir string) float64 {
	cost, err := w.Cost(trial.Setting, dir)
	if err != nil || trial.Baseline {
		return baselineWork
	}
	return max(cost.FLOPs, 1)
}
