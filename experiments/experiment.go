// Package experiments reads specs, checked-in YAML files, and turns them into
// trials: settings with every default written out, each named by the hash of
// what it says. It knows names and parameters, and no networks; YAML stays in
// here.
//
// # From text to trials
//
// A spec is walked as YAML nodes, so that each mistake can be shown where it
// was written ([Problem]); reading goes on after it. The five sections of a
// setting (data, loss, model, regularisers, train) make the base, to which
// --set adds. The words of the sweep turn it into combinations of assignments
// in a fixed order: cases, grid, zip, when, exclude, include, sample. A
// combination is resolved section by section through the roles of package
// registry, and sections that combinations share are resolved once. [World]
// then says what the data hold and whether the net can be built. Settings that
// turn out equal are one, seeds are multiplied in, and baselines are put beside
// them.
package experiments

import (
	"hourglass.dev/hourglass/registry"
)

// Setting is everything that a trial depends on but its seed and its data's
// content: data, model, loss, regularisers and train, resolved.
type Setting = registry.Tree

// Experiment is a spec, read and checked, with the trials that it asks for.
type Experiment struct {
	File      string   // the spec's path, as it was given
	Dir       string   // the folder that relative paths in the spec start from
	Text      []byte   // the spec as it was read
	Edits     []string // what the command line changed, such as "--set train.epochs=2"
	Name      string
	Question  string
	Tags      []string
	Seeds     []int
	Axes      []string // swept paths, in the spec's order
	Cases     []string // names of cases, in the spec's order
	Steps     []Step   // what each word of the sweep left, in the order in which they apply
	Compare   Compare
	Expect    []Expectation // by metric
	Claims    []Claim       // in the spec's order
	Gate      Gate
	Reported  []Reported // in the spec's order
	Evaluate  []Setting  // what is measured beyond reconstruction, resolved parts of role evaluation
	Evaluated []string   // full names of the metrics that Evaluate may add, sorted
	Trials    []Trial    // each once, in the order of work: seed 1 of everything, then seed 2
}

// Step is a word of the sweep, such as grid, and how many combinations there
// were after it.
type Step struct {
	Word         string
	Combinations int
}

// Trial is one setting with its seed. Settings share parts of each other and
// are not to be changed.
type Trial struct {
	ID       string  // SHA-256 in hex of what the trial is
	Setting  Setting // data, model, loss, regularisers, train: resolved; data and model for a baseline
	Data     string  // fingerprint of the data
	Seed     int     // 0 for a baseline, which has none
	Baseline bool
	Code     int     // size of the code, also where it follows from the shapes; 0 for a baseline
	Family   string  // undercomplete, sparse, …; the kind of a baseline
	Places   []Place // where in the sweep it stands: more than one where settings turn out equal
}

// Place is where a trial stands in a sweep.
type Place struct {
	Case   string            // name of the case, or ""
	Values map[string]string // swept path → value, formatted for people
}

// Compare says how the results are laid out: compare: {metric, rows, columns,
// reference}.
type Compare struct {
	Metrics []string // full names, such as test.mse
	Rows    []string // paths of the setting, or "case", "family"
	Columns []string
	// Reference is what changes are relative to, "" where nothing is: a case, a
	// kind of baseline, or values of rows and columns, as "loss=mse".
	Reference string
}

// World answers what the grammar cannot know: what the data hold, and whether
// a network can be built.
type World interface {
	// Fingerprint identifies what a resolved data part holds. Relative paths
	// in it start from dir.
	Fingerprint(data registry.Tree, dir string) (string, error)
	// Check reports what is wrong with a resolved setting beyond its
	// parameters one by one: shapes that do not fit, combinations that make no
	// sense. Paths are relative to the setting: model.encoder[1].kernel. It is
	// called once for each setting, with seeds left out, and must be cheap.
	Check(setting Setting, dir string) registry.Mistakes
	// CheckSource reports why the weights of one setting cannot be those that
	// another begins with.
	CheckSource(setting, source Setting, dir string) registry.Mistakes
	// CodeSize is the width of the code of a setting that passed Check and has
	// no model.code, so that it follows from the shapes.
	CodeSize(setting Setting, dir string) (int, error)
	// Metrics are the full names of all metrics that a trial may record, such
	// as test.mse.
	Metrics() []string
	// CheckEvaluation returns the full names of the metrics that a resolved
	// evaluation adds to trials on a resolved data part, and why such data
	// cannot be evaluated so. Paths are relative to the evaluation.
	CheckEvaluation(evaluation, data registry.Tree, dir string) ([]string, registry.Mistakes)
	// Numerics is the version of the arithmetic, which is part of each identity.
	Numerics() int
}

// IDs returns the ids of the trials, in the order of work.
func (e *Experiment) IDs() []string {
	ids := make([]string, len(e.Trials))
	for i, trial := range e.Trials {
		ids[i] = trial.ID
	}
	return ids
}
