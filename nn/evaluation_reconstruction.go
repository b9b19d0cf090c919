package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Reconstruction](evaluations, "reconstruction", "the error by class and by element, and pictures beside their reconstructions; always measured beside others")
}

// Reconstruction is what the mean squared error is made of: by class, where
// the data have them, and by feature or pixel; of windows of a series, also that of
// the series that they make together. Pictures stand beside their
// reconstructions and those of PCA with as large a code.
type Reconstruction struct {
	Split string `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

// sheetColumns is how many pictures a row of a contact sheet has.
const sheetColumns = 10

// widestPCA is the most elements of an example for which PCA is worked out for
// a picture's sake.
const widestPCA = 1024

// Names are those of the mean squared error of each class, and of windows that
// are put back together.
func (*Reconstruction) Names(data Evaluated) []string {
	names := make([]string, len(data.Classes))
	for i, class := range data.Classes {
		names[i] = byLabel(class)
	}
	if data.Windows {
		names = append(names, joinedMSE)
	}
	return names
}

const joinedMSE = "reconstruction.joined.mse"

func byLabel(class string) string { return "reconstruction.label=" + class + ".mse" }

// Evaluate measures the split.
func (r *Reconstruction) Evaluate(s *Subject) *Findings {
	f := newFindings()
	y := s.reconstruct(s.Test)
	r.byClass(s, y, f)
	r.byElement(s, y, f)
	if s.TestWindows != nil {
		f.Metrics[joinedMSE] = joinedError(s, y, s.Test, s.TestWindows)
	}
	if s.Picture() {
		r.sheet(s, f)
	}
	return f
}

// byClass measures the examples of each class that the test split has.
func (*Reconstruction) byClass(s *Subject, y *Matrix, f *Findings) {
	if s.TestLabels == nil {
		return
	}
	sums, counts := make([]float64, len(s.Classes)), make([]int, len(s.Classes))
	for i, label := range s.TestLabels {
		sums[label] += kernel.SquaredError(y.Row(i), s.Test.Row(i)) / float64(y.Cols)
		counts[label]++
	}
	chart := Chart{Name: "error-by-label", Kind: "bars", Title: "error by class", X: "class", Y: "mse", Classes: s.Classes}
	for i, class := range s.Classes {
		if counts[i] == 0 {
			continue
		}
		mse := sums[i] / float64(counts[i])
		f.Metrics[byLabel(class)] = mse
		chart.Points = append(chart.Points, [2]float64{float64(i), mse})
		chart.Labels = append(chart.Labels, int32(i))
	}
	f.Charts = append(f.Charts, chart)
}

// byElement draws where the errors lie: a picture of them, or bars.
func (*Reconstruction) byElement(s *Subject, y *Matrix, f *Findings) {
	errors := make([]float64, y.Cols)
	for i := range y.Rows {
		x := s.Test.Row(i)
		for j, v := range y.Row(i) {
			d := float64(v) - float64(x[j])
			errors[j] += float64(d * d)
		}
	}
	chart := Chart{Name: "error-by-feature", Kind: "bars", Title: "error by feature", X: "feature", Y: "mse"}
	largest := 0.0
	picture := NewMatrix(1, y.Cols)
	for j := range errors {
		errors[j] /= float64(y.Rows)
		largest = max(largest, errors[j])
		picture.Data[j] = float32(errors[j])
		chart.Points = append(chart.Points, [2]float64{float64(j), errors[j]})
	}
	if s.Picture() {
		f.Pictures = append(f.Pictures, Pictures{Name: "error-by-pixel", Shape: s.Shape, High: largest, Columns: 1, X: picture})
		return
	}
	f.Charts = append(f.Charts, chart)
}

// sheet shows some examples, damaged where the model was trained on damaged
// ones, and what becomes of them; beneath, PCA's.
func (*Reconstruction) sheet(s *Subject, f *Findings) {
	x := head(s.Test, sheetColumns)
	rows := []*Matrix{x}
	seen := x
	if s.trainer != nil && s.trainer.corrupter != nil {
		seen = clone(s.trainer.corrupter.evaluation(x, 0))
		rows = append(rows, seen)
	}
	rows = append(rows, s.reconstruct(seen))
	if pca := s.pca(); pca != nil {
		rows = append(rows, clone(pca.Forward(seen)))
	}
	f.Pictures = append(f.Pictures, s.pictures("contact-sheet", rows...))
}

// pca returns PCA with as many components as the code of an autoencoder has
// units, or nil where that is not to be had cheaply.
func (s *Subject) pca() *Projection {
	c := s.coder()
	if s.trainer == nil || c == nil || s.Shape.Size() > widestPCA {
		return nil
	}
	model, err := (&PCA{Code: c.CodeSize()}).fit(s.Statistics)
	if err != nil {
		return nil // which is told by the trial of the baseline
	}
	return model
}

// pictures lays matrices with the same number of pictures out beneath each
// other, a row each, or a single one in rows of sheetColumns.
func (s *Subject) pictures(name string, rows ...*Matrix) Pictures {
	all := NewMatrix(0, s.Shape.Size())
	for _, r := range rows {
		all.Rows += r.Rows
		all.Data = append(all.Data, r.Data...)
	}
	columns := sheetColumns
	if len(rows) > 1 {
		columns = rows[0].Rows
	}
	return Pictures{Name: name, Shape: s.Shape, Low: s.Low, High: s.High, Columns: columns, X: all}
}

func clone(m *Matrix) *Matrix {
	out := NewMatrix(m.Rows, m.Cols)
	copy(out.Data, m.Data)
	return out
}
