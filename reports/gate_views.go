package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
)

// grid lays the findings out; what is not fine stands first.
func (g *Gating) grid() *grid {
	findings := g.worstFirst()
	column := func(text func(Finding) string) []string {
		cells := make([]string, len(findings))
		for i, f := range findings {
			cells[i] = text(f)
		}
		return cells
	}
	out := &grid{}
	add := func(head string, left bool, text func(Finding) string) {
		cells := column(text)
		if strings.Join(cells, "") != "" { // what no finding has is left out
			out.add(head, left, cells)
		}
	}
	add("outcome", true, func(f Finding) string { return string(f.Outcome) })
	add("setting", true, func(f Finding) string { return clipped(f.At, 40) })
	add("metric", true, func(f Finding) string { return f.Metric })
	add("baseline", false, func(f Finding) string { return orBlank(f.Before) })
	add("now", false, func(f Finding) string { return orBlank(f.Now) })
	add("worse by", false, Finding.worseBy)
	add("allowed", false, Finding.allowed)
	add("p", false, func(f Finding) string { return orBlank(f.P) })
	add("why", true, func(f Finding) string { return f.Reason })
	return out
}

// allowed is how much worse a result may be.
func (f Finding) allowed() string {
	if f.Before == nil {
		return ""
	}
	return FormatNumber(f.Tolerance)
}

func orBlank(v *float64) string {
	if v == nil {
		return ""
	}
	return FormatNumber(*v)
}

// worseBy says by how much a result is worse, in per cent of the baseline.
func (f Finding) worseBy() string {
	if f.Worse == nil {
		return ""
	}
	if *f.Before == 0 || *f.Worse == 0 {
		return FormatNumber(*f.Worse)
	}
	return signed(decimal(100**f.Worse/math.Abs(*f.Before), 2)) + "%"
}

// worstFirst returns the findings, those that did not pass before the others.
func (g *Gating) worstFirst() []Finding {
	var out []Finding
	for _, outcome := range []Outcome{Regressed, NotComparable, CannotDecide, Passed} {
		for _, f := range g.Findings {
			if f.Outcome == outcome {
				out = append(out, f)
			}
		}
	}
	return out
}

// Summary says in a sentence what came of it.
func (g *Gating) Summary() string {
	count := map[Outcome]int{}
	for _, f := range g.Findings {
		count[f.Outcome]++
	}
	var words []string
	for _, outcome := range []Outcome{Regressed, NotComparable, CannotDecide, Passed} {
		if n := count[outcome]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	text := fmt.Sprintf("gate %s: %s; of %s: %s", g.Experiment, g.Outcome, counted(len(g.Findings), "comparison"), strings.Join(words, ", "))
	if g.Since != "" {
		text += "; " + g.Since
	}
	return text
}

// Text writes the findings for a terminal.
func (g *Gating) Text(w io.Writer) error {
	if err := g.grid().text(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s", wrapped(g.Summary(), 100, 2))
	return err
}

// Markdown writes the findings in GitHub's Markdown, for the summary of a step.
func (g *Gating) Markdown(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "**%s**\n\n", g.Summary()); err != nil {
		return err
	}
	return g.grid().markdown(w)
}

type gatingJSON struct {
	Experiment string        `json:"experiment"`
	Outcome    Outcome       `json:"outcome"`
	Since      *string       `json:"since"`
	Findings   []findingJSON `json:"findings"`
}

type findingJSON struct {
	At        string   `json:"at"`
	Metric    *string  `json:"metric"` // null of a setting as a whole
	Outcome   Outcome  `json:"outcome"`
	Baseline  *float64 `json:"baseline"`
	Now       *float64 `json:"now"`
	Worse     *float64 `json:"worse"` // by how much, in the metric's unit; negative where better
	Tolerance float64  `json:"tolerance"`
	P         *float64 `json:"p"`
	Reason    *string  `json:"reason"`
	On        *string  `json:"measured_on"` // of the baseline
}

// JSON writes the gating as one object.
func (g *Gating) JSON(w io.Writer) error {
	out := gatingJSON{Experiment: g.Experiment, Outcome: g.Outcome, Since: orNull(g.Since), Findings: []findingJSON{}}
	for _, f := range g.Findings {
		out.Findings = append(out.Findings, findingJSON{f.At, orNull(f.Metric), f.Outcome, f.Before, f.Now, f.Worse,
			f.Tolerance, f.P, orNull(f.Reason), orNull(f.On)})
	}
	return writeJSON(w, out)
}

// Annotations returns a line for each finding that did not pass, as GitHub
// Actions shows them at a file.
func (g *Gating) Annotations(file string) []string {
	escape := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var lines []string
	for _, f := range g.worstFirst() {
		if f.Outcome == Passed {
			break
		}
		title := fmt.Sprintf("gate %s: %s", g.Experiment, f.Outcome)
		lines = append(lines, fmt.Sprintf("::error file=%s,title=%s::%s", property.Replace(file), property.Replace(title), escape.Replace(f.sentence())))
	}
	return lines
}

// sentence says what was found.
func (f Finding) sentence() string {
	text := strings.TrimSuffix(f.At+": "+f.Metric, ": ")
	if f.Worse != nil {
		text += fmt.Sprintf(" went from %s to %s, worse by %s where %s is allowed", FormatNumber(*f.Before), FormatNumber(*f.Now), f.worseBy(), FormatNumber(f.Tolerance))
	}
	if f.P != nil {
		text += fmt.Sprintf(" (p = %s)", FormatNumber(*f.P))
	}
	if f.Reason != "" {
		text += ": " + f.Reason
	}
	return text
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Error   *junitMessage `xml:"error,omitempty"`
}

type junitMessage struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
}

// JUnit writes the findings as JUnit XML: a regression is a failure, what cannot
// be told or compared an error.
func (g *Gating) JUnit(w io.Writer) error {
	suite := junitSuite{Name: "gate " + g.Experiment, Tests: len(g.Findings)}
	for _, f := range g.Findings {
		c := junitCase{Class: g.Experiment, Name: strings.TrimSuffix(f.At+": "+f.Metric, ": ")}
		message := &junitMessage{string(f.Outcome), f.sentence()}
		switch f.Outcome {
		case Regressed:
			suite.Failures++
			c.Failure = message
		case CannotDecide, NotComparable:
			suite.Errors++
			c.Error = message
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suite); err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}
