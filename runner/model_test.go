package runner

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/store"
)

// trained runs a spec with some options and returns its store.
func trained(t *testing.T, text string, options Options) (*store.Store, *experiments.Experiment) {
	t.Helper()
	e := read(t, text)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	options.Workers, options.Threads = 2, 2
	if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	return s, e
}

func records(t *testing.T, s *store.Store) []store.Record {
	t.Helper()
	records, err := s.Trials(store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(records, func(r store.Record) bool { return r.Seed == nil })
}

func TestModelsReconstructAsTheirTrainingsDid(t *testing.T) {
	s, e := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 4, keep: all,", 1), Options{})
	set, err := newDatasets(1, nil).get(context.Background(), e.Trials[0].Setting, e.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records(t, s) {
		m, err := LoadModel(s, record)
		if err != nil {
			t.Fatal(err)
		}
		if got := nn.Measure(m.Net, set.Test, set.traits())["mse"]; got != record.Metrics["test.mse"] {
			t.Errorf("trial %.10s: the model's error is %v, its training's was %v", record.ID, got, record.Metrics["test.mse"])
		}
		mean := 0.0
		for _, q := range m.Seen.Errors["mse"] {
			mean += q / float64(len(m.Seen.Errors["mse"]))
		}
		if want := record.Metrics["validation.mse"]; m.Seen.Split != "validation" || math.Abs(mean-want) > 0.02*want {
			t.Errorf("trial %.10s: quantiles of errors on the %s split average %v, its error is %v", record.ID, m.Seen.Split, mean, want)
		}
		if m.Shape.String() != "8×8×1" || m.High != 1 || len(m.Classes) != 10 || len(m.Seen.CodeMean) != 4 || *m.Seed != *record.Seed {
			t.Errorf("trial %.10s: loaded %+v", record.ID, m)
		}
		again, err := m.Encode()
		if kept, _ := s.Model(record.ID); err != nil || !bytes.Equal(again, kept) {
			t.Errorf("trial %.10s: what was read is not written as it was: %v", record.ID, err)
		}
	}
}

// TestMomentsAreThoseOfTheCodes holds them against a code that is known: one
// layer of the identity, whose codes are the examples.
func TestMomentsAreThoseOfTheCodes(t *testing.T) {
	model := &nn.Autoencoder{Code: 2, Bottleneck: &nn.Plain{}, CodeActivation: &nn.Linear{}, Output: &nn.Linear{}, Initialiser: &nn.GlorotUniform{}}
	net, err := model.Build(nn.Shape{2}, 256, 1)
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Params[0].Value, []float32{1, 0, 0, 1})
	x := &nn.Matrix{Rows: 4, Cols: 2, Data: []float32{1, 2, 3, 2, 1, 4, 3, 8}}
	mean, covariance := moments(net, x)
	if !slices.Equal(mean, []float64{2, 4}) || !slices.Equal(covariance, []float64{1, 1, 1, 6}) {
		t.Errorf("mean %v, want [2 4]; covariance %v, want [1 1 1 6]", mean, covariance)
	}
}

func TestQuantilesLieBetweenValues(t *testing.T) {
	got := quantiles([]float64{4, 1, 2, 3, 5})
	if got[0] != 1 || got[1000] != 5 || got[500] != 3 || math.Abs(got[900]-4.6) > 1e-12 { // numpy.quantile(…, 0.9) is 4.6
		t.Errorf("got %v, %v, %v, %v", got[0], got[1000], got[500], got[900])
	}
	seen := Seen{Errors: map[string][]float64{"l1": got}}
	if q, known := seen.Quantile("l1", 0.9005); !known || math.Abs(q-4.602) > 1e-12 {
		t.Errorf("the quantile 0.9005 is %v, want 4.602", q)
	}
	if _, known := seen.Quantile("max", 0.5); known {
		t.Error("nothing is known of the largest errors")
	}
}

func TestKeepDecidesWhoseModelsStay(t *testing.T) {
	const text = `
version: 1
name: kept
data: {kind: digits, train_limit: 300, test_limit: 100}
model: {encoder: [], code: 4}
train: {epochs: 1, batch: 32}
seeds: 4
sweep:
  grid: {model.code: [2, 4]}
`
	best := func(records []store.Record, code float64, higher bool) (id string) {
		worst := math.Inf(1)
		for _, r := range records {
			value := r.Metrics["test.psnr"]
			if !higher {
				value = -value
			}
			if c, _ := r.Setting.At("model.code"); c == code && -value < worst {
				id, worst = r.ID, -value
			}
		}
		return id
	}
	for _, c := range []struct {
		keep    string
		ranking Ranking
		higher  bool
	}{
		{"best", Ranking{}, true}, // the lowest loss is the highest psnr
		{"best", Ranking{Metric: "test.psnr", Higher: true}, true},
		{"best", Ranking{Metric: "test.psnr"}, false},
		{"all", Ranking{}, true}, {"none", Ranking{}, true},
	} {
		s, _ := trained(t, strings.Replace(text, "epochs: 1", "epochs: 1, keep: "+c.keep, 1), Options{Ranking: c.ranking})
		got, err := s.Models()
		if err != nil {
			t.Fatal(err)
		}
		all := records(t, s)
		var want []string
		switch c.keep {
		case "best":
			want = []string{best(all, 2, c.higher), best(all, 4, c.higher)}
		case "all":
			for _, r := range all {
				want = append(want, r.ID)
			}
		}
		slices.Sort(want)
		if len(all) != 8 || !slices.Equal(got, want) {
			t.Errorf("keep: %s by %+v leaves %.10q, want %.10q", c.keep, c.ranking, got, want)
		}
	}
}

// A test metric must not choose what is tested: its validation twin ranks
// before it, whichever way both go.
func TestRankingLooksAtTheValidationSplitFirst(t *testing.T) {
	record := func(id string, test, validation float64) store.Record {
		return store.Record{ID: id, Metrics: map[string]float64{"test.psnr": test, "validation.psnr": validation}}
	}
	records := []store.Record{record("tested", 30, 10), record("validated", 20, 11)}
	for higher, want := range map[bool]string{true: "validated", false: "tested"} {
		if got := (Ranking{Metric: "test.psnr", Higher: higher}).Best(records).ID; got != want {
			t.Errorf("with higher %t the best is the %s one, want the %s one", higher, got, want)
		}
	}
	delete(records[1].Metrics, "validation.psnr") // of one alone, it cannot decide
	if got := (Ranking{Metric: "test.psnr", Higher: true}).Best(records).ID; got != "tested" {
		t.Errorf("without the twin of one the best is the %s one", got)
	}
}

func TestKeepIsOutsideTheIdentity(t *testing.T) {
	ids := read(t, spec).IDs()
	if kept := read(t, strings.Replace(spec, "epochs: 4,", "epochs: 4, keep: none,", 1)).IDs(); !slices.Equal(ids, kept) {
		t.Error("train.keep makes other trials")
	}
}

func TestMissingAndDamagedModelsSayWhatToDo(t *testing.T) {
	s, _ := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 1, keep: all,", 1), Options{})
	all := records(t, s)
	record, other := all[0], all[1]
	whole, err := s.Model(record.ID)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-1] ^= 1 // of the weights, which come last
	another, err := s.Model(other.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		words   string
	}{
		"flipped":     {flipped, "its content has the SHA-256"},
		"cut short":   {whole[:len(whole)-5], "wanted a safetensors file"},
		"empty":       {nil, "wanted a safetensors file"},
		"another one": {another, "it holds the model of trial"},
	} {
		if err := s.PutModel(record.ID, c.content); err != nil {
			t.Fatal(err)
		}
		_, err := LoadModel(s, record)
		if !errors.Is(err, ErrNoModel) || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), "is damaged") || !strings.Contains(err.Error(), "hourglass repro") {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.words)
		}
	}
	if err := s.DropModel(record.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadModel(s, record); !errors.Is(err, ErrNoModel) || !errors.Is(err, store.ErrNoModel) || !strings.Contains(err.Error(), "not on disk (train.keep: all); `hourglass repro "+record.ID[:10]) {
		t.Errorf("a missing model: %v", err)
	}
	if _, err := LoadModel(s, store.Record{ID: record.ID, Family: "knn", Setting: registry.Tree{"model": registry.Tree{"kind": "knn", "k": 5.0}}}); !errors.Is(err, ErrNotTrained) || !strings.Contains(err.Error(), "baseline") {
		t.Errorf("a baseline: %v", err)
	}
}

