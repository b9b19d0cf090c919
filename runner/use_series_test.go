package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// seriesRows are the rows of the series that trainedOnSeries writes.
const seriesRows = 101

func rowOf(n int) [2]float64 { return [2]float64{float64(n * n % 13), float64(20 + n%7)} }

// trainedOnSeries trains on windows of 5 steps, 2 apart, of a file of that many rows.
func trainedOnSeries(t *testing.T) (m *Model, record store.Record, file string) {
	t.Helper()
	dir := t.TempDir()
	var table strings.Builder
	table.WriteString("a,b,l\n")
	for n := range seriesRows {
		label := "n"
		if n%20 == 19 {
			label = "odd"
		}
		fmt.Fprintf(&table, "%v,%v,%s\n", rowOf(n)[0], rowOf(n)[1], label)
	}
	file = filepath.Join(dir, "series.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	text := `
version: 1
name: series
data: {kind: series, train: series.csv, window: 5, stride: 2, scaling: standard, validation: 8, test_steps: 30, label: l}
model: {encoder: [], code: 2}
train: {epochs: 2}
evaluate: {anomaly: {normal: [n], threshold: {kind: quantile, level: 0.9}}}
`
	e, err := experiments.Read(filepath.Join(dir, "spec.yaml"), []byte(text), experiments.Edits{}, NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 1, Evaluate: e.Evaluate}).Run(t.Context(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	record = records(t, s)[0]
	if m, err = LoadModel(s, record); err != nil {
		t.Fatal(err)
	}
	return m, record, file
}

// scoredRows are the rows and errors that a word is scored with, as verbs do it.
func scoredRows(t *testing.T, m *Model, word string) (rows []int, errors []float64) {
	t.Helper()
	steps := nn.NewStepErrors(m.Shape, "mse", nn.JoinMean, func(step int, err float64) error {
		rows, errors = append(rows, step), append(errors, err)
		return nil
	})
	err := m.Windows(t.Context(), word, nil, func(x *nn.Matrix, starts []int) error {
		y := m.Net.Forward(x)
		for i, start := range starts {
			if err := steps.Add(start, y.Row(i), x.Row(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || steps.End() != nil {
		t.Fatal(err)
	}
	return rows, errors
}

// slowErrors reconstructs each of some windows by itself, and gathers what all of
// them have for each row before it takes means.
func slowErrors(m *Model, starts []int) (rows []int, errors []float64) {
	squares := make([][2][]float64, seriesRows)
	for _, start := range starts {
		x := nn.NewMatrix(1, 10)
		for e := range x.Data {
			x.Data[e] = float32((rowOf(start + e/2)[e%2] - m.Scaling.Offset[e%2]) / m.Scaling.Scale[e%2])
		}
		y := m.Net.Forward(x)
		for e, v := range y.Data {
			d := float64(v) - float64(x.Data[e])
			squares[start+e/2][e%2] = append(squares[start+e/2][e%2], d*d)
		}
	}
	for row, both := range squares {
		if len(both[0]) == 0 {
			continue
		}
		sum := 0.0
		for _, each := range both {
			for _, v := range each {
				sum += v / float64(len(each))
			}
		}
		rows, errors = append(rows, row), append(errors, sum/2)
	}
	return rows, errors
}

// TestRowsOfSeriesAreScoredAsThePlainWayDoesIt: of a file from first to last, of
// the test split with a window at its end, and of the validation split, whose
// quantiles are those that are kept with the model.
func TestRowsOfSeriesAreScoredAsThePlainWayDoesIt(t *testing.T) {
	m, record, file := trainedOnSeries(t)
	every := func(first, last int) (starts []int) {
		for ; first <= last; first += 2 {
			starts = append(starts, first)
		}
		return starts
	}
	for word, starts := range map[string][]int{
		file:         every(0, 96),
		"test":       append(every(71, 95), 96), // steps 71 … 100
		"validation": every(52, 66),             // the last 8 of those that end before step 71
		"train":      every(0, 46),              // those that end before step 52
	} {
		rows, errors := scoredRows(t, m, word)
		wantRows, want := slowErrors(m, starts)
		if !slices.Equal(rows, wantRows) {
			t.Errorf("%s: rows %v, wanted %v", word, rows, wantRows)
			continue
		}
		for i := range want {
			if d := errors[i] - want[i]; d > 1e-9 || d < -1e-9 {
				t.Fatalf("%s: row %d has the error %v, wanted %v", word, rows[i], errors[i], want[i])
			}
		}
		if word == "test" || word == "validation" {
			if got, want := record.Metrics[word+".anomaly.normal=n.auroc"], slowAUROC(rows, errors); got != want {
				t.Errorf("%s: the area over rows is %v, wanted %v", word, got, want)
			}
		}
		if word == "validation" {
			slices.Sort(errors)
			least, _ := m.Seen.Quantile("mse", 0)
			most, _ := m.Seen.Quantile("mse", 1)
			if !m.Seen.OfSteps || most != errors[len(errors)-1] || least != errors[0] {
				t.Errorf("the model keeps errors from %v to %v, its validation rows have %v to %v", least, most, errors[0], errors[len(errors)-1])
			}
		}
	}
}

// slowAUROC is the share of pairs of an odd row and a usual one that are in order.
func slowAUROC(rows []int, errors []float64) float64 {
	ordered, pairs := 0., 0.
	for i, odd := range rows {
		for j, usual := range rows {
			if odd%20 != 19 || usual%20 == 19 {
				continue
			}
			pairs++
			if errors[i] > errors[j] {
				ordered++
			}
		}
	}
	return ordered / pairs
}
