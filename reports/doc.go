// Package reports turns what the store remembers into what people and scripts
// read: comparison tables, lists of trials, one trial in full, plans and
// statuses.
//
// A table is finished data, and text, Markdown, CSV, LaTeX and JSON are views
// of it. What a table leaves out or lumps together, it says: seeds that
// diverged, failed or are still to come, metrics that were not recorded,
// settings that a cell merges. Text is laid out for terminals of 80 to 120
// columns.
package reports

import (
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Trial is a trial's record with where it stands.
type Trial struct {
	store.Record
	Places []store.Place // in the experiment or experiments that are looked at
	// Code is the size of the code where a spec told it, 0 where only the
	// setting can.
	Code int
	// Series are longer results by name. PCA has test.mse by the number of
	// components, from 0 to the rank of the data.
	Series map[string][]float64
}

// Baseline tells whether t is a baseline, such as PCA.
func (t Trial) Baseline() bool { return t.Seed == nil }

// places returns where t stands, or one empty place where it stands nowhere.
func (t Trial) places() []store.Place {
	if len(t.Places) == 0 {
		return []store.Place{{}}
	}
	return t.Places
}

// valueAt returns the value of a path, formatted for people, for a trial that
// stands at a place. Besides the paths of a setting there are case, family
// and experiment.
func valueAt(t Trial, place store.Place, path string) (string, bool) {
	switch path {
	case "case":
		return place.Case, place.Case != ""
	case "family":
		return t.Family, t.Family != ""
	case "experiment":
		return place.Experiment, place.Experiment != ""
	}
	if value, ok := place.Values[path]; ok {
		return value, true
	}
	return experiments.Lookup(t.Setting, path)
}
