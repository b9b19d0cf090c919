package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

func (c *command) reproVerb() *cobra.Command {
	keep := false
	cmd := &cobra.Command{
		Use:   "repro ID",
		Short: "Run a trial again from its record alone, and compare the bits",
		Long: "Repro trains a trial again and holds the weights after each epoch, and the metrics, against the\n" +
			"record. It exits with 0 where all is the same, with 1 where something differs, and with 3 where\n" +
			"the numerics or the data are others than recorded. The store stays as it is. With --keep, weights\n" +
			"that are the recorded ones are put beside it, for encode, score, export and their like; so is\n" +
			"the model of a baseline, where its metrics are the recorded ones.\n",
		Example: "  hourglass repro 736fcc31b2",
		Args:    arguments(cobra.ExactArgs(1), "one id"),
		RunE:    func(cmd *cobra.Command, args []string) error { return c.repro(cmd.Context(), args[0], keep) },
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "put the weights beside the store, where they are the recorded ones")
	return cmd
}

// reproduction is what --json prints.
type reproduction struct {
	ID      string   `json:"id"`
	Same    bool     `json:"same"`
	Epochs  int      `json:"epochs"`
	Epoch   *int     `json:"epoch"` // the first after which the weights differ, or null
	Tensors []string `json:"tensors"`
	Metrics []string `json:"metrics"` // that differ
}

func (c *command) repro(ctx context.Context, prefix string, keep bool) error {
	s, err := c.mustRead()
	if err != nil {
		return err
	}
	defer s.Close()
	record, err := c.findTrial(s, prefix)
	if err != nil {
		return err
	}
	curve, err := s.Epochs(record.ID)
	if err != nil {
		return err
	}
	if err := c.comparable(record); err != nil {
		return err
	}
	again, evaluated, err := c.trainAgain(ctx, s, record)
	if err != nil {
		return err
	}
	d := reports.Compared(record, again.Record, curve, again.Curve, c.world.Tensors(record.Setting, record.Dir))
	r := reproduction{ID: record.ID, Epochs: len(again.Curve), Tensors: d.Tensors, Metrics: differingMetrics(record, again.Record, evaluated)}
	r.Same = d.Same() && len(r.Metrics) == 0 && record.State == again.Record.State
	if d.Epoch > 0 {
		r.Epoch = &d.Epoch
	}
	recorded := again.Record.WeightsSHA256 == record.WeightsSHA256 && (record.Seed != nil || r.Same)
	if keep && again.Model != nil && recorded {
		if err := c.keepModel(record.ID, again.Model); err != nil {
			return err
		}
	}
	return c.printReproduction(r, record, again.Record)
}

// trainAgain trains a trial from its record, measures again what was evaluated on
// it, and returns the names of the metrics of that too.
func (c *command) trainAgain(ctx context.Context, s *store.Store, record store.Record) (*runner.Reproduction, map[string]bool, error) {
	options := runner.Options{Workers: 1, Threads: runtime.GOMAXPROCS(0), Notify: func(e runner.Event) {
		if e.Kind == runner.Message {
			c.voice.say("%s", e.Message)
		}
	}}
	evaluated, err := evaluationsOf(s, record.ID, &options)
	if err != nil {
		return nil, nil, err
	}
	again, err := runner.Reproduce(ctx, record, describeProgram(), options)
	return again, evaluated, err
}

// keepModel writes the model of a trial, which the store was opened only to read for.
func (c *command) keepModel(id string, content []byte) error {
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.PutModel(id, content)
}

// evaluationsOf asks for the evaluations that a trial has, and returns the names
// of their metrics.
func evaluationsOf(s *store.Store, id string, options *runner.Options) (map[string]bool, error) {
	evaluations, err := s.Evaluations([]string{id})
	names := map[string]bool{}
	for _, e := range evaluations[id] {
		options.Evaluate = append(options.Evaluate, e.Setting)
		for name := range e.Metrics {
			names[name] = true
		}
	}
	return names, err
}

// comparable refuses a trial that this program, or the data that are here,
// cannot reproduce.
func (c *command) comparable(record store.Record) error {
	if !record.State.Final() {
		return usage(fmt.Errorf("trial %.10s is %s: there is nothing to compare with yet", record.ID, record.State))
	}
	if record.Numerics != nn.Numerics {
		return &codedError{exitNotComparable, fmt.Errorf("trial %.10s was run under numerics %d, and this program has %d", record.ID, record.Numerics, nn.Numerics)}
	}
	fingerprint, err := c.world.Fingerprint(record.Setting["data"].(experiments.Setting), record.Dir)
	if err != nil {
		return err
	}
	if fingerprint != record.Data {
		return &codedError{exitNotComparable, fmt.Errorf("the data of trial %.10s have changed: they were %.10s, and are %.10s", record.ID, record.Data, fingerprint)}
	}
	return nil
}

// closedForm is how far figures of baselines and evaluations may lie apart on other machines,
// relative to their size.
const closedForm = 1e-6

// differingMetrics returns the names of the metrics that differ: at all, or
// for a baseline and what was evaluated by more than closed forms may.
func differingMetrics(record, again store.Record, evaluated map[string]bool) []string {
	var names []string
	for name, value := range record.Metrics {
		got, has := again.Metrics[name]
		same := got == value
		if record.Seed == nil || evaluated[name] {
			same = math.Abs(got-value) <= closedForm*math.Abs(value)
		}
		if !has || !same {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (c *command) printReproduction(r reproduction, record, again store.Record) error {
	var err error
	switch {
	case c.json:
		if r.Tensors == nil {
			r.Tensors = []string{}
		}
		if r.Metrics == nil {
			r.Metrics = []string{}
		}
		err = json.NewEncoder(c.out).Encode(r)
	case r.Same && record.Seed == nil:
		_, err = fmt.Fprintf(c.out, "trial %.10s reproduced: its %d metrics are the same to 1e-6\n", r.ID, len(record.Metrics))
	case r.Same:
		_, err = fmt.Fprintf(c.out, "trial %.10s reproduced: %s and %d metrics, the same bits\n", r.ID, count(r.Epochs, "epoch"), len(record.Metrics))
	case r.Epoch != nil:
		_, err = fmt.Fprintf(c.out, "trial %.10s differs: the weights part in epoch %d %v\n", r.ID, *r.Epoch, r.Tensors)
	case record.State != again.State:
		_, err = fmt.Fprintf(c.out, "trial %.10s differs: it was %s, and is %s\n", r.ID, record.State, again.State)
	case record.WeightsSHA256 != again.WeightsSHA256 && len(r.Metrics) == 0:
		_, err = fmt.Fprintf(c.out, "trial %.10s differs: the digest of its weights is %.10s, and should be %.10s\n", r.ID, record.WeightsSHA256, again.WeightsSHA256)
	default:
		_, err = fmt.Fprintf(c.out, "trial %.10s differs in %v\n", r.ID, r.Metrics)
	}
	if err == nil && !r.Same {
		return errQuiet(exitNo)
	}
	return err
}
