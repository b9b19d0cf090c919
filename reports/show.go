package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hourglass.dev/hourglass/store"
)

// Sheet is one trial in full.
type Sheet struct {
	Trial Trial
	Curve []store.Epoch
	// Layers are those of the net; nil for a baseline, and where the data
	// cannot be described.
	Layers []Layer
	// Evaluations are those of the trial, and Artefacts what is kept of them.
	Evaluations []store.Evaluation
	Artefacts   []store.Artefact
}

// Text writes the sheet for a terminal.
func (s *Sheet) Text(w io.Writer) error {
	var out strings.Builder
	t := s.Trial
	title := short(t.ID) + "  " + t.Family
	if !t.Baseline() {
		title += fmt.Sprintf(", seed %d", *t.Seed)
	}
	fmt.Fprintf(&out, "%s, %s\n\n", title, s.ending())
	for _, fact := range s.facts() {
		writeFact(&out, fact[0], fact[1])
	}
	for _, note := range t.Notes {
		writeFact(&out, "note", note)
	}
	out.WriteString("\nsetting\n")
	writeSetting(&out, t.Setting, 2)
	if err := s.writeLayers(&out); err != nil {
		return err
	}
	if err := s.writeCurve(&out); err != nil {
		return err
	}
	s.writeMetrics(&out)
	s.writeEvaluations(&out)
	_, err := io.WriteString(w, out.String())
	return err
}

// writeFact writes a line with a name, and lines that go on beneath its text.
func writeFact(out *strings.Builder, name, text string) {
	if text == "" {
		return
	}
	lines := strings.TrimSuffix(wrapped(text, 84, 0), "\n")
	fmt.Fprintf(out, "  %-11s  %s\n", name, strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", 15)))
}

// ending says in a few words how far the trial has come.
func (s *Sheet) ending() string {
	t := s.Trial
	var epochs string
	if !t.Baseline() && t.Epochs > 0 {
		epochs = " after " + counted(t.Epochs, "epoch")
	}
	switch t.State {
	case store.Done:
		return "done" + epochs + " in " + lasting(t.Seconds)
	case store.Diverged:
		return fmt.Sprintf("diverged at step %s%s", grouped(int64(t.DivergedStep)), epochs)
	case store.Failed:
		return "failed" + epochs
	}
	return string(t.State) + epochs
}

// facts returns names and texts of what surrounds a trial; a text may be "".
func (s *Sheet) facts() [][2]string {
	t, m := s.Trial, s.Trial.Machine
	facts := [][2]string{{"id", t.ID}}
	for _, place := range t.Places {
		facts = append(facts, [2]string{"experiment", placeInWords(place)})
	}
	facts = append(facts, [2]string{"failure", strings.TrimSpace(t.Failure)})
	if t.Parameters > 0 {
		facts = append(facts, [2]string{"parameters", grouped(int64(t.Parameters))})
	}
	if !t.Baseline() && t.ExamplesPerSecond != nil {
		facts = append(facts, [2]string{"speed", grouped(int64(*t.ExamplesPerSecond+0.5)) + " examples per second"})
	}
	facts = append(facts, [2]string{"weights", t.WeightsSHA256}, [2]string{"data", t.Data})
	if m != (store.Machine{}) {
		facts = append(facts, [2]string{"machine", joined(", ", m.Processor, m.Kernel, m.OS+"/"+m.Arch, memory(m.PeakMemory))})
		facts = append(facts, [2]string{"program", joined(", ", m.Version, m.Commit)})
	}
	facts = append(facts, [2]string{"numerics", fmt.Sprintf("version %d", t.Numerics)})
	if !t.Finished.IsZero() {
		facts = append(facts, [2]string{"finished", t.Finished.UTC().Format(time.DateTime) + " UTC"})
	}
	return facts
}

// placeInWords returns a place as "code-size: case robust, model.code 8".
func placeInWords(place store.Place) string {
	var words []string
	if place.Case != "" {
		words = append(words, "case "+place.Case)
	}
	for _, path := range sweptIn([]Trial{{Places: []store.Place{place}}}) {
		words = append(words, path+" "+place.Values[path])
	}
	return joined(": ", place.Experiment, strings.Join(words, ", "))
}

func memory(peak int64) string {
	if peak == 0 {
		return ""
	}
	return bytesOf(peak) + " at its peak"
}

// joined joins the words that are not empty.
func joined(between string, words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), between)
}

// writeMetrics writes the metrics with their values, in six digits.
func (s *Sheet) writeMetrics(out *strings.Builder) {
	names, figures := []string{}, []figure{}
	widest := 0
	for _, name := range sortedMetrics(s.Trial.Metrics) {
		v, ok := metricOf(s.Trial.Record, name)
		if !ok {
			continue
		}
		names, widest = append(names, name), max(widest, len(name))
		figures = append(figures, figure{mean: sixDigits(v)})
	}
	for i, value := range aligned(figures) {
		if i == 0 {
			out.WriteString("\nmetrics\n")
		}
		fmt.Fprintf(out, "  %-*s  %s\n", widest, names[i], strings.TrimRight(value, " "))
	}
}

// sheetJSON is a trial as in a listing, with its curve.
type sheetJSON struct {
	trialJSON
	Layers []Layer     `json:"layers"`
	Curve  []epochJSON `json:"curve"`

	Evaluations []evaluationJSON `json:"evaluations"`
	Artefacts   []artefactJSON   `json:"artefacts"`
}

type epochJSON struct {
	Epoch         int                 `json:"epoch"`
	Metrics       map[string]*float64 `json:"metrics"` // null where not finite
	WeightsSHA256 *string             `json:"weights_sha256"`
	Seconds       *float64            `json:"seconds"`
}

// JSON writes the sheet as one object.
func (s *Sheet) JSON(w io.Writer) error {
	object := sheetJSON{trialJSON: trialJSONOf(s.Trial), Layers: s.Layers, Curve: []epochJSON{}}
	if object.Layers == nil {
		object.Layers = []Layer{}
	}
	for _, e := range s.Curve {
		metrics := numbers(e.Metrics)
		for _, name := range e.NotFinite {
			metrics[name] = nil
		}
		object.Curve = append(object.Curve, epochJSON{e.Epoch, metrics, orNull(e.Digest), number(e.Seconds)})
	}
	object.Evaluations, object.Artefacts = s.evaluationsJSON()
	return writeJSON(w, object)
}
