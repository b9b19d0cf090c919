package experiments_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

func baseline() *experiments.Baseline {
	return &experiments.Baseline{Version: 1, Experiment: "a: b", Numerics: 2, Settings: []experiments.BaselineSetting{
		{At: "pca, model.code 8", Setting: "0123", Data: "1e5", On: "a \"fast\" one", Closed: map[string]experiments.Reading{"test.mse": {Value: 0.1}}},
		{At: `case "x" #1`, Setting: "4567", Data: "", On: "é", Seeds: map[int]map[string]experiments.Reading{
			10: {"test.mse": {Value: 1e-9}, "weights": {Digest: "0123456789"}}, 2: {"test.mse": {Value: 3}, "weights": {Digest: "1e10"}},
		}},
	}}
}

func TestBaselineReadsWhatItWrote(t *testing.T) {
	b := baseline()
	got, err := experiments.ReadBaseline(b.Text())
	if err != nil {
		t.Fatal(err)
	}
	b.Settings[0], b.Settings[1] = b.Settings[1], b.Settings[0] // sorted by name
	if diff := cmp.Diff(b, got); diff != "" {
		t.Error(diff)
	}
	if again := string(got.Text()); again != string(b.Text()) {
		t.Errorf("written again it is\n%s", again)
	}
	if text := string(b.Text()); strings.Index(text, " 2: ") > strings.Index(text, " 10: ") {
		t.Error("seeds are not sorted by number")
	}
}

func TestBaselineRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, text := range []string{
		"", "version: 2\n", "version: 1\nmore: 2\n", "version: 1\nsettings: 3\n",
		"version: 1\nsettings: [{at: a}, {at: a}]\n", "version: 1\nsettings: [{at: a, closed: {test.mse: .nan}}]\n",
		"version: 1\nsettings: [{at: a, seeds: {one: {}}}]\n", "version: 1\nsettings: [{at: a, closed: {test.mse: [1]}}]\n",
	} {
		if b, err := experiments.ReadBaseline([]byte(text)); err == nil {
			t.Errorf("%q reads as %+v", text, b)
		}
	}
}

func FuzzBaseline(f *testing.F) {
	f.Add(string(baseline().Text()))
	f.Fuzz(func(t *testing.T, text string) {
		b, err := experiments.ReadBaseline([]byte(text))
		if err != nil {
			return
		}
		if _, err := experiments.ReadBaseline(b.Text()); err != nil {
			t.Errorf("%v in\n%s", err, b.Text())
		}
	})
}
