package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
)

// writeEvaluations writes what was evaluated, what was to be said of it, once of
// both splits, and the names of the artefacts.
func (s *Sheet) writeEvaluations(out *strings.Builder) {
	if len(s.Evaluations) > 0 {
		out.WriteString("\nevaluations\n")
	}
	told := map[string]bool{}
	for _, e := range s.Evaluations {
		parameters := maps.Clone(e.Setting)
		delete(parameters, "kind")
		fmt.Fprintf(out, "  %-14s  %s", e.Setting.Kind(), lasting(e.Seconds))
		if len(parameters) > 0 {
			fmt.Fprintf(out, "  %s", plain(parameters))
		}
		out.WriteString("\n")
		for _, note := range e.Notes {
			if told[note] {
				continue
			}
			told[note] = true
			lines := strings.TrimSuffix(wrapped(note, 82, 0), "\n")
			fmt.Fprintf(out, "  %-14s  %s\n", "", strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", 18)))
		}
	}
	if len(s.Artefacts) == 0 {
		return
	}
	var names []string
	for _, a := range s.Artefacts {
		names = append(names, ArtefactFile(a.Name, a.Media))
	}
	out.WriteString("\nartefacts, which --pictures DIR writes\n")
	for line := range strings.Lines(wrapped(strings.Join(names, ", "), 96, 0)) {
		out.WriteString("  " + line)
	}
}

// ArtefactFile returns the name of a file for an artefact.
func ArtefactFile(name, media string) string {
	_, kind, _ := strings.Cut(media, "/")
	return strings.NewReplacer("/", "-", "\\", "-", ":", "-").Replace(name) + "." + kind
}

type evaluationJSON struct {
	Setting experiments.Setting `json:"setting"`
	Metrics []string            `json:"metrics"` // their names: the values are among the trial's
	Notes   []string            `json:"notes"`
	Seconds *float64            `json:"seconds"`
}

type artefactJSON struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Bytes int    `json:"bytes"`
}

func (s *Sheet) evaluationsJSON() ([]evaluationJSON, []artefactJSON) {
	evaluations, artefacts := []evaluationJSON{}, []artefactJSON{}
	for _, e := range s.Evaluations {
		o := evaluationJSON{Setting: e.Setting, Metrics: slices.Sorted(maps.Keys(e.Metrics)), Notes: e.Notes, Seconds: number(e.Seconds)}
		if o.Metrics == nil {
			o.Metrics = []string{}
		}
		if o.Notes == nil {
			o.Notes = []string{}
		}
		evaluations = append(evaluations, o)
	}
	for _, a := range s.Artefacts {
		artefacts = append(artefacts, artefactJSON{a.Name, a.Media, len(a.Data)})
	}
	return evaluations, artefacts
}
