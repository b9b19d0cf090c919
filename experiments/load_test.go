package experiments_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

const header = "version: 1\nname: test\n"

const short = header + `data: mnist
model: {encoder: [64, 32], code: 8}
`

// read reads a spec without mistakes.
func read(t testing.TB, text string, edits ...experiments.Edits) *experiments.Experiment {
	t.Helper()
	e, err := experiments.Read("dir/spec.yaml", []byte(text), append(edits, experiments.Edits{})[0], world{1})
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return e
}

func TestShortSpec(t *testing.T) {
	e := read(t, short+"question: how small?\ntags: [a, b]\n")
	if e.Name != "test" || e.Question != "how small?" || e.Dir != "dir" || !cmp.Equal(e.Tags, []string{"a", "b"}) {
		t.Errorf("header: %+v", e)
	}
	var got []string
	for _, trial := range e.Trials {
		got = append(got, trial.Family)
	}
	if want := []string{"pca", "mean", "undercomplete"}; !cmp.Equal(got, want) {
		t.Errorf("trials %v, want %v", got, want)
	}
	for path, want := range map[string]string{
		"loss": "mse", "loss.reduce": "mean", "model.depth": "2", "model.nodes": "64", "model.activation": "relu", "model.code": "8",
		"train.optimiser": "adam", "train.optimiser.rate": "0.001", "data": "mnist", "train.epochs": "20", "model.decoder": "mirror",
	} {
		if got, ok := experiments.Lookup(e.Trials[2].Setting, path); got != want || !ok {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if _, ok := experiments.Lookup(e.Trials[2].Setting, "model.corruption.sigma"); ok {
		t.Error("there is no corruption")
	}
}

// TestErrors reads every testdata/errors/NAME.yaml and holds the mistakes that
// are found against NAME.txt. HOURGLASS_UPDATE=1 rewrites the latter. Comments
// in the spec of the form "#set: …" and "#grid: …" are edits.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = experiments.Read(filepath.Base(file), text, editsIn(string(text)), world{1})
			var problems experiments.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("problems, got %v", err)
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			got := problems.Error() + "\n"
			if os.Getenv("HOURGLASS_UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func editsIn(text string) (edits experiments.Edits) {
	for line := range strings.Lines(text) {
		if set, ok := strings.CutPrefix(line, "#set: "); ok {
			edits.Set = append(edits.Set, strings.TrimSpace(set))
		}
		if grid, ok := strings.CutPrefix(line, "#grid: "); ok {
			edits.Grid = append(edits.Grid, strings.TrimSpace(grid))
		}
	}
	return edits
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(file, []byte("version: 1\ndata: mnist\nmodel: {encoder: [8], code: 2}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	e, err := experiments.Load(file, experiments.Edits{}, world{1})
	if err != nil || e.Name != "small" || e.Dir != filepath.Dir(file) {
		t.Errorf("%+v, %v", e, err)
	}
	var problems experiments.Problems
	if _, err = experiments.Load(file+"x", experiments.Edits{}, world{1}); !errors.Is(err, os.ErrNotExist) || errors.As(err, &problems) {
		t.Errorf("a file that is not there is no mistake in a spec: %v", err)
	}
}

func TestLookup(t *testing.T) {
	setting := func(encoder string) experiments.Setting {
		trials := read(t, header+"data: mnist\nmodel: {activation: tanh, code: 2, encoder: "+encoder+"}\n").Trials
		return trials[len(trials)-1].Setting
	}
	tests := []struct{ encoder, path, want string }{
		{"[64, 32]", "model.encoder", "[{kind: dense, activation: tanh, nodes: 64}, {kind: dense, activation: tanh, nodes: 32}]"},
		{"[64, 32]", "model.nodes", "64"},
		{"[64, {kind: dense, nodes: 3, activation: relu}]", "model.activation", ""},
		{"[{kind: conv, filters: 2}, 3]", "model.depth", "2"},
		{"[{kind: conv, filters: 2}, 3]", "model.nodes", ""},
		{"[]", "model.nodes", ""},
		{"[]", "model.activation", ""},
		{"[]", "model.zzz", ""},
	}
	for _, test := range tests {
		if got, ok := experiments.Lookup(setting(test.encoder), test.path); got != test.want || ok != (test.want != "") {
			t.Errorf("%s of %s is %q, want %q", test.path, test.encoder, got, test.want)
		}
	}
}
