package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Dataset is what is known of a data set without training on it.
type Dataset struct {
	Kind        string   // as a spec names it
	Summary     string   // a line about it
	Shape       []int    // of an example, such as 28 × 28 × 1; nil where it depends on parameters
	Train, Test int      // examples before any are held out; 0 where not known
	Low, High   *float64 // range of the values; nil where not known
	Classes     int      // 0 where there are no labels
	Bytes       int64    // that fetching it takes; 0 where nothing is fetched
	Present     *bool    // whether it is on this machine; nil where that depends on parameters
	Fingerprint string   // of its content; "" where not known
	Source      string   // where it is from
}

// WriteDatasets writes data sets as a table.
func WriteDatasets(w io.Writer, sets []Dataset) error {
	column := func(text func(Dataset) string) []string {
		cells := make([]string, len(sets))
		for i, s := range sets {
			cells[i] = text(s)
		}
		return cells
	}
	g := &grid{}
	g.add("data", true, column(func(s Dataset) string { return s.Kind }))
	g.add("shape", true, column(Dataset.shape))
	g.add("train", false, column(func(s Dataset) string { return count(s.Train) }))
	g.add("test", false, column(func(s Dataset) string { return count(s.Test) }))
	g.add("here", true, column(Dataset.presence))
	g.add("what", true, column(func(s Dataset) string { return s.Summary }))
	return g.text(w)
}

func (s Dataset) shape() string {
	if len(s.Shape) == 0 {
		return "-"
	}
	words := make([]string, len(s.Shape))
	for i, n := range s.Shape {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " × ")
}

// presence says whether the data are on this machine.
func (s Dataset) presence() string {
	switch {
	case s.Present == nil:
		return "-"
	case *s.Present:
		return "yes"
	case s.Bytes > 0:
		return "no, " + bytesOf(s.Bytes)
	}
	return "no"
}

func count(n int) string {
	if n == 0 {
		return "-"
	}
	return grouped(int64(n))
}

// WriteDataset writes all that is known of one data set.
func WriteDataset(w io.Writer, s Dataset) error {
	var out strings.Builder
	out.WriteString(wrapped(joined(": ", s.Kind, s.Summary), 100, 2) + "\n")
	if len(s.Shape) > 0 {
		writeFact(&out, "shape", s.shape())
	}
	if s.Train > 0 {
		writeFact(&out, "train", counted(s.Train, "example"))
	}
	if s.Test > 0 {
		writeFact(&out, "test", counted(s.Test, "example"))
	}
	if s.Low != nil && s.High != nil {
		writeFact(&out, "values", fmt.Sprintf("from %s to %s", sixDigits(*s.Low), sixDigits(*s.High)))
	}
	if s.Classes > 0 {
		writeFact(&out, "classes", strconv.Itoa(s.Classes))
	}
	if s.Present != nil {
		writeFact(&out, "here", s.presence())
	}
	writeFact(&out, "fingerprint", s.Fingerprint)
	writeFact(&out, "source", s.Source)
	_, err := io.WriteString(w, out.String())
	return err
}

type datasetJSON struct {
	Kind        string   `json:"kind"`
	Summary     string   `json:"summary"`
	Shape       []int    `json:"shape"` // null where it depends on parameters
	Train       *int     `json:"train"`
	Test        *int     `json:"test"`
	Low         *float64 `json:"low"`
	High        *float64 `json:"high"`
	Classes     *int     `json:"classes"`
	Bytes       *int64   `json:"bytes"`
	Present     *bool    `json:"present"`
	Fingerprint *string  `json:"fingerprint"`
	Source      *string  `json:"source"`
}

// WriteDatasetsJSON writes an object a data set, one a line.
func WriteDatasetsJSON(w io.Writer, sets []Dataset) error {
	objects := make([]datasetJSON, len(sets))
	for i, s := range sets {
		objects[i] = datasetJSON{
			Kind: s.Kind, Summary: s.Summary, Shape: s.Shape, Train: positive(s.Train), Test: positive(s.Test),
			Classes: positive(s.Classes), Bytes: positive(s.Bytes), Present: s.Present,
			Fingerprint: orNull(s.Fingerprint), Source: orNull(s.Source),
		}
		if s.Low != nil && s.High != nil {
			objects[i].Low, objects[i].High = number(*s.Low), number(*s.High)
		}
	}
	return writeLines(w, objects)
}

// positive returns a count for JSON, null where it is 0.
func positive[T int | int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}
