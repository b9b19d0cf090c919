package nn

import "hourglass.dev/hourglass/registry"

// Evaluation measures a trained model, or a baseline, beyond what every model
// is measured by. It looks at the test split, and sets what has to be set
// (thresholds, probes) by the other splits alone. Its twin, split: validation,
// looks at the validation split in place of the test split, so that settings can
// be chosen without a look at the latter. Figures are float64 sums in a fixed
// order; those that rest on principal components are close, to 1e-6, instead of
// exact.
//
// Every kind has the parameter split.
type Evaluation interface {
	// Names returns the names of all metrics that may come of it, without the
	// split's, such as anomaly.auroc. Parameters that a metric depends on are
	// in its name where they are not the defaults.
	Names(data Evaluated) []string
	// Evaluate measures s.
	Evaluate(s *Subject) *Findings
}

// demanding is an evaluation that not all data suit. Others leave out what the data
// lack.
type demanding interface {
	// Check reports why data cannot be evaluated so, with paths below the
	// evaluation.
	Check(data Evaluated) registry.Mistakes
}

var evaluations = registry.NewRole[Evaluation]("evaluation", "what is measured on a trained model beyond what always is")

// Evaluated is what an evaluation must know of data before they are there.
type Evaluated struct {
	Traits
	Training, Held, Tested int      // examples in the training, validation and test splits
	Classes                []string // names of the classes, or nil
	Normal                 bool     // whether some classes alone are trained on
	Factors                []string // that made-up examples follow from
	Windows                bool     // whether examples are windows of a series
}

// Findings are what comes of an evaluation.
type Findings struct {
	Metrics  map[string]float64 // by the names of Evaluation.Names
	Notes    []string           // why something could not be measured, and the like
	Pictures []Pictures
	Charts   []Chart
}

func newFindings() *Findings { return &Findings{Metrics: map[string]float64{}} }

// note adds a note.
func (f *Findings) note(text string) *Findings {
	f.Notes = append(f.Notes, text)
	return f
}

// Pictures are pictures in rows that are to be looked at together: all
// pictures of a row have the same shape, [height, width, channels].
type Pictures struct {
	Name      string
	Shape     Shape
	Low, High float64 // what is black, and what is white
	Columns   int     // pictures in a row of the sheet
	X         *Matrix // the pictures, row by row
}

// Chart is a result that is a curve, a scatter plot or a bar chart. It is kept
// as JSON.
type Chart struct {
	Name   string       `json:"-"`
	Kind   string       `json:"kind"` // line, scatter, bars or series
	Title  string       `json:"title"`
	X      string       `json:"x"` // what the axes show
	Y      string       `json:"y"`
	Points [][2]float64 `json:"points,omitempty"`
	// Labels are the class of each point, indices into Classes, or absent.
	Labels  []int32  `json:"labels,omitempty"`
	Classes []string `json:"classes,omitempty"`
	Series  *Course  `json:"series,omitempty"` // in place of points, where the kind is series
}

// Splits are the examples that evaluations look at. Labels and factors are nil
// where the data have none.
type Splits struct {
	Traits
	Train, Validation, Test                   *Matrix
	TrainLabels, ValidationLabels, TestLabels []int32 // indices into Classes
	Classes                                   []string
	Columns                                   []string // names of the features, where the data have them
	ValidationFactors, TestFactors            *Matrix
	Factors                                   []string
	// Where the examples lie in a series, if they are windows of one; or nil.
	TrainWindows, ValidationWindows, TestWindows *Windows
	Statistics                                   *Statistics // of Train
}

// Subject is a model under evaluation, with the examples.
type Subject struct {
	*Splits
	model   Reconstructor
	trainer *Trainer // nil for a baseline
	split   string   // what Test is: splitTest, or splitValidation in a twin
}

// What the parameter split of an evaluation says.
const (
	splitTest       = "test"
	splitValidation = "validation"
)

// splitOf is the split that an evaluation looks at.
func splitOf(evaluation registry.Tree) string {
	if evaluation["split"] == splitValidation {
		return splitValidation
	}
	return splitTest
}

// NewSubject returns a baseline as the subject of evaluations.
func NewSubject(model Reconstructor, splits *Splits) *Subject {
	return &Subject{Splits: splits, model: model, split: splitTest}
}

// Projection returns the model of a baseline that is one, or nil.
func (s *Subject) Projection() *Projection {
	p, _ := s.model.(*Projection)
	return p
}

// Subject returns the net, as it is now, as the subject of evaluations.
func (t *Trainer) Subject(splits *Splits) *Subject {
	t.net.pass.training, t.net.pass.sampled = false, false
	return &Subject{Splits: splits, model: t.net, trainer: t, split: splitTest}
}

