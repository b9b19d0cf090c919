package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// number returns v for JSON: null where it is not finite, which JSON cannot
// say.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// numbers returns metrics for JSON.
func numbers(metrics map[string]float64) map[string]*float64 {
	out := make(map[string]*float64, len(metrics))
	for name, v := range metrics {
		out[name] = number(v)
	}
	return out
}

// writeJSON writes an object on a line of its own.
func writeJSON(w io.Writer, object any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// writeLines writes objects one a line.
func writeLines[T any](w io.Writer, objects []T) error {
	for _, object := range objects {
		if err := writeJSON(w, object); err != nil {
			return err
		}
	}
	return nil
}

// tableJSON is a comparison as JSON.
type tableJSON struct {
	Experiment string            `json:"experiment"`
	Question   string            `json:"question"`
	Rows       []string          `json:"rows"`
	Columns    []string          `json:"columns"`
	Constants  map[string]string `json:"constants"`
	Metrics    []metricJSON      `json:"metrics"`
	Cells      []cellJSON        `json:"cells"`
	Statistic  string            `json:"statistic"` // that changes and intervals are of
	Reference  string            `json:"reference,omitempty"`
	Alpha      float64           `json:"alpha"`
	Remarks    []string          `json:"remarks"`
	Claims     []answerJSON      `json:"claims,omitempty"`
}

// answerJSON is the answer to a claim as JSON.
type answerJSON struct {
	Claim      string   `json:"claim"`
	Metric     string   `json:"metric"`
	Verdict    Verdict  `json:"verdict"`
	Pairs      int      `json:"pairs"`
	Difference *float64 `json:"difference"` // mean of better − worse; null without a pair
	P          float64  `json:"p"`
	Reason     string   `json:"reason,omitempty"` // where the verdict is cannot tell
}

func (a Answer) json() answerJSON {
	out := answerJSON{Claim: a.Claim.Text, Metric: a.Claim.Metric, Verdict: a.Verdict, Pairs: a.Pairs, P: a.P, Reason: a.Reason}
	if a.Pairs > 0 {
		out.Difference = number(a.Mean)
	}
	return out
}

type metricJSON struct {
	Name   string `json:"name"`
	Better string `json:"better"` // lower, higher or neither
}

type cellJSON struct {
	At       map[string]string     `json:"at"` // path → value, of the rows and columns on which the model depends
	Model    string                `json:"model"`
	Baseline bool                  `json:"baseline"`
	IDs      []string              `json:"ids"`
	States   map[string]int        `json:"states"`
	Metrics  map[string]*valueJSON `json:"metrics"` // null where no trial has it and none is reported
	Notes    []string              `json:"notes"`
}

type valueJSON struct {
	N    int        `json:"n"`
	Mean *float64   `json:"mean"`
	SD   *float64   `json:"sd"` // null for fewer than two trials
	Each []*float64 `json:"values"`
	Best bool       `json:"best"`
	Tied bool       `json:"tied"` // not told from the best

	Median   *float64        `json:"median"`
	Interval []*float64      `json:"interval,omitempty"` // of mean or median, as asked
	Versus   *versusJSON     `json:"versus,omitempty"`   // the reference
	Reported []publishedJSON `json:"reported,omitempty"`
}

// JSON writes the table as one object.
func (t *Table) JSON(w io.Writer) error {
	object := tableJSON{
		Experiment: t.Experiment, Question: t.Question, Rows: list(t.Rows), Columns: list(t.Columns),
		Constants: map[string]string{}, Metrics: []metricJSON{}, Cells: []cellJSON{}, Remarks: list(t.Remarks),
		Statistic: t.Statistic, Reference: t.Reference, Alpha: t.Alpha,
	}
	for _, c := range t.Constants {
		object.Constants[c.Path] = c.Value
	}
	for _, metric := range t.Metrics {
		object.Metrics = append(object.Metrics, metricJSON{metric, DirectionOf(metric).String()})
	}
	for _, cell := range t.cells() {
		object.Cells = append(object.Cells, t.cellJSON(cell))
	}
	for _, answer := range t.Answers {
		object.Claims = append(object.Claims, answer.json())
	}
	return writeJSON(w, object)
}

func (t *Table) cellJSON(cell placed) cellJSON {
	out := cellJSON{
		At: map[string]string{}, Model: cell.line.Model, Baseline: cell.line.Baseline, IDs: cell.IDs,
		States: map[string]int{}, Metrics: map[string]*valueJSON{}, Notes: t.notesOf(cell.Cell),
	}
	for i, path := range t.Rows {
		if label := cell.line.Labels[i]; label != "" {
			out.At[path] = label
		}
	}
	for i, path := range t.Columns {
		if value := cell.head[i]; value != "" {
			out.At[path] = value
		}
	}
	for state, n := range cell.States {
		out.States[string(state)] = n
	}
	for i, v := range cell.Values {
		out.Metrics[t.Metrics[i]] = t.valueJSON(v)
	}
	return out
}

func (t *Table) valueJSON(v Value) *valueJSON {
	if v.N() == 0 && len(v.Published) == 0 {
		return nil
	}
	out := &valueJSON{N: v.N(), Best: v.Best, Tied: v.Tied, Versus: t.versusJSON(v.Versus), Reported: v.publishedJSON(), Each: []*float64{}}
	if v.N() > 0 {
		out.Mean, out.Median = number(v.Mean), number(v.Median)
		if t.spreads() {
			out.Interval = []*float64{number(v.Low), number(v.High)}
		}
	}
	if v.N() > 1 {
		out.SD = number(v.Deviation)
	}
	for _, x := range v.Each {
		out.Each = append(out.Each, number(x))
	}
	return out
}

// list returns a slice that is never nil, so that JSON has [] and not null.
func list(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}
