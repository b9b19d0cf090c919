package nn

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Whoever adds a part adds a training that has it, and its digests with
//
//	go test ./nn -run TestDigests -update
//
// which touches no digest that is there. Whoever changes bits on purpose raises Numerics first, and the same command
// then rewrites the file. With Numerics as it was, changed and missing digests are refused, unless -force is given too:
// that is for digests that were wrong, never for a change of bits, which would make stored results lie.
var (
	update = flag.Bool("update", false, "add new digests to testdata/digests.txt; rewrite it where Numerics has changed")
	every  = flag.Int("every", 1, "hold only each so-manyth training to its digests, as in an emulator")
	force  = flag.Bool("force", false, "with -update, rewrite digests though Numerics is the same")
)

var digestsFile = filepath.Join("testdata", "digests.txt")

const digestsHead = `# What the trainings in trainings_test.go end in: the SHA-256 of their final weights, and their metrics. They are the same
# on every machine, kernel and number of threads. digest_test.go says how lines are added.
`

// digests are what trainings end in under a numerics version; the keys are "training: what".
type digests struct {
	numerics int
	values   map[string]string
}

func (d *digests) add(name, what, value string) { d.values[name+": "+what] = value }

// String is the content of the file.
func (d *digests) String() string {
	var b strings.Builder
	b.WriteString(digestsHead)
	fmt.Fprintf(&b, "numerics %d\n", d.numerics)
	for _, key := range slices.Sorted(maps.Keys(d.values)) {
		fmt.Fprintf(&b, "%s = %s\n", key, d.values[key])
	}
	return b.String()
}

func parseDigests(text string) (*digests, error) {
	d := &digests{values: map[string]string{}}
	for line := range strings.Lines(strings.TrimPrefix(text, digestsHead)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), " = "); ok {
			d.values[key] = value
		} else if _, err := fmt.Sscanf(line, "numerics %d", &d.numerics); err != nil {
			return nil, fmt.Errorf("want `training: what = value`, got %q", line)
		}
	}
	return d, nil
}

// differences lists what d has otherwise than want, missing or too much.
func (d *digests) differences(want *digests) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(want.values)) {
		if got, ok := d.values[key]; !ok && *every > 1 {
			continue
		} else if !ok {
			out = append(out, key+" is missing")
		} else if got != want.values[key] {
			out = append(out, fmt.Sprintf("%s is %s, want %s", key, got, want.values[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.values)) {
		if _, ok := want.values[key]; !ok {
			out = append(out, key+" is new")
		}
	}
	return out
}

// mayReplace tells why d may not take the place of the old digests, if so.
func (d *digests) mayReplace(old *digests) error {
	if d.numerics != old.numerics {
		return nil
	}
	for _, difference := range d.differences(old) {
		if !strings.HasSuffix(difference, " is new") {
			return fmt.Errorf("%s: raise Numerics, which is still %d, for a change of bits", difference, d.numerics)
		}
	}
	return nil
}

func readDigests() (*digests, error) {
	text, err := os.ReadFile(digestsFile)
	if err != nil {
		return nil, err
	}
	return parseDigests(string(text))
}

func updateDigests(d *digests) error {
	old, err := readDigests()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && !*force {
		if err := d.mayReplace(old); err != nil {
			return err
		}
	}
	return os.WriteFile(digestsFile, []byte(d.String()), 0o644)
}

func TestDigests(t *testing.T) {
	if *update {
		if err := updateDigests(runAll(t, 1)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := readDigests()
	if err != nil {
		t.Fatal(err)
	}
	if want.numerics != Numerics {
		t.Fatalf("%s is of numerics %d, the program of %d: run go test ./nn -run TestDigests -update", digestsFile, want.numerics, Numerics)
	}
	onEveryKernel(t, func(t *testing.T) {
		for _, threads := range []int{1, 3} {
			for _, difference := range runAll(t, threads).differences(want) {
				t.Errorf("%d threads: %s", threads, difference)
			}
		}
	})
}

func TestDigestsAreReadAsWritten(t *testing.T) {
	d := &digests{numerics: 3, values: map[string]string{"one two: weights": "ab", "one: mse": "0x1p-01"}}
	got, err := parseDigests(d.String())
	if err != nil || got.numerics != 3 || !maps.Equal(got.values, d.values) {
		t.Errorf("got %v, %v, want %v", got, err, d)
	}
	if _, err := parseDigests("numerics 3\nnonsense\n"); err == nil {
		t.Error("a line without a value was taken")
	}
}

func TestDigestsAreOnlyReplacedUnderAnotherNumerics(t *testing.T) {
	old := &digests{1, map[string]string{"a: weights": "1", "b: weights": "2"}}
	for name, c := range map[string]struct {
		next    digests
		refused string
	}{
		"unchanged":               {*old, ""},
		"a line more":             {digests{1, map[string]string{"a: weights": "1", "b: weights": "2", "c: weights": "3"}}, ""},
		"a line changed":          {digests{1, map[string]string{"a: weights": "1", "b: weights": "3"}}, "b: weights is 3, want 2"},
		"a line less":             {digests{1, map[string]string{"a: weights": "1"}}, "b: weights is missing"},
		"changed under another":   {digests{2, map[string]string{"a: weights": "4"}}, ""},
		"unchanged under another": {digests{2, old.values}, ""},
	} {
		err := c.next.mayReplace(old)
		if (err != nil) != (c.refused != "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.refused)
		}
	}
}
