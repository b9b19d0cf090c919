package main

import (
	"os"
	"strings"
	"testing"
)

func TestFactors(t *testing.T) {
	folder := t.TempDir()
	if err := factors("compare/factors.yaml", folder); err != nil {
		t.Fatal(err)
	}
	for name, shape := range map[string]string{"test.npy": "(2500, 256)", "factors.npy": "(2500, 5)"} {
		content, err := os.ReadFile(folder + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if head := string(content[:128]); !strings.Contains(head, shape) {
			t.Errorf("%s begins with %q, want the shape %s", name, head, shape)
		}
	}
	if err := factors("compare/metrics.yaml", folder); err == nil {
		t.Error("mnist has no known factors")
	}
}
