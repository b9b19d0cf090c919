package kernel

import (
	"reflect"
	"strings"
	"testing"
)

func TestGenericIsAlwaysThereAndLast(t *testing.T) {
	names := Names()
	if names[len(names)-1] != "generic" {
		t.Errorf("paths are %v, want generic last", names)
	}
	if Current() != names[0] {
		t.Errorf("path in use is %s, want the first of %v", Current(), names)
	}
}

func TestUseNamesWhatThereIs(t *testing.T) {
	err := Use("abacus")
	if err == nil || !strings.Contains(err.Error(), "generic") || !strings.Contains(err.Error(), "abacus") {
		t.Errorf("error is %v, want one that names abacus and the paths there are", err)
	}
}

func TestUseSaysWhatIsMissing(t *testing.T) {
	before := paths
	defer func() { paths = before }()
	paths = append([]*path{{name: "quantum", missing: "qubits"}}, paths...)
	if err := Use("quantum"); err == nil || !strings.Contains(err.Error(), "qubits") {
		t.Errorf("error is %v, want one that names qubits", err)
	}
	if Names()[0] == "quantum" {
		t.Error("a path that the machine lacks is listed")
	}
}

func TestPeakIsMeasuredOnEveryPath(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		if peak := Peak(); peak < 0.05 {
			t.Errorf("peak is %g GFLOP/s, want more than the slowest machine has", peak)
		}
	})
}

// A path without one of the functions would panic where that is called first.
func TestPathsHaveEveryFunction(t *testing.T) {
	for _, p := range paths {
		mustHaveFunctions(t, p.name, reflect.ValueOf(p).Elem())
		if p.elementwise.rest >= 0 { // the generic path leaves all elements to the definitions
			mustHaveFunctions(t, p.name, reflect.ValueOf(p.elementwise).Elem())
		}
	}
}

func mustHaveFunctions(t *testing.T, path string, table reflect.Value) {
	t.Helper()
	for i := range table.NumField() {
		if f := table.Field(i); f.Kind() == reflect.Func && f.IsNil() {
			t.Errorf("%s has no %s", path, table.Type().Field(i).Name)
		}
	}
}
