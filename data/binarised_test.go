package data

import (
	"strings"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

func TestBinarisedSplitsAreDrawnOnce(t *testing.T) {
	inner := registry.Tree{"kind": "digits", "validation": 100.0}
	source, _ := resolve(t, registry.Tree{"kind": "binarised", "of": inner})
	plain, _ := resolve(t, inner)
	set, err := source.Load(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	grey, err := plain.Load(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range grey.Train.Data {
		if set.Train.Data[i] != v {
			t.Fatal("the training split does not hold the probabilities any more")
		}
	}
	for name, c := range map[string]struct{ drawn, from *nn.Matrix }{
		"train": {set.Drawn, grey.Train}, "validation": {set.Validation, grey.Validation}, "test": {set.Test, grey.Test},
	} {
		ones, expected := 0.0, 0.0
		for i, v := range c.drawn.Data {
			if v != 0 && v != 1 || v == 1 && c.from.Data[i] == 0 || v == 0 && c.from.Data[i] == 1 {
				t.Fatalf("%s: %g is drawn from %g", name, v, c.from.Data[i])
			}
			ones += float64(v)
			expected += float64(c.from.Data[i])
		}
		// At most 0.25 of variance an element, five standard deviations.
		if d := ones - expected; d*d > 25*0.25*float64(len(c.drawn.Data)) {
			t.Errorf("%s: %g ones, want about %g", name, ones, expected)
		}
	}
	fingerprint, err := source.Fingerprint("")
	if err != nil || fingerprint != set.Fingerprint || fingerprint == grey.Fingerprint {
		t.Errorf("fingerprint %s, that of the set %s, of the grey one %s: %v", fingerprint, set.Fingerprint, grey.Fingerprint, err)
	}
	facts, err := source.Describe("")
	if err != nil || facts.Train != set.Train.Rows || facts.Test != set.Test.Rows || facts.Validation != 100 || !facts.Within(0, 1) {
		t.Errorf("described as %+v: %v", facts, err)
	}
}

func TestDataThatCannotBeBinarised(t *testing.T) {
	source, _ := resolve(t, registry.Tree{"kind": "binarised", "of": "gaussian"})
	if _, err := source.Describe(""); err == nil || !strings.Contains(err.Error(), "binarised wants data in [0, 1], and these have no bounds") {
		t.Errorf("normal numbers: %v", err)
	}
	if _, err := source.Load(t.Context(), "", nil); err == nil || !strings.Contains(err.Error(), "binarised wants data in [0, 1], and these lie in [") {
		t.Errorf("normal numbers: %v", err)
	}
	_, mistakes := sources.Resolve(registry.Tree{"kind": "binarised", "of": registry.Tree{"kind": "binarised", "of": "digits"}})
	if !strings.Contains(mistakes.Error(), "0 and 1 already") {
		t.Errorf("twice binarised: %v", mistakes)
	}
}

// Where files lie is outside of a trial's identity, in data within data too.
func TestBinarisedFilesLieOutsideOfTheIdentity(t *testing.T) {
	resolved := func(file string) string {
		value, mistakes := sources.Resolve(registry.Tree{"kind": "binarised", "of": registry.Tree{"kind": "csv", "train": file}})
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		return string(registry.Canonical(sources.Identity(value)))
	}
	if a, b := resolved("a.csv"), resolved("folder/b.csv"); a != b {
		t.Errorf("the identity depends on the path: %s, %s", a, b)
	}
}
