package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// How often progress is told: bars on a terminal, lines elsewhere.
const (
	barPause  = 120 * time.Millisecond
	linePause = 10 * time.Second
)

// progress shows how a run goes: on a terminal a bar for each trial that is
// being trained and one for all, elsewhere plain lines.
type progress struct {
	voice  *voice
	quiet  bool
	axes   []string
	runner *runner.Runner

	mutex sync.Mutex
	bars  *mpb.Progress // nil where there are none
	total *mpb.Bar
	byID  map[string]*mpb.Bar
	began time.Time
}

func newProgress(v *voice, e *experiments.Experiment, quiet bool) *progress {
	return &progress{voice: v, quiet: quiet, axes: e.Axes, byID: map[string]*mpb.Bar{}, began: time.Now()}
}

// follow begins to show how r goes, and returns what ends it.
func (p *progress) follow(r *runner.Runner) (stop func()) {
	p.runner = r
	if p.quiet {
		return func() {}
	}
	pause := linePause
	if p.voice.terminal {
		pause = barPause
		p.bars = mpb.New(mpb.WithOutput(p.voice.w), mpb.WithWidth(40), mpb.WithRefreshRate(barPause))
	}
	ended := make(chan struct{})
	var told sync.WaitGroup
	told.Go(func() {
		for ticks := time.NewTicker(pause); ; {
			select {
			case <-ended:
				ticks.Stop()
				return
			case <-ticks.C:
				p.tick(r.Progress())
			}
		}
	})
	return func() {
		close(ended)
		told.Wait()
		p.end()
	}
}

// end takes the bars away.
func (p *progress) end() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bars == nil {
		return
	}
	for _, bar := range p.byID {
		bar.Abort(true)
	}
	if p.total != nil {
		p.total.Abort(true)
	}
	p.bars.Wait()
	p.bars = nil
}

// permille is the length of a bar.
const permille = 1000

func (p *progress) tick(now runner.Progress) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if now.Trials == 0 {
		return
	}
	if p.bars == nil {
		p.voice.say("%s", summary(now))
		return
	}
	if p.total == nil {
		p.total = p.addBar("all", func() string { return summary(p.runner.Progress()) })
		p.total.SetPriority(1 << 30)
	}
	p.total.SetCurrent(int64(now.Share * permille))
	for _, active := range now.Active {
		if bar := p.byID[active.ID]; bar != nil && active.All > 0 {
			bar.SetCurrent(int64(permille * active.Made / active.All))
		}
	}
}

func (p *progress) addBar(name string, tail func() string) *mpb.Bar {
	return p.bars.AddBar(permille,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.Any(func(decor.Statistics) string { return "  " + tail() })),
	)
}

// summary tells how far a run has come.
func summary(now runner.Progress) string {
	text := fmt.Sprintf("%d of %s done, %.0f %%", now.Done, count(now.Trials, "trial"), 100*now.Share)
	if now.Left > 0 {
		text += ", " + duration(now.Left) + " left"
	}
	return text
}

// duration returns a time that people can read: 8.3 s, 2 min 10 s, 3 h 5 min.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// notify tells what happened to a trial.
func (p *progress) notify(event runner.Event) {
	if p.quiet {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	switch event.Kind {
	case runner.Message:
		p.line("%s", event.Message)
	case runner.Started, runner.Resumed:
		p.start(event)
	case runner.Finished:
		if bar := p.byID[event.Trial.ID]; bar != nil {
			bar.Abort(true)
			delete(p.byID, event.Trial.ID)
		}
		p.line("%s", p.ending(event))
	}
}

func (p *progress) start(event runner.Event) {
	if event.Kind == runner.Resumed {
		p.line("%s goes on from its checkpoint", p.label(event.Trial))
	}
	if p.bars == nil || event.Trial.Baseline {
		return
	}
	id := event.Trial.ID
	p.byID[id] = p.addBar(p.label(event.Trial), func() string {
		for _, active := range p.runner.Progress().Active {
			if active.ID == id {
				return fmt.Sprintf("loss %.4g", active.Loss)
			}
		}
		return ""
	})
}

// line prints a line above the bars.
func (p *progress) line(format string, args ...any) {
	w := p.voice.w
	if p.bars != nil {
		w = io.Writer(p.bars)
	}
	fmt.Fprintf(w, format+"\n", args...)
}

// label names a trial: its case, the values of its axes, and its seed.
func (p *progress) label(trial experiments.Trial) string {
	words := []string{trial.ID[:10], trial.Family}
	if len(trial.Places) > 0 {
		place := trial.Places[0]
		if place.Case != "" {
			words = append(words, place.Case)
		}
		for _, axis := range p.axes {
			if value, ok := place.Values[axis]; ok {
				words = append(words, axis+" "+value)
			}
		}
	}
	if !trial.Baseline {
		words = append(words, fmt.Sprintf("seed %d", trial.Seed))
	}
	return strings.Join(words, "  ")
}

func (p *progress) ending(event runner.Event) string {
	result, now := event.Result, p.runner.Progress()
	text := fmt.Sprintf("[%d/%d] %s  ", now.Done, now.Trials, p.label(event.Trial))
	switch result.State {
	case store.Done:
		text += "done in " + duration(time.Duration(result.Seconds*float64(time.Second)))
		if mse, ok := result.Metrics["test.mse"]; ok {
			text += fmt.Sprintf("  test.mse %.5g", mse)
		}
	case store.Diverged:
		text += p.voice.paint("33", fmt.Sprintf("diverged at step %d", result.DivergedStep))
	case store.Failed:
		first, _, _ := strings.Cut(result.Failure, "\n")
		text += p.voice.paint("31", "failed: "+first)
	}
	return text
}
