package reports

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Diff is what two trials have not in common.
type Diff struct {
	A, B     string       // ids
	Settings []Difference // by path; and data, numerics, seed
	// Epoch is the first after which the weights differ, 0 where none does
	// among those that both have.
	Epoch int
	// Tensors are the names of those that differ after it, nil where that is
	// not recorded.
	Tensors []string
	Every   bool   // whether those are all
	Epochs  [2]int // how many there are
	Weights bool   // whether the final weights are the same
	Final   bool   // whether both trials have final weights
}

// Difference is a path at which two trials have other values.
type Difference struct {
	Path string `json:"path"`
	A    string `json:"a"` // "" where there is none
	B    string `json:"b"`
}

// Compared returns how two trials differ. tensors are the names of a net's
// parameters in order, where they are the same for both.
func Compared(a, b store.Record, curveA, curveB []store.Epoch, tensors []string) Diff {
	d := Diff{A: a.ID, B: b.ID, Epochs: [2]int{len(curveA), len(curveB)}}
	d.Settings = settingDifferences(a, b)
	d.Final = a.WeightsSHA256 != "" && b.WeightsSHA256 != ""
	d.Weights = d.Final && a.WeightsSHA256 == b.WeightsSHA256
	for i := range min(len(curveA), len(curveB)) {
		if curveA[i].Digest != curveB[i].Digest {
			d.Epoch = curveA[i].Epoch
			d.Tensors = differing(curveA[i].Tensors, curveB[i].Tensors, tensors)
			d.Every = len(d.Tensors) == len(tensors)
			break
		}
	}
	return d
}

// Same tells whether the trials have the same bits.
func (d Diff) Same() bool {
	return d.Epoch == 0 && d.Epochs[0] == d.Epochs[1] && (d.Weights || !d.Final)
}

func differing(a, b []byte, names []string) []string {
	const width = 4
	if len(a) != len(b) || len(a) != width*len(names) {
		return nil
	}
	var out []string
	for i, name := range names {
		if !bytes.Equal(a[width*i:width*(i+1)], b[width*i:width*(i+1)]) {
			out = append(out, name)
		}
	}
	return out
}

func settingDifferences(a, b store.Record) []Difference {
	left, right := flat("", a.Setting), flat("", b.Setting)
	for name, values := range map[string][2]string{
		"data fingerprint": {a.Data, b.Data},
		"numerics":         {fmt.Sprint(a.Numerics), fmt.Sprint(b.Numerics)},
		"seed":             {recordedSeed(a), recordedSeed(b)},
	} {
		left[name], right[name] = values[0], values[1]
	}
	paths := map[string]bool{}
	for _, side := range []map[string]string{left, right} {
		for path := range side {
			paths[path] = true
		}
	}
	var out []Difference
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if left[path] != right[path] {
			out = append(out, Difference{path, left[path], right[path]})
		}
	}
	return out
}

func recordedSeed(r store.Record) string {
	if r.Seed == nil {
		return ""
	}
	return fmt.Sprint(*r.Seed)
}

// flat returns the values of a setting by their paths.
func flat(path string, value any) map[string]string {
	out := map[string]string{}
	switch v := value.(type) {
	case experiments.Setting:
		for name, element := range v {
			maps.Copy(out, flat(strings.TrimPrefix(path+"."+name, "."), element))
		}
	case []any:
		for i, element := range v {
			maps.Copy(out, flat(fmt.Sprintf("%s[%d]", path, i), element))
		}
	default:
		out[path] = plain(value)
	}
	return out
}

// Text writes the differences for people.
func (d Diff) Text(w io.Writer) error {
	var out strings.Builder
	if len(d.Settings) == 0 {
		out.WriteString("the settings, seeds and data are the same\n")
	} else {
		column := func(head string, cell func(Difference) string) (string, bool, []string) {
			cells := make([]string, len(d.Settings))
			for i, difference := range d.Settings {
				cells[i] = cell(difference)
			}
			return head, true, cells
		}
		g := &grid{}
		g.add(column("setting", func(x Difference) string { return x.Path }))
		g.add(column(short(d.A), func(x Difference) string { return clipped(orNone(x.A), 24) }))
		g.add(column(short(d.B), func(x Difference) string { return clipped(orNone(x.B), 24) }))
		if err := g.text(&out); err != nil {
			return err
		}
	}
	out.WriteString("\n" + d.verdict() + "\n")
	_, err := io.WriteString(w, out.String())
	return err
}

func (d Diff) verdict() string {
	switch {
	case d.Epoch > 0 && d.Tensors != nil && d.Every:
		return fmt.Sprintf("the weights part in epoch %d, in every tensor", d.Epoch)
	case d.Epoch > 0 && d.Tensors != nil:
		return fmt.Sprintf("the weights part in epoch %d: %s", d.Epoch, strings.Join(d.Tensors, ", "))
	case d.Epoch > 0:
		return fmt.Sprintf("the weights part in epoch %d", d.Epoch)
	case d.Epochs[0] != d.Epochs[1]:
		return fmt.Sprintf("the weights are the same after each of %s; one trial has %d, the other %d",
			counted(min(d.Epochs[0], d.Epochs[1]), "epoch"), d.Epochs[0], d.Epochs[1])
	case d.Final && !d.Weights:
		return "the weights are the same after each epoch, and the final ones are not"
	case d.Epochs[0] == 0:
		return "there are no weights to compare"
	}
	return fmt.Sprintf("the weights are the same after each of %s", counted(d.Epochs[0], "epoch"))
}

// diffJSON is a Diff as scripts read it.
type diffJSON struct {
	A        string       `json:"a"`
	B        string       `json:"b"`
	Same     bool         `json:"same"`
	Settings []Difference `json:"settings"`
	Epoch    *int         `json:"epoch"`   // the first after which the weights differ, or null
	Tensors  []string     `json:"tensors"` // that differ after it
}

// JSON writes the differences as one object.
func (d Diff) JSON(w io.Writer) error {
	o := diffJSON{A: d.A, B: d.B, Same: d.Same(), Settings: d.Settings, Tensors: list(d.Tensors)}
	if o.Settings == nil {
		o.Settings = []Difference{}
	}
	if d.Epoch > 0 {
		o.Epoch = &d.Epoch
	}
	return writeLines(w, []diffJSON{o})
}
