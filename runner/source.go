package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/store"
)

// CheckSource reports where the layers of a source have other parameters than
// those of the setting that continues from it. What a loss trains beside them
// need not be there: it begins anew.
func (w *World) CheckSource(setting, source experiments.Setting, dir string) registry.Mistakes {
	ours, theirs := w.parameters(setting, dir), w.parameters(source, dir)
	refuse := func(format string, args ...any) registry.Mistakes {
		return registry.Mistakes{{Path: "train.from", Message: fmt.Sprintf(format, args...), Hint: "both nets must have the same layers"}}
	}
	for i, p := range ours {
		if i >= len(theirs) {
			return refuse("the case has no weights for %s, %s", p.Name, p.Shape)
		}
		if q := theirs[i]; p.Name != q.Name || !slices.Equal(p.Shape, q.Shape) {
			return refuse("the case has %s of the shape %s where this net has %s, %s", q.Name, q.Shape, p.Name, p.Shape)
		}
	}
	if len(theirs) > len(ours) {
		return refuse("the case has %s, and this net has not", theirs[len(ours)].Name)
	}
	return nil
}

// parameters are those of the layers of a setting's net, without values, or none
// where it cannot be built.
func (w *World) parameters(setting experiments.Setting, dir string) []*nn.Param {
	facts, err := w.facts(setting["data"].(experiments.Setting), dir)
	if err != nil {
		return nil
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return nil
	}
	net, err := design.Build(facts.Shape, 1, 0)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(net.Params, (*nn.Param).OfLoss)
}

// awaits tells whether the trial that a trial continues from has yet to end, and
// what is wrong where it has not ended well.
func (r *Runner) awaits(trial experiments.Trial) (waits bool, failure string, err error) {
	source, continues := experiments.SourceOf(trial, nn.Numerics)
	if !continues {
		return false, "", nil
	}
	states, err := r.store.States([]string{source.ID})
	if err != nil {
		return false, "", err
	}
	switch state := states[source.ID]; {
	case !state.Final():
		return true, "", nil
	case state != store.Done:
		return false, fmt.Sprintf("trial %.10s, whose weights it continues from, has %s", source.ID, state), nil
	}
	return false, "", nil
}

// begin gives a trainer the weights that its trial continues from: those on disk,
// or, where they are gone, those that training the source again ends in.
func (r *Runner) begin(ctx context.Context, trainer *nn.Trainer, trial experiments.Trial) error {
	source, continues := experiments.SourceOf(trial, nn.Numerics)
	if !continues {
		return nil
	}
	record, err := r.store.Trial(source.ID)
	if err != nil {
		return err
	}
	model, err := LoadModel(r.store, record)
	if errors.Is(err, ErrNoModel) {
		model, err = r.trainAgain(ctx, record)
	}
	if err != nil {
		return fmt.Errorf("trial %.10s continues from %.10s: %w", trial.ID, source.ID, err)
	}
	return trainer.Begin(model.Net)
}

// trainAgain returns the model of a trial whose weights are not on disk any more.
func (r *Runner) trainAgain(ctx context.Context, record store.Record) (*Model, error) {
	r.options.Notify(Event{Kind: Message, Message: fmt.Sprintf("training %.10s again, whose weights are not on disk", record.ID)})
	options := Options{Workers: 1, Threads: max(1, r.options.Threads/max(1, r.options.Workers))}
	again, err := Reproduce(ctx, record, r.machine, options)
	if err != nil {
		return nil, err
	}
	if again.Record.WeightsSHA256 != record.WeightsSHA256 {
		return nil, fmt.Errorf("trained again it has the weights %.10s…, recorded are %.10s…", again.Record.WeightsSHA256, record.WeightsSHA256)
	}
	return decodeModel(again.Model)
}
