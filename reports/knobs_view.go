package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
)

// Text writes the knobs for a terminal.
func (k *Knobs) Text(w io.Writer) error {
	var out strings.Builder
	if title := k.title(); title != "" {
		out.WriteString(wrapped(title, 100, 2) + "\n")
	}
	if len(k.Sources) > 0 {
		out.WriteString(wrapped(k.caption(), 100, 2) + "\n")
		if err := k.grid(aligned).text(&out); err != nil {
			return err
		}
		out.WriteString("\n")
	}
	for _, line := range k.footer() {
		out.WriteString(wrapped(line, 100, 2))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// Markdown writes the knobs in GitHub's Markdown.
func (k *Knobs) Markdown(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "**%s**\n\n", k.title())
	if len(k.Sources) > 0 {
		out.WriteString(k.caption() + "\n\n")
		if err := k.grid(inlined).markdown(&out); err != nil {
			return err
		}
		out.WriteString("\n")
	}
	out.WriteString(strings.Join(k.footer(), "  \n") + "\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// LaTeX writes the knobs as a tabular in the manner of the package booktabs.
func (k *Knobs) LaTeX(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%% %s\n%% needs \\usepackage{booktabs}\n\n", k.title())
	if len(k.Sources) > 0 {
		out.WriteString("% " + k.caption() + "\n")
		g := k.grid(func(figures []figure) []string {
			cells := make([]string, len(figures))
			for i, f := range figures {
				cells[i] = f.latex(nil)
			}
			return cells
		})
		for _, row := range g.rows {
			row[0] = strings.ReplaceAll(row[0], "×", "\x05")
		}
		var table strings.Builder
		g.latex(&table, 1)
		out.WriteString(strings.ReplaceAll(table.String(), "\x05", `$\times$`) + "\n")
	}
	text := strings.ReplaceAll(mathematics(escapeLaTeX(strings.Join(k.footer(), "\n"))), "×", `$\times$`)
	out.WriteString("{\\footnotesize\n" + strings.ReplaceAll(text, "\n", " \\\\\n") + "\n}\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// HTML writes the knobs as a page that opens from disk.
func (k *Knobs) HTML(w io.Writer) error {
	p := htmlPage{Title: k.title()}
	if len(k.Sources) > 0 {
		g := k.grid(inlined)
		grid := htmlGrid{Caption: k.caption()}
		for i, head := range g.heads {
			grid.Heads = append(grid.Heads, htmlCell{Text: head, Left: g.left[i]})
		}
		for _, row := range g.rows {
			var cells []htmlCell
			for i, text := range row {
				cells = append(cells, htmlCell{Text: text, Left: g.left[i]})
			}
			grid.Rows = append(grid.Rows, cells)
		}
		p.Grids = []htmlGrid{grid}
	}
	for _, line := range k.footer() {
		p.Footer = append(p.Footer, htmlNote{Text: line})
	}
	return p.write(w)
}

// CSV writes a line for each source of variance, with numbers in full.
func (k *Knobs) CSV(w io.Writer) error {
	rows := [][]string{{"knob", "df", "sum of squares", "share", "F", "p"}}
	for _, s := range k.all() {
		rows = append(rows, []string{s.Name, strconv.Itoa(s.DF), shortest(s.SumSquares), shortest(s.Share), orEmpty(s.F), orEmpty(s.P)})
	}
	if err := csv.NewWriter(w).WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// all are the sources with the seeds last; none where nothing was analysed.
func (k *Knobs) all() []statistics.Source {
	if len(k.Sources) == 0 {
		return nil
	}
	return append(k.Sources[:len(k.Sources):len(k.Sources)], k.Seeds)
}

func (k *Knobs) title() string {
	return (&Table{Experiment: k.Experiment, Question: k.Question}).title()
}

func (k *Knobs) caption() string {
	text := fmt.Sprintf("what %s depends on, in %s of %s", k.Metric, counted(k.Trials, "trial"), counted(k.Settings, "setting"))
	if direction := DirectionOf(k.Metric); direction != Neither {
		text += "; " + direction.String() + " is better"
	}
	return text
}

func inlined(figures []figure) []string {
	cells := make([]string, len(figures))
	for i, f := range figures {
		cells[i] = f.inline("", "", nil)
	}
	return cells
}

// grid lays the sources out.
func (k *Knobs) grid(text func([]figure) []string) *grid {
	var names, means []string
	var df, shares, ratios, p []figure
	for _, s := range k.all() {
		names, means = append(names, s.Name), append(means, k.levelsOf(s))
		df = append(df, figure{mean: strconv.Itoa(s.DF)})
		shares = append(shares, figure{mean: decimal(100*s.Share, 1), unit: "%"})
		ratio, chance := figure{word: " "}, figure{word: " "}
		if number(s.F) != nil {
			ratio = figure{mean: rounded(s.F)}
		}
		if !math.IsNaN(s.P) {
			chance = figure{mean: formatP(s.P)}
		}
		ratios, p = append(ratios, ratio), append(p, chance)
	}
	g := &grid{}
	g.add("knob", true, names)
	g.add("df", false, text(df))
	g.add("share", false, text(shares))
	g.add("F", false, text(ratios))
	g.add("p", false, text(p))
	g.add("means", true, means)
	return g
}

// levelsOf lists the means of a knob's values, as far as there is room.
func (k *Knobs) levelsOf(s statistics.Source) string {
	if len(s.Factors) != 1 {
		return ""
	}
	l := k.Levels[s.Factors[0]]
	var words []string
	for i, value := range l.Values {
		words = append(words, value+": "+rounded(l.Means[i]))
	}
	return clipped(strings.Join(words, "; "), 60)
}

// rounded returns a number in three significant digits.
func rounded(v float64) string { return shortest(roundTo(v, 3)) }

func (k *Knobs) footer() []string {
	var lines []string
	if k.Best != nil {
		lines = append(lines, "best: "+k.Best.words())
	}
	if k.Pick != nil {
		lines = append(lines, "pick: "+k.Pick.words()+", the smallest code, then the shallowest and narrowest net, within one standard error of the best")
	}
	lines = append(lines, k.Remarks...)
	if len(k.Sources) > 0 {
		lines = append(lines, "share: of the sum of squares about the mean; sums of squares of type II, each for a knob adjusted for the others; F and p against the spread of seeds within settings")
	}
	return lines
}

// words are the setting and its result.
func (c *Choice) words() string {
	if c.Seeds < 2 {
		return c.String() + ": " + FormatNumber(c.Mean)
	}
	mean, spread := formatSpread(c.Mean, c.StandardError)
	return fmt.Sprintf("%s: %s ± %s (standard error of %d seeds)", c, mean, spread, c.Seeds)
}

type knobsJSON struct {
	Experiment string       `json:"experiment"`
	Metric     string       `json:"metric"`
	Better     string       `json:"better"`
	Trials     int          `json:"trials"`
	Settings   int          `json:"settings"`
	Squares    string       `json:"sums_of_squares"`
	Knobs      []sourceJSON `json:"knobs"` // the seeds last
	Best       *choiceJSON  `json:"best"`
	Pick       *choiceJSON  `json:"pick"`
	CannotTell bool         `json:"cannot_tell"`
	Remarks    []string     `json:"remarks"`
}

type sourceJSON struct {
	Name   string      `json:"name"`
	DF     int         `json:"df"`
	SS     float64     `json:"sum_of_squares"`
	Share  float64     `json:"share"`
	F      *float64    `json:"f"`
	P      *float64    `json:"p"`
	Levels []levelJSON `json:"levels,omitempty"`
}

type levelJSON struct {
	Value string   `json:"value"`
	Mean  *float64 `json:"mean"`
}

type choiceJSON struct {
	At            map[string]string `json:"at"`
	Mean          *float64          `json:"mean"`
	StandardError *float64          `json:"standard_error"` // null for one seed
	Seeds         int               `json:"seeds"`
}

// JSON writes the knobs as one object.
func (k *Knobs) JSON(w io.Writer) error {
	object := knobsJSON{
		Experiment: k.Experiment, Metric: k.Metric, Better: DirectionOf(k.Metric).String(), Trials: k.Trials, Settings: k.Settings,
		Squares: "type II", Knobs: []sourceJSON{}, Best: k.Best.json(), Pick: k.Pick.json(), CannotTell: k.CannotTell(), Remarks: list(k.Remarks),
	}
	for _, s := range k.all() {
		source := sourceJSON{Name: s.Name, DF: s.DF, SS: s.SumSquares, Share: s.Share, F: number(s.F), P: number(s.P)}
		if len(s.Factors) == 1 {
			for i, value := range k.Levels[s.Factors[0]].Values {
				source.Levels = append(source.Levels, levelJSON{value, number(k.Levels[s.Factors[0]].Means[i])})
			}
		}
		object.Knobs = append(object.Knobs, source)
	}
	return writeJSON(w, object)
}

func (c *Choice) json() *choiceJSON {
	if c == nil {
		return nil
	}
	out := &choiceJSON{At: map[string]string{}, Mean: number(c.Mean), Seeds: c.Seeds}
	for _, at := range c.At {
		out.At[at[0]] = at[1]
	}
	if c.Seeds > 1 {
		out.StandardError = number(c.StandardError)
	}
	return out
}
