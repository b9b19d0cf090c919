package reports

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// summary tells in sentences what came out.
func (g *gathering) summary(r *Report) []string {
	sentences := []string{g.extent(r.Comparison.States)}
	ranked := g.ranked()
	if len(ranked) > 0 {
		sentences = append(sentences, g.best(ranked)+tiedWith(r.Comparison))
	}
	for _, more := range []string{g.against(ranked), g.cost(r.Charts), g.clean(r.Health)} {
		if more != "" {
			sentences = append(sentences, more)
		}
	}
	for _, a := range r.Answers {
		sentences = append(sentences, a.sentence())
	}
	return sentences
}

// extent says how much was run.
func (g *gathering) extent(states map[store.State]int) string {
	trials, seconds := 0, 0.0
	for _, n := range states {
		trials += n
	}
	for _, t := range g.trials {
		seconds += t.Seconds
	}
	text := fmt.Sprintf("%s of %s", counted(trials, "trial"), counted(len(g.groups), "setting"))
	if seeds := len(g.experiment.Seeds); seeds > 1 {
		text += fmt.Sprintf(" with %d seeds each", seeds)
	}
	if states[store.Done] == trials {
		return text + ", all done, in " + lasting(seconds) + " of computing."
	}
	return text + ": " + tally(states) + "; so far " + lasting(seconds) + " of computing."
}

// best names the best setting and its number.
func (g *gathering) best(ranked []group) string {
	if DirectionOf(g.metric) == Neither {
		return fmt.Sprintf("%s ranges from %s to %s over the settings.", g.metric,
			FormatNumber(ranked[0].value.Mean), FormatNumber(ranked[len(ranked)-1].value.Mean))
	}
	text := fmt.Sprintf("The best %s is %s", g.metric, inWords(ranked[0].value))
	if len(g.groups) > 1 {
		text += " (" + ranked[0].label + ")"
	}
	if len(ranked) > 1 {
		second, best := ranked[1].value, ranked[0].value
		text += fmt.Sprintf(", followed by %s (%s)", inWords(second), ranked[1].label)
		if gap := second.Mean - best.Mean; best.N() > 1 && second.N() > 1 && max(gap, -gap) < max(best.Deviation, second.Deviation) {
			text += ", which is within the spread of the seeds"
		}
	}
	return text + "."
}

// tiedWith says how many cells of the comparison are not told from the best.
func tiedWith(t *Table) string {
	n := 0
	t.eachCell(func(c *Cell) {
		if len(c.Values) > 0 && c.Values[0].Tied {
			n++
		}
	})
	switch n {
	case 0:
		return ""
	case 1:
		return " One cell of the comparison is not told from the best by exact tests over the seeds."
	}
	return fmt.Sprintf(" %d cells of the comparison are not told from the best by exact tests over the seeds.", n)
}

func inWords(v Value) string {
	mean, deviation := formatSpread(v.Mean, v.Deviation)
	if v.N() < 2 {
		return mean
	}
	return mean + " ± " + deviation
}

// against says how many settings beat PCA with the same code size.
func (g *gathering) against(ranked []group) string {
	split, _, _ := cutSplit(g.metric)
	better, known := 0, 0
	for _, x := range ranked {
		var gains []float64
		for _, t := range x.trials {
			if gain, ok := metricOf(t.Record, split+"."+gainOverPCA); ok {
				gains = append(gains, gain)
			}
		}
		if len(gains) == 0 {
			continue
		}
		known++
		if mean, _ := statistics.Mean(gains); mean > 0 {
			better++
		}
	}
	switch {
	case known == 0:
		return ""
	case known == 1 && better == 1:
		return fmt.Sprintf("Its %s.mse lies below that of PCA with the same code size.", split)
	case known == 1:
		return fmt.Sprintf("PCA with the same code size does better in %s.mse.", split)
	case better == known:
		return fmt.Sprintf("All %d settings lie below PCA with the same code size in %s.mse.", known, split)
	}
	return fmt.Sprintf("%d of %s lie below PCA with the same code size in %s.mse.", better, counted(known, "setting"), split)
}

