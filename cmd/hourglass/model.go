package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// modelHelp says how verbs that use a trained model are told which.
const modelHelp = "MODEL is the id of a trial, or any prefix of it that no other trial has; a spec, for the best of\n" +
	"its trials, SPEC.yaml:CASE, for the best of a case, or SPEC.yaml:pca, for the best PCA among its\n" +
	"baselines (mean and pca-denoising can be used too); or a file of safetensors that was copied here.\n" +
	"The best is that of the metric that the spec compares first, on the validation split where there is\n" +
	"one, among those whose weights are on disk.\n"

// model returns the model that a word on the command line names. Where its
// weights are gone or damaged, nothing can be told.
func (c *command) model(name string) (*runner.Model, error) {
	m, err := c.findModel(name)
	switch {
	case errors.Is(err, runner.ErrNoModel):
		return nil, &codedError{exitCannotTell, err}
	case errors.Is(err, runner.ErrNotTrained):
		return nil, usage(err)
	}
	return m, err
}

func (c *command) findModel(word string) (*runner.Model, error) {
	if isModelFile(word) {
		m, err := runner.ReadModel(word)
		if errors.Is(err, os.ErrNotExist) {
			return nil, usage(err)
		}
		return m, err
	}
	file, name, found := specOf(word)
	s, err := c.mustRead()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if found {
		return c.bestModel(s, file, name)
	}
	record, err := c.findTrial(s, word)
	if err != nil {
		return nil, err
	}
	return runner.LoadModel(s, record)
}

// isModelFile tells whether a word is the name of a file of safetensors: one that
// ends so, or that begins so, with the length of a header, eight bytes, and the
// header in braces.
func isModelFile(word string) bool {
	if strings.HasSuffix(word, ".safetensors") {
		return true
	}
	file, err := os.Open(word)
	if err != nil {
		return false
	}
	defer file.Close()
	begin := make([]byte, 9)
	_, err = io.ReadFull(file, begin)
	return err == nil && begin[7] == 0 && begin[8] == '{'
}

// specOf splits SPEC.yaml:CASE.
func specOf(word string) (file, name string, found bool) {
	for _, ending := range []string{".yaml", ".yml"} {
		if before, after, cut := strings.Cut(word, ending+":"); cut {
			return before + ending, after, true
		}
		if strings.HasSuffix(word, ending) {
			return word, "", true
		}
	}
	return "", "", false
}

// bestModel returns the model of the best trial of a spec, or of one of its cases.
func (c *command) bestModel(s *store.Store, file, name string) (*runner.Model, error) {
	e, err := c.load(file)
	if err != nil {
		return nil, err
	}
	ids, err := candidatesIn(e, file, name)
	if err != nil {
		return nil, err
	}
	records, err := s.Trials(store.Filter{IDs: ids, States: []store.State{store.Done}})
	if err != nil {
		return nil, err
	}
	ranking := rankingOf(e)
	best := ranking.Best(records)
	if best == nil {
		return nil, usage(fmt.Errorf("nothing of %s is trained yet; hourglass run %s does it", file, file))
	}
	if kept := ranking.Best(withModels(s, records)); kept != nil {
		best = kept
	} else if kept, err := keptRepeat(s, ranking, records); err != nil || kept != nil {
		if err != nil {
			return nil, err
		}
		best = kept
	}
	if best.Seed == nil {
		c.voice.say("%s: trial %.10s, %s", word(file, name), best.ID, best.Family)
	} else {
		c.voice.say("%s: trial %.10s, seed %d", word(file, name), best.ID, *best.Seed)
	}
	return runner.LoadModel(s, *best)
}

// candidatesIn returns the ids of the trained trials of a spec, of a case of it,
// or of its baselines of a kind.
func candidatesIn(e *experiments.Experiment, file, name string) ([]string, error) {
	var ids, kinds []string
	for _, trial := range e.Trials {
		in := name == "" || slices.ContainsFunc(trial.Places, func(p experiments.Place) bool { return p.Case == name })
		if trial.Baseline {
			in = trial.Family == name && !slices.Contains(e.Cases, name)
			kinds = append(kinds, trial.Family)
		}
		if in {
			ids = append(ids, trial.ID)
		}
	}
	if name == "" || slices.Contains(e.Cases, name) || len(ids) > 0 {
		return ids, nil
	}
	has := "it has no cases"
	if len(e.Cases) > 0 {
		has = "its cases are " + strings.Join(e.Cases, ", ")
	}
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); len(kinds) > 0 {
		has += ", its baselines " + strings.Join(kinds, ", ")
	}
	return nil, usage(fmt.Errorf("%s has no case and no baseline %q; %s", file, name, has))
}

func word(file, name string) string {
	if name == "" {
		return file
	}
	return file + ":" + name
}

func withModels(s *store.Store, records []store.Record) []store.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r store.Record) bool { return !s.HasModel(r.ID) })
}

// keptRepeat returns the best of the trials that differ in their seed alone from
// those of a spec, of all whose weights are on disk: more seeds may have been
// run than the spec asks for now. It is nil where there is none.
func keptRepeat(s *store.Store, ranking runner.Ranking, records []store.Record) (*store.Record, error) {
	var all []store.Record
	for _, record := range records {
		repeats, err := s.Repeats(record.ID)
		if err != nil {
			return nil, err
		}
		for _, repeat := range withModels(s, repeats) {
			if repeat.State == store.Done {
				all = append(all, repeat)
			}
		}
	}
	return ranking.Best(all), nil
}
