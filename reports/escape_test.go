package reports

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Names that people give cases must come out as they are: < is ¡ in LaTeX's
// usual encoding, ~ a space, and HTML in Markdown vanishes.
func TestViewsKeepNames(t *testing.T) {
	const name = `a<b>|~_c_ *d*`
	trials := settled(2, rand.New(rand.NewPCG(1, 1)), 0.2, 0.3)
	for i := range trials {
		if !trials[i].Baseline() {
			trials[i].Places[0].Case = name + trials[i].Places[0].Case
		}
	}
	table := mustCompare(t, trials, settledLayout())
	table.Notes = append(table.Notes, "expected x < 1 of <b>")
	latex := string(written(t, table.LaTeX))
	for _, want := range []string{`a\textless{}b\textgreater{}\textbar{}\textasciitilde{}\_c\_ *d*`, `x \textless{} 1`} {
		if !strings.Contains(latex, want) {
			t.Errorf("LaTeX lacks %s:\n%s", want, latex)
		}
	}
	markdown := string(written(t, table.Markdown))
	for _, want := range []string{`a\<b>\|~\_c\_ \*d\*`, `x < 1 of \<b>`, "<sup>1</sup>"} {
		if !strings.Contains(markdown, want) {
			t.Errorf("Markdown lacks %s:\n%s", want, markdown)
		}
	}
}

func TestEscapeMarkdown(t *testing.T) {
	for given, want := range map[string]string{
		"model.code_activation": "model.code_activation",
		"a~~b~~":                `a\~\~b\~\~`,
		`50% of $x$`:            `50% of \$x\$`,
		`c:\*`:                  `c:\\\*`,
		"x < 3":                 "x < 3",
		"a `b`":                 "a \\`b\\`",
	} {
		if got := escapeMarkdown(given); got != want {
			t.Errorf("escapeMarkdown(%q) = %q, want %q", given, got, want)
		}
	}
}
