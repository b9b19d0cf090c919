package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
	Cells      []struct {
		At      map[string]string
		Model   string
		IDs     []string
		Metrics map[string]*struct {
			N        int
			Mean     float64
			SD       *float64
			Reported []struct {
				Value      float64
				Tolerance  *float64
				Source     string
				Difference *float64
				Within     *bool
			}
		}
	}
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
	var table strings.Builder
	table.WriteString("\n\n| experiment | of | metric | reported | obtained | difference | | time |\n|:---|:---|:---|---:|---:|---:|:---|---:|\n")
	for _, file := range files {
		rows, err := paperRows(store, file)
		if err != nil {
			return err
		}
		table.WriteString(rows)
	}
	table.WriteString("\n")
	whole := string(before) + tableBegins + table.String() + tableEnds + string(after)
	if err := os.WriteFile(page, []byte(whole), 0o666); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "wrote %s\n", page)
	return err
}

// paperRows returns the rows of one experiment: one for each reported value.
func paperRows(store, file string) (string, error) {
	var c comparison
	if err := askHourglass(&c, "compare", "--json", "--store", store, file); err != nil {
		return "", err
	}
	seconds, err := trainingSeconds(store, file)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, cell := range c.Cells {
		total := 0.0
		for _, id := range cell.IDs {
			total += seconds[id]
		}
		of := cell.At["case"]
		if of == "" {
			of = strings.TrimSuffix(cell.Model+" "+cell.At["model.code"], " ")
		}
		for _, metric := range c.Metrics {
			v := cell.Metrics[metric.Name]
			if v == nil {
				continue
			}
			obtained := strconv.FormatFloat(v.Mean, 'g', 5, 64)
			if v.N == 0 {
				obtained = "not run"
			}
			if v.SD != nil {
				obtained += fmt.Sprintf(" ± %.2g (%d)", *v.SD, v.N)
			}
			for _, r := range v.Reported {
				fmt.Fprintf(&out, "| [%s](papers/%s) | %s | %s | %s | %s | %s | %s | %.0f s |\n", c.Experiment, filepath.Base(file), of, metric.Name,
					reportedText(r.Value, r.Tolerance), obtained, differenceText(r.Difference), verdictText(r.Within), total/float64(max(1, len(cell.IDs))))
			}
		}
	}
	return out.String(), nil
}

func reportedText(value float64, tolerance *float64) string {
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if tolerance != nil {
		text += " ± " + strconv.FormatFloat(*tolerance, 'g', 3, 64)
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