// Whichever bit of a file is flipped, be it one of the weights, of what scores are
// held against or of the metadata, the file is refused.
func TestNoDamagedBitIsReadOver(t *testing.T) {
	s, _ := trained(t, "version: 1\nname: tiny\ndata: {kind: swiss-roll, examples: 100, test_count: 10}\nmodel: {encoder: [], code: 1}\ntrain: {epochs: 1}\n", Options{})
	record := records(t, s)[0]
	whole, err := s.Model(record.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeModel(whole); err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 1 + at/2000 {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1 << (at % 8)
		if m, err := decodeModel(damaged); err == nil {
			t.Errorf("bit %d of byte %d, in %q, is read as %+v", at%8, at, whole[max(0, at-20):at+1], m)
		}
	}
}

// A file whose digest was worked out anew after its setting was changed is
// refused for what it lacks.
func TestForgedModels(t *testing.T) {
	s, _ := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 1, keep: all,", 1), Options{})
	m, err := LoadModel(s, records(t, s)[0])
	if err != nil {
		t.Fatal(err)
	}
	m.Setting = m.Setting.With("model.code_activation", nil)
	forged, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeModel(forged); err == nil || !strings.Contains(err.Error(), "setting") {
		t.Errorf("got %v, want an error about the setting", err)
	}
}

func mustDecode(t *testing.T, content []byte) *Model {
	t.Helper()
	m, err := decodeModel(content)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Files of the first format have no digest of their own.
func TestModelsOfTheFirstFormat(t *testing.T) {
	s, _ := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 1, keep: all,", 1), Options{})
	content, err := s.Model(records(t, s)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.Replace(content, []byte(modelFormat), []byte(firstFormat), 1)
	if _, err := decodeModel(first); err != nil {
		t.Error(err)
	}
	part, err := mustDecode(t, content).Export("safetensors", nn.ExportEncoder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeModel(part); err == nil || !strings.Contains(err.Error(), "wanted a model, found its encoder alone") {
		t.Errorf("a part: %v", err)
	}
	unknown := bytes.Replace(content, []byte(modelFormat), []byte("hourglass 9"), 1)
	if _, err := decodeModel(unknown); err == nil || !strings.Contains(err.Error(), `found "hourglass 9"`) {
		t.Errorf("another format: %v", err)
	}
}

func TestModelsAreReadWithoutTheirStore(t *testing.T) {
	s, _ := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 1, keep: all,", 1), Options{})
	record := records(t, s)[0]
	content, err := s.Model(record.ID)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "moved.safetensors")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := ReadModel(path)
	if err != nil || m.ID != record.ID || !bytes.Equal(registry.Canonical(m.Setting), registry.Canonical(record.Setting)) {
		t.Errorf("read %+v: %v", m, err)
	}
}

func TestScalingTravelsWithTheModel(t *testing.T) {
	dir := t.TempDir()
	table := "a,b\n" + strings.Repeat("1,20\n3,40\n5,70\n7,10\n", 5)
	if err := os.WriteFile(filepath.Join(dir, "table.csv"), []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "version: 1\nname: table\ndata: {kind: csv, train: table.csv, scaling: minmax, clip: true}\nmodel: {encoder: [], code: 1}\ntrain: {epochs: 1}\n"
	e, err := experiments.Read(filepath.Join(dir, "spec.yaml"), []byte(text), experiments.Edits{}, NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 1}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	m, err := LoadModel(s, records(t, s)[0])
	if err != nil {
		t.Fatal(err)
	}
	want := data.Scaling{Offset: []float64{1, 10}, Scale: []float64{6, 60}, Clip: true}
	if m.Scaling == nil || !slices.Equal(m.Scaling.Offset, want.Offset) || !slices.Equal(m.Scaling.Scale, want.Scale) || !m.Scaling.Clip || !slices.Equal(m.Columns, []string{"a", "b"}) || m.Seen.Split != "train" {
		t.Errorf("columns %v, scaling %+v, errors of %s", m.Columns, m.Scaling, m.Seen.Split)
	}
}

func TestReproductionsBringTheModelBack(t *testing.T) {
	s, _ := trained(t, strings.Replace(spec, "epochs: 4,", "epochs: 1, keep: none,", 1), Options{})
	record := records(t, s)[0]
	again, err := Reproduce(context.Background(), record, store.Machine{}, Options{Workers: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutModel(record.ID, again.Model); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadModel(s, record); err != nil {
		t.Error(err)
	}
}

// What a layer remembers is saved with the weights, and is none of the
// parameters that are planned and reported.
func TestModelsRemember(t *testing.T) {
	s, e := trained(t, `
version: 1
name: remembering
data: {kind: digits, validation: 100, train_limit: 300, test_limit: 100}
model: {encoder: [{kind: gru, nodes: 12}, batch-norm], code: 4, output: sigmoid}
train: {epochs: 2, batch: 32}
baselines: []
`, Options{})
	record := records(t, s)[0]
	cost, err := NewWorld().Cost(e.Trials[0].Setting, e.Dir)
	if err != nil || record.Parameters != cost.Parameters {
		t.Errorf("%d parameters are planned, %v, and %d reported", cost.Parameters, err, record.Parameters)
	}
	model, err := LoadModel(s, record)
	if err != nil {
		t.Fatal(err)
	}
	set, err := newDatasets(1, nil).get(context.Background(), e.Trials[0].Setting, e.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := nn.Measure(model.Net, set.Test, set.traits())["mse"]; got != record.Metrics["test.mse"] {
		t.Errorf("the model's error is %v, its training's was %v", got, record.Metrics["test.mse"])
	}
	if got, want := len(model.Net.Values)-record.Parameters, 2*2*12; got != want {
		t.Errorf("%d numbers are remembered, want %d", got, want)
	}
}
