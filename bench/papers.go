package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The lines between which papers puts its table.
const (
	tableBegins = "<!-- What follows is written by make papers-table. -->"
	tableEnds   = "<!-- What precedes is written by make papers-table. -->"
)

// comparison is what is read of hourglass compare --json.
type comparison struct {
	Experiment string
	Metrics    []struct{ Name string }
	Cells      []cell
	Claims     []struct {
		Claim, Metric, Verdict, Reason string
		Pairs                          int
		Difference                     *float64
		P                              float64
	}
}

// cell holds trials that differ in nothing but their seed.
type cell struct {
	At       map[string]string
	Model    string
	Baseline bool
	IDs      []string
	Metrics  map[string]*measured
}

func (c cell) anyReported() bool {
	for _, v := range c.Metrics {
		if v != nil && len(v.Reported) > 0 {
			return true
		}
	}
	return false
}

// measured is a metric over the trials of a cell.
type measured struct {
	N        int
	Mean     *float64
	SD       *float64
	Reported []published
}

// published is a reported value beside what was obtained.
type published struct {
	Value        float64
	Tolerance    *float64
	Source, Note string
	Difference   *float64
	Within       *bool
}

// papers writes what a store has of the experiments in experiments/papers, beside
// what was reported, into the table of a Markdown file.
func papers(store, page string, out io.Writer) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(text, []byte(tableBegins))
	_, after, ended := bytes.Cut(rest, []byte(tableEnds))
	if !found || !ended {
		return fmt.Errorf("%s has no place for the table: %s … %s", page, tableBegins, tableEnds)
	}
	files, err := filepath.Glob("experiments/papers/*.yaml")
	if err != nil {
		return err
	}
	table, err := papersTable(store, files)
	if err != nil {
		return err
	}
	whole := string(before) + tableBegins + table + tableEnds + string(after)
	if err := os.WriteFile(page, []byte(whole), 0o666); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "wrote %s\n", page)
	return err
}

// papersTable returns the table of all experiments, the notes under it, and the
// answers to claims.
func papersTable(store string, files []string) (string, error) {
	var table, claims strings.Builder
	var notes []string
	table.WriteString("\n\n| experiment | of | metric | reported | obtained | difference | | time |\n|:---|:---|:---|---:|---:|---:|:---|---:|\n")
	for _, file := range files {
		p, err := readPaper(store, file)
		if err != nil {
			return "", err
		}
		table.WriteString(p.rows(&notes))
		claims.WriteString(p.claims())
	}
	table.WriteString("\n")
	for i, note := range notes {
		fmt.Fprintf(&table, "[%d] %s\n\n", i+1, note)
	}
	if claims.Len() > 0 {
		table.WriteString("Claims:\n\n" + claims.String() + "\n")
	}
	return table.String(), nil
}

// paper is an experiment as it is read for the table.
type paper struct {
	comparison
	file    string
	seconds map[string]float64 // of training, by id
}

func readPaper(store, file string) (paper, error) {
	p := paper{file: file}
	err := askHourglass(&p.comparison, "compare", "--json", "--store", store, file)
	if err == nil {
		p.seconds, err = trainingSeconds(store, file)
	}
	return p, err
}

// rows returns the rows of the experiment: one for each reported value, and one
// for each autoencoder of which nothing was reported and that was trained over
// seeds. Notes on the values are added to notes, which are numbered from 1.
func (p paper) rows(notes *[]string) string {
	var out strings.Builder
	written := map[string]bool{}
	for _, cell := range p.Cells {
		of := cell.At["case"]
		if of == "" {
			of = strings.TrimSuffix(cell.Model+" "+cell.At["model.code"], " ")
		}
		known := cell.anyReported()
		for i, metric := range p.Metrics {
			v := cell.Metrics[metric.Name]
			if v == nil {
				continue
			}
			values := v.Reported
			if i == 0 && !known && !cell.Baseline && v.SD != nil {
				values = []published{{}}
			}
			for _, r := range values {
				row := fmt.Sprintf("| [%s](papers/%s) | %s | %s | %s | %s | %s | %s | %s |\n", p.Experiment, filepath.Base(p.file), of, metric.Name,
					r.text()+mark(r.Note, notes), v.text(), differenceText(r.Difference), verdictText(r.Within), p.timeText(cell.IDs))
				if !written[row] { // a baseline stands beneath each of its code size
					out.WriteString(row)
				}
				written[row] = true
			}
		}
	}
	return out.String()
}

// mark returns the mark of a note, which is added where it is new.
func mark(note string, notes *[]string) string {
	if note == "" {
		return ""
	}
	i := slices.Index(*notes, note)
	if i < 0 {
		i = len(*notes)
		*notes = append(*notes, note)
	}
	return fmt.Sprintf(" [%d]", i+1)
}

// claims returns a line for each claim of the experiment.
func (p paper) claims() string {
	var out strings.Builder
	for _, claim := range p.Claims {
		fmt.Fprintf(&out, "- %s: %s in %s: %s", p.Experiment, claim.Claim, claim.Metric, claim.Verdict)
		if claim.Difference != nil {
			fmt.Fprintf(&out, "; difference %.3g over %d paired seeds", *claim.Difference, claim.Pairs)
		}
		switch {
		case claim.Reason != "":
			fmt.Fprintf(&out, "; %s", claim.Reason)
		case claim.Difference != nil:
			fmt.Fprintf(&out, ", p = %.3g", claim.P)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// text returns the mean with its deviation and the number of seeds.
func (v *measured) text() string {
	if v.N == 0 {
		return "not run"
	}
	text := strconv.FormatFloat(*v.Mean, 'g', 5, 64)
	if v.SD != nil {
		text += fmt.Sprintf(" ± %.2g (%d)", *v.SD, v.N)
	}
	return text
}

// timeText returns how long one of the trials took, nothing where none was run.
func (p paper) timeText(ids []string) string {
	total, n := 0.0, 0
	for _, id := range ids {
		if seconds := p.seconds[id]; seconds > 0 {
			total, n = total+seconds, n+1
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f s", total/float64(n))
}

// text returns the value with its tolerance, nothing where none is named.
func (r published) text() string {
	if r.Source == "" {
		return ""
	}
	text := strconv.FormatFloat(r.Value, 'g', -1, 64)
	if r.Tolerance != nil {
		text += " ± " + strconv.FormatFloat(*r.Tolerance, 'g', 3, 64)
	}
	return text
}

func differenceText(difference *float64) string {
	if difference == nil {
		return ""
	}
	return fmt.Sprintf("%+.2g", *difference)
}

func verdictText(within *bool) string {
	switch {
	case within == nil:
		return ""
	case *within:
		return "within"
	}
	return "**outside**"
}

// trainingSeconds returns how long the trials of a spec took, by id.
func trainingSeconds(store, file string) (map[string]float64, error) {
	if _, err := os.Stat(store); os.IsNotExist(err) { // nothing has been run
		return nil, nil
	}
	text, err := hourglassOutput("list", "--json", "--store", store, file)
	if err != nil {
		return nil, err
	}
	seconds := map[string]float64{}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var trial struct {
			ID      string
			Seconds float64
		}
		if err := decoder.Decode(&trial); err == io.EOF {
			return seconds, nil
		} else if err != nil {
			return nil, err
		}
		seconds[trial.ID] = trial.Seconds
	}
}

func askHourglass(into any, args ...string) error {
	text, err := hourglassOutput(args...)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func hourglassOutput(args ...string) ([]byte, error) {
	cmd := exec.Command("bin/hourglass", args...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("bin/hourglass %s: %w", strings.Join(args, " "), err)
	}
	return text, nil
}
