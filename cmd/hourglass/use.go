package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/runner"
)

// inputHelp says what the verbs read that use a trained model.
const inputHelp = "INPUT is a CSV, npy or IDX file (packed with gzip or not), a picture, a folder of pictures, or train,\n" +
	"validation or test: that split of the data that the trial was run on; or -, for a file that comes from\n" +
	"standard input, by way of a temporary one. FILE.npz:NAME is an array of an npz file. Examples are read\n" +
	"and scaled as those were, a few at a time (but arrays in the order of Fortran, which are turned in\n" +
	"memory), and counted from 0.\n"

// outputHelp says what they write.
const outputHelp = "-o names a file in csv, npy or parquet, as it ends; without it, CSV is printed.\n"

// decodedHelp says what verbs write that can write pictures as well.
const decodedHelp = "-o names a file in csv, npy, parquet or png, as it ends; without it, CSV is printed.\n"

// using is a model that is at work.
type using struct {
	*command
	*runner.Model
	output string
}

// use loads a model for a verb that was told which, and ends its threads when do
// returns.
func (c *command) use(word, output string, do func(u *using) error) error {
	m, err := c.model(word)
	if err != nil {
		return err
	}
	if output == "-" {
		output = ""
	}
	return c.explainUse(m.Use(runtime.GOMAXPROCS(0), func() error { return do(&using{c, m, output}) }))
}

// codeSize is that of the model, or an error where it has no code.
func (u *using) codeSize() (int, error) {
	size := u.Coder().CodeSize()
	if size == 0 {
		return 0, usage(fmt.Errorf("trial %.10s, %s: %w", u.ID, u.Setting["model"].(experiments.Setting).Kind(), nn.ErrNoCode))
	}
	return size, nil
}

// explainUse gives errors of the data their exit code: that of a wrong command
// line where they do not fit the model, so that no script takes it for an answer.
func (c *command) explainUse(err error) error {
	var input *data.InputError
	switch {
	case errors.Is(err, runner.ErrOtherData):
		return &codedError{exitNotComparable, err}
	case errors.As(err, &input):
		if _, absent := os.Stat(input.Path); absent != nil {
			if nearest := registry.Nearest(input.Path, runner.Splits); nearest != "" && nearest != input.Path {
				err = fmt.Errorf("%w; did you mean %s?", err, nearest)
			}
		}
		return usage(err)
	}
	return err
}

// outputFlag adds -o to a verb.
func outputFlag(cmd *cobra.Command, to *string, formats string) {
	cmd.Flags().StringVarP(to, "output", "o", "", "`file` to write, "+formats)
}

// examples hands the examples of an input to do.
func (u *using) examples(ctx context.Context, input string, do func(x *nn.Matrix, names []string) error) error {
	return u.from(input, func(path string, say func(string)) error {
		return u.Examples(ctx, path, say, func(x *nn.Matrix, names []string) error {
			if path != input && names != nil { // of a picture
				names = []string{standardInput}
			}
			return do(x, names)
		})
	})
}

// What a row of a table may be.
const (
	unitExample = "example"
	unitRow     = "row" // of a series
)

// table is what rows are written to: a file, standard output as CSV, or with
// --json and no file a line of JSON for each.
type table struct {
	*data.Sink
	u    *using
	key  string         // of the numbers in JSON
	more map[string]any // that JSON says of the whole
	unit string         // what a row is: an example, or a row of a series
	next int            // the next row
	room []float64
}

// tableFor begins what rows are written to. Where they have names is known with
// the first of them.
func (u *using) tableFor(t data.Table, key string, named bool) (*table, error) {
	if named {
		t.Named = "file"
	}
	out := &table{u: u, key: key, unit: unitExample, room: make([]float64, len(t.Columns))}
	var err error
	switch {
	case u.output != "":
		out.Sink, err = data.NewSink(u.output, t)
	case !u.json:
		out.Sink, err = data.NewStream(u.out, t)
	}
	if err != nil && u.output != "" {
		err = usage(err)
	}
	return out, err
}

// add writes a row.
func (t *table) add(name string, row []float64) error {
	number := t.next
	t.next++
	if t.Sink != nil {
		return t.Write(name, row)
	}
	line := map[string]any{t.unit: number, t.key: row}
	if name != "" {
		line["file"] = name
	}
	return json.NewEncoder(t.u.out).Encode(line)
}

// addAll writes the rows of a matrix.
func (t *table) addAll(names []string, x *nn.Matrix) error {
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			t.room[j] = float64(v)
		}
		if err := t.add(nameOf(names, i), t.room); err != nil {
			return err
		}
	}
	return nil
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return ""
}

// finish closes a table, or abandons it where something went wrong, and says
// what was written. what is "codes of 8 units".
func (t *table) finish(err error, what string) error {
	if t == nil {
		return err
	}
	if t.Sink != nil {
		if err != nil {
			t.Abandon()
			return err
		}
		if err := t.Close(); err != nil {
			return err
		}
	}
	if err != nil || t.u.output == "" {
		return err
	}
	return t.u.wroteOf(t.unit, t.next, what, t.more)
}

// wrote says what a file of examples holds now; more is for JSON, and may be nil.
func (u *using) wrote(rows int, what string, more map[string]any) error {
	return u.wroteOf(unitExample, rows, what, more)
}

// wroteOf says so of a file of other things than examples.
func (u *using) wroteOf(unit string, rows int, what string, more map[string]any) error {
	if u.json {
		line := map[string]any{"id": u.ID, "file": u.output, unit + "s": rows}
		maps.Copy(line, more)
		return json.NewEncoder(u.out).Encode(line)
	}
	_, err := fmt.Fprintf(u.out, "%s: %s, %s\n", u.output, count(rows, unit), what)
	return err
}

// codeColumns are h1, h2, ….
func codeColumns(n int) []string { return numbered("h", n) }

func numbered(letter string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d", letter, i+1)
	}
	return names
}

// featureColumns are the names of the elements of an example.
func (u *using) featureColumns() []string {
	if len(u.Columns) == u.Shape.Size() {
		return u.Columns
	}
	return numbered("x", u.Shape.Size())
}

// featureTable is what examples are written as.
func (u *using) featureTable() data.Table {
	return data.Table{Columns: u.featureColumns(), Shape: u.Shape}
}

// addExamples writes features in the units of the data.
func (t *table) addExamples(names []string, y *nn.Matrix) error {
	for i := range y.Rows {
		t.u.Values(t.room, y.Row(i))
		if err := t.add(nameOf(names, i), t.room); err != nil {
			return err
		}
	}
	return nil
}

// sheet writes pictures side by side.
func (u *using) sheet(pictures *nn.Matrix, columns int) error {
	if u.output == "" {
		return usage(errors.New("pictures need -o FILE.png"))
	}
	var content bytes.Buffer
	if err := data.Sheet(&content, pictures, u.Shape, columns, u.Low, u.High); err != nil {
		return usage(err)
	}
	return writeFile(u.output, content.Bytes())
}