// cutSplit splits a metric's name behind its split: test, mse.
func cutSplit(metric string) (split, name string, ok bool) { return strings.Cut(metric, ".") }

// cost says what the small settings of the Pareto front come to.
func (g *gathering) cost(charts []Chart) string {
	i := slices.IndexFunc(charts, func(c Chart) bool { return c.Name == "pareto" })
	if i < 0 {
		return ""
	}
	front := charts[i].Series[1].Points
	if len(front) < 2 {
		return ""
	}
	return fmt.Sprintf("Of %s, %s are on the Pareto front of %s against parameters: from %s parameters (%s) to %s (%s).",
		counted(len(charts[i].Series[0].Points), "setting"), grouped(int64(len(front))), g.metric,
		grouped(int64(front[0].X)), front[0].Label, grouped(int64(front[len(front)-1].X)), front[len(front)-1].Label)
}

// clean says whether anything went wrong.
func (g *gathering) clean(h Health) string {
	if len(h.Troubles) == 0 {
		return "No trial diverged, failed or carries a note."
	}
	verb := "are"
	if len(h.Troubles) == 1 {
		verb = "is"
	}
	return fmt.Sprintf("There %s %s on the health of trials, below.", verb, counted(len(h.Troubles), "remark"))
}

func (a Answer) sentence() string {
	text := fmt.Sprintf("Claim “%s” in %s: %s", a.Claim.Text, a.Claim.Metric, a.Verdict)
	if a.Pairs > 0 {
		text += fmt.Sprintf(" (difference %s over %s, p = %s)", FormatNumber(a.Mean), counted(a.Pairs, "paired seed"), FormatNumber(a.P))
	}
	if a.Reason != "" {
		text += ": " + a.Reason
	}
	return text + "."
}

// Provenance says where the numbers come from.
type Provenance struct {
	File  string
	Text  string // the spec
	Edits []string
	Facts [][2]string // names and texts
	// Weights are the digests of the final weights by trial.
	Weights [][2]string
}

func (g *gathering) provenance() Provenance {
	p := Provenance{File: g.experiment.File, Text: string(g.experiment.Text), Edits: g.experiment.Edits}
	var programs, machines, kernels, numerics, data, spans []string
	for _, t := range g.trials {
		m := t.Machine
		if m != (store.Machine{}) {
			programs = append(programs, joined(", ", m.Version, m.Commit))
			machines = append(machines, joined(", ", m.Processor, m.OS+"/"+m.Arch))
			kernels = append(kernels, m.Kernel)
		}
		if t.State.Final() {
			numerics = append(numerics, fmt.Sprintf("version %d", t.Numerics))
		}
		if declared, ok := t.Setting["data"].(experiments.Setting); ok {
			data = append(data, plain(declared)+", fingerprint "+t.Data)
		}
		if !t.Finished.IsZero() {
			spans = append(spans, *timestamp(t.Finished))
		}
		if t.WeightsSHA256 != "" {
			p.Weights = append(p.Weights, [2]string{t.ID, t.WeightsSHA256})
		}
	}
	for _, fact := range []struct {
		name  string
		texts []string
	}{{"data", data}, {"program", programs}, {"machine", machines}, {"arithmetic", kernels}, {"numerics", numerics}} {
		for _, text := range slices.Compact(slices.Sorted(slices.Values(fact.texts))) {
			if text != "" {
				p.Facts = append(p.Facts, [2]string{fact.name, text})
			}
		}
	}
	if slices.Sort(spans); len(spans) > 0 {
		p.Facts = append(p.Facts, [2]string{"trials ended", spans[0] + " to " + spans[len(spans)-1]})
	}
	return p
}
