package main

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// How often progress is told: on a board on a terminal, in lines elsewhere.
const (
	boardPause = 150 * time.Millisecond
	linePause  = 10 * time.Second
)

// progress shows how a run goes: on a terminal a board at its bottom,
// elsewhere plain lines.
type progress struct {
	voice      *voice
	quiet      bool
	experiment *experiments.Experiment
	evaluating bool // whether evaluations are told one by one
	runner     *runner.Runner

	mutex     sync.Mutex
	screen    *screen // nil where there is none
	states    map[string]store.State
	trials    map[string]*followed // that are being trained
	standings *reports.Standings
	rate      rateMeter
	store     *store.Store
	shared    bool      // another process works on some of the trials
	read      time.Time // when their states were last read
}

// followed is a trial that is being trained, as far as the board shows it.
type followed struct {
	label         string
	epoch, epochs int
	losses        history
}

func newProgress(v *voice, e *experiments.Experiment, quiet bool) *progress {
	return &progress{
		voice: v, quiet: quiet, experiment: e,
		states: map[string]store.State{}, trials: map[string]*followed{}, standings: reports.NewStandings(e),
	}
}

// begin reads where the trials of a run stand before it.
func (p *progress) begin(s *store.Store, trials []experiments.Trial) error {
	p.store = s
	if p.quiet {
		return nil
	}
	ids := idsOf(trials)
	states, err := s.States(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		p.states[id] = states[id]
	}
	if !p.voice.terminal {
		return nil
	}
	p.screen = &screen{w: p.voice.w}
	known, err := reports.ReadExperiment(s, p.experiment)
	for _, t := range known {
		p.standings.Ended(t)
	}
	return err
}

// follow begins to show how r goes, and returns what ends it.
func (p *progress) follow(r *runner.Runner) (stop func()) {
	p.runner = r
	if p.quiet {
		return func() {}
	}
	pause := linePause
	if p.screen != nil {
		pause = boardPause
	}
	ended := make(chan struct{})
	var told sync.WaitGroup
	told.Go(func() {
		ticks := time.NewTicker(pause)
		defer ticks.Stop()
		for {
			select {
			case <-ended:
				return
			case now := <-ticks.C:
				p.tick(now, r.Progress())
			}
		}
	})
	return func() {
		close(ended)
		told.Wait()
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if p.screen != nil {
			p.screen.clear()
			p.screen = nil
		}
	}
}

func (p *progress) tick(at time.Time, now runner.Progress) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if now.Trials == 0 {
		return
	}
	for _, active := range now.Active {
		if t := p.trials[active.ID]; t != nil {
			t.losses.add(active.Loss)
		}
	}
	p.rate.add(at, now.Examples)
	p.readShared(at)
	board := p.board(now)
	if p.screen == nil {
		p.voice.say("%s", board.Summary())
		return
	}
	width, height := p.screen.size()
	p.screen.draw(board.Lines(width, height, p.voice.paint))
}

// readEvery is how often the states of trials are read that others work on.
const readEvery = 2 * time.Second

// readShared reads where the trials stand that another process works on. The
// board can do without: what goes wrong here goes wrong in the run too.
func (p *progress) readShared(at time.Time) {
	if !p.shared || at.Sub(p.read) < readEvery {
		return
	}
	p.read = at
	var open []string
	for id, state := range p.states {
		if !state.Final() && p.trials[id] == nil {
			open = append(open, id)
		}
	}
	states, err := p.store.States(open)
	if err != nil {
		return
	}
	maps.Copy(p.states, states)
}

// board is how the run stands.
func (p *progress) board(now runner.Progress) reports.Board {
	board := reports.Board{
		Experiment: p.experiment.Name, States: map[store.State]int{}, Share: now.Share, Rate: p.rate.perSecond(), Left: now.Left,
		Best: p.standings.Best(),
	}
	for state := range maps.Values(p.states) {
		board.States[state]++
	}
	for _, active := range now.Active {
		t := p.trials[active.ID]
		if t == nil || active.All == 0 {
			continue
		}
		board.Running = append(board.Running, reports.RunningTrial{
			ID: active.ID, Label: t.label, Epoch: t.epoch, Epochs: max(t.epochs, t.epoch),
			Share: float64(active.Made) / float64(active.All), Losses: t.losses.values,
		})
	}
	return board
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
	switch id := event.Trial.ID; event.Kind {
	case runner.Message:
		p.line("%s", event.Message)
	case runner.Started, runner.Resumed:
		p.start(event)
	case runner.Elsewhere:
		p.shared = true
	case runner.Evaluated:
		if p.evaluating {
			p.line("%s  %s in %s", p.label(event.Trial), evaluationOf(event.Evaluation.Setting), duration(time.Duration(event.Evaluation.Seconds*float64(time.Second))))
		}
	case runner.EpochEnded:
		if t := p.trials[id]; t != nil {
			t.epoch, t.epochs = event.Epoch.Epoch, event.Epochs
		}
	case runner.Finished:
		delete(p.trials, id)
		p.states[id] = event.Result.State
		p.standings.Ended(reports.EndedTrial(p.experiment, event.Trial, *event.Result))
		p.line("%s", p.ending(event))
	}
}

func (p *progress) start(event runner.Event) {
	if event.Kind == runner.Resumed {
		p.line("%s goes on from its checkpoint", p.label(event.Trial))
	}
	p.states[event.Trial.ID] = store.Running
	if event.Trial.Baseline {
		return
	}
	t := &followed{label: reports.LabelOf(p.experiment, event.Trial)}
	if epochs, ok := event.Trial.Setting.At("train.epochs"); ok {
		if n, isNumber := epochs.(float64); isNumber {
			t.epochs = int(n)
		}
	}
	p.trials[event.Trial.ID] = t
}

// line prints a line above the board.
func (p *progress) line(format string, args ...any) {
	if p.screen != nil {
		p.screen.print(fmt.Sprintf(format, args...))
		return
	}
	p.voice.say(format, args...)
}

// label names a trial: its case, the values of its axes, and its seed.
func (p *progress) label(trial experiments.Trial) string {
	words := []string{trial.ID[:10], trial.Family}
	if len(trial.Places) > 0 {
		place := trial.Places[0]
		if place.Case != "" {
			words = append(words, place.Case)
		}
		for _, axis := range p.experiment.Axes {
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

// evaluationOf is what an evaluation is called.
func evaluationOf(setting experiments.Setting) string {
	if setting["split"] == "validation" {
		return setting.Kind() + " on validation"
	}
	return setting.Kind()
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