// twin is the subject with the validation split in place of the test split.
func (s *Subject) twin() *Subject {
	splits := *s.Splits
	splits.Test, splits.TestLabels = s.Validation, s.ValidationLabels
	splits.TestFactors, splits.TestWindows = s.ValidationFactors, s.ValidationWindows
	return &Subject{Splits: &splits, model: s.model, trainer: s.trainer, split: splitValidation}
}

// Evaluate decodes a resolved evaluation and measures the subject. The
// metrics have full names. Pictures and charts are those of the test split alone.
func (s *Subject) Evaluate(evaluation registry.Tree) (*Findings, error) {
	part, err := registry.Decode[Evaluation](evaluation)
	if err != nil {
		return nil, err
	}
	if splitOf(evaluation) == splitValidation {
		s = s.twin()
	}
	if s.Test == nil || s.Test.Rows == 0 {
		return newFindings().note("the data have no " + s.split + " split to evaluate on"), nil
	}
	found := part.Evaluate(s)
	full := make(map[string]float64, len(found.Metrics))
	for name, value := range found.Metrics {
		full[s.split+"."+name] = value
	}
	found.Metrics = full
	if s.split == splitValidation {
		found.Pictures, found.Charts = nil, nil
	}
	return found, nil
}

// CheckEvaluation returns the full names of the metrics that a resolved
// evaluation may add, and why such data cannot be evaluated so.
func CheckEvaluation(evaluation registry.Tree, data Evaluated) ([]string, registry.Mistakes) {
	part, err := registry.Decode[Evaluation](evaluation)
	if err != nil {
		return nil, registry.Mistakes{{Message: err.Error()}}
	}
	var mistakes registry.Mistakes
	if d, ok := part.(demanding); ok {
		mistakes = d.Check(data)
	}
	split := splitOf(evaluation)
	switch {
	case split == splitTest && data.Tested == 0:
		mistakes = append(mistakes, registry.Mistake{Message: "evaluations look at the test split, and the data have none"})
	case split == splitValidation && data.Held == 0:
		mistakes = append(mistakes, registry.Mistake{Path: "split", Message: "the data have no validation split", Hint: "set data.validation"})
	}
	names := part.Names(data)
	for i, name := range names {
		names[i] = split + "." + name
	}
	return names, mistakes
}

// reconstruct returns the reconstructions of x.
func (s *Subject) reconstruct(x *Matrix) *Matrix {
	return s.through(x, x.Cols, s.model.Forward)
}

// through returns what becomes of the rows of x, chunk by chunk.
func (s *Subject) through(x *Matrix, cols int, do func(*Matrix) *Matrix) *Matrix {
	out := NewMatrix(x.Rows, cols)
	chunks(x, func(first int, rows *Matrix) {
		s.begin(first)
		copy(out.Data[first*cols:], do(rows).Data)
	})
	return out
}

// begin says which row comes first of those that go through the model next.
func (s *Subject) begin(first int) {
	if s.trainer != nil {
		s.trainer.net.pass.first = first
	}
}

// coder returns the model as one that has codes, or nil.
func (s *Subject) coder() Coder {
	c, ok := s.model.(Coder)
	if !ok || c.CodeSize() == 0 {
		return nil
	}
	return c
}

// encode returns the codes of x, means where they are distributions.
func (s *Subject) encode(x *Matrix) *Matrix {
	c := s.coder()
	return s.through(x, c.CodeSize(), c.Encode)
}

// decode returns the reconstructions of codes.
func (s *Subject) decode(h *Matrix) *Matrix { return s.through(h, s.Shape.Size(), s.coder().Decode) }

// gaussian returns the layer of a code that is a distribution, or nil.
func (s *Subject) gaussian() *gaussian {
	if s.trainer == nil {
		return nil
	}
	g, _ := s.trainer.net.layers[s.trainer.net.encoder-1].(*gaussian)
	return g
}

// head returns at most n rows of x, spread over it evenly.
func head(x *Matrix, n int) *Matrix {
	if x.Rows <= n {
		return x
	}
	out := NewMatrix(n, x.Cols)
	for i := range n {
		copy(out.Row(i), x.Row(spread(i, n, x.Rows)))
	}
	return out
}

// headLabels returns the labels of the rows that head returns.
func headLabels(labels []int32, n int) []int32 {
	if len(labels) <= n {
		return labels
	}
	out := make([]int32, n)
	for i := range out {
		out[i] = labels[spread(i, n, len(labels))]
	}
	return out
}

// spread returns which of rows is the i-th of n that are spread over them.
func spread(i, n, rows int) int { return int(int64(i) * int64(rows) / int64(n)) }
