package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// cell sums up the trials of one setting over their seeds, with notes on all
// that a mean would hide.
func (c *comparison) cell(table *Table, trials []Trial) Cell {
	trials = slices.Clone(trials)
	slices.SortStableFunc(trials, func(a, b Trial) int { return cmp.Compare(seedOf(a), seedOf(b)) })
	cell := Cell{States: map[store.State]int{}}
	var done []Trial
	for _, t := range trials {
		cell.IDs = append(cell.IDs, t.ID)
		cell.States[t.State]++
		if t.State == store.Done {
			done = append(done, t)
		}
	}
	noun := "seeds"
	merged := c.differences(trials)
	if merged != "" {
		noun, table.Merged = "trials", true
		cell.Notes = append(cell.Notes, c.notes.add("merges trials that differ in "+merged))
	}
	for _, text := range slices.Concat(stateNotes(trials, noun), violationNotes(done, c.layout.Expect, noun), ownNotes(done, noun)) {
		cell.Notes = append(cell.Notes, c.notes.add(text))
	}
	for _, metric := range table.Metrics {
		value := c.value(cell.IDs, done, metric, noun)
		value.Merged = merged != ""
		cell.Values = append(cell.Values, value)
	}
	return cell
}

func seedOf(t Trial) int {
	if t.Seed == nil {
		return 0
	}
	return *t.Seed
}

// value sums up one metric of trials that are done, those of a cell with the ids
// given.
func (c *comparison) value(ids []string, done []Trial, metric, noun string) Value {
	v := Value{Published: c.published(ids, metric)}
	baseline := false
	for _, t := range done {
		baseline, v.unranked = baseline || t.Baseline(), v.unranked || unranked(t, metric)
		if number, ok := metricOf(t.Record, metric); ok {
			v.Each, v.Seeds = append(v.Each, number), append(v.Seeds, seedOf(t))
		}
	}
	if len(v.Each) > 0 {
		v.Mean, v.Deviation = statistics.Mean(v.Each)
		v.Median = statistics.Median(v.Each)
		c.layout.interval(&v)
	}
	if v.unranked && len(v.Each) > 0 && DirectionOf(metric) != Neither {
		v.Notes = append(v.Notes, c.notes.add(unrankedNote))
	}
	_, _, derived := isDerived(metric)
	missing := len(done) - len(v.Each)
	// Baselines have no objective, penalties or epochs, which goes without saying.
	without := baseline && (derived || missing == len(done) && !slices.Contains(c.layout.Evaluated, metric))
	if missing > 0 && !without {
		text := absence(metric, missing, len(done), noun)
		if strings.HasSuffix(metric, "."+gainOverPCA) && c.codes[done[0].ID].code == "" {
			text = "the code size follows from the shapes and is not in the setting, so no PCA is known to be its equal"
		}
		if evaluated := slices.Contains(c.layout.Evaluated, metric); evaluated && missing == len(done) {
			text = notEvaluated
		} else if evaluated {
			text += ", which hourglass evaluate adds"
		}
		v.Notes = append(v.Notes, c.notes.add(text))
	}
	return v
}

// notEvaluated says why a metric of an evaluation is missing.
const notEvaluated = "not evaluated yet, which hourglass evaluate does, or not defined for this model, which hourglass show ID explains"

// absence says why a metric is missing.
func absence(metric string, missing, n int, noun string) string {
	_, name, _ := isDerived(metric)
	switch {
	case name == gainOverPCA:
		return "no finished PCA with the same code size on the same data to compare with"
	case name == pcaDims:
		return "no number of components is known with which PCA does as well"
	case missing == n:
		return metric + " was not recorded"
	}
	return share(missing, n, noun) + " without " + metric
}

// share says how many of a cell's trials something concerns: "1 of 3 seeds",
// or "all 3 seeds".
func share(k, n int, noun string) string {
	if k == n {
		return fmt.Sprintf("all %d %s", n, noun)
	}
	return fmt.Sprintf("%d of %d %s", k, n, noun)
}

// stateNotes says which trials are not in the mean. A cell without a finished
// trial shows its state itself, and needs a note only where there is more to
// say.
func stateNotes(trials []Trial, noun string) []string {
	byState := map[store.State][]Trial{}
	for _, t := range trials {
		byState[t.State] = append(byState[t.State], t)
	}
	var notes []string
	n := len(trials)
	if diverged := byState[store.Diverged]; len(diverged) > 0 {
		notes = append(notes, about(diverged, n, noun, "diverged")+atSteps(diverged))
	}
	if failed := byState[store.Failed]; len(failed) > 0 {
		notes = append(notes, about(failed, n, noun, "failed")+": "+failures(failed))
	}
	for _, state := range []store.State{store.Running, store.Waiting} {
		if some := byState[state]; len(some) > 0 && len(some) < n {
			notes = append(notes, about(some, n, noun, "still "+string(state)))
		}
	}
	return notes
}

func about(some []Trial, n int, noun, what string) string {
	if n > 1 {
		return share(len(some), n, noun) + " " + what
	}
	if some[0].Baseline() {
		return some[0].Family + " " + what
	}
	return what
}

// atSteps returns " at step 812", or ", at steps 90 and 812".
func atSteps(diverged []Trial) string {
	var steps []string
	for _, t := range diverged {
		steps = append(steps, fmt.Sprint(t.DivergedStep))
	}
	slices.SortFunc(steps, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	if steps = slices.Compact(steps); len(steps) == 1 {
		return " at step " + steps[0]
	}
	return ", at steps " + strings.Join(steps[:len(steps)-1], ", ") + " and " + steps[len(steps)-1]
}

// failures returns the distinct texts of accidents, the first line of each.
func failures(failed []Trial) string {
	var texts []string
	for _, t := range failed {
		text, _, _ := strings.Cut(strings.TrimSpace(t.Failure), "\n")
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// ownNotes returns the notes that the trials themselves carry.
func ownNotes(done []Trial, noun string) []string {
	count := map[string]int{}
	var order []string
	for _, t := range done {
		for _, note := range t.Notes {
			if count[note]++; count[note] == 1 {
				order = append(order, note)
			}
		}
	}
	for i, note := range order {
		if count[note] < len(done) {
			order[i] = share(count[note], len(done), noun) + ": " + note
		}
	}
	return order
}

// notes are the footnotes of a table, each once.
type notes struct {
	texts   []string
	numbers map[string]int
}

// add returns the number of a note, from 1.
func (n *notes) add(text string) int {
	if n.numbers == nil {
		n.numbers = map[string]int{}
	}
	if n.numbers[text] == 0 {
		n.texts = append(n.texts, text)
		n.numbers[text] = len(n.texts)
	}
	return n.numbers[text]
}
