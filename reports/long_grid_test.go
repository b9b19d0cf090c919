package reports

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLongGrid holds rows that are written without tablewriter to its own.
func TestLongGrid(t *testing.T) {
	fill := func(n int) *grid {
		g := &grid{}
		var names, numbers, gaps []string
		for i := range n {
			names = append(names, strings.Repeat("é", i%13))
			numbers = append(numbers, fmt.Sprint(i%1000))
			gaps = append(gaps, padded(strings.Repeat("x", i%3), 4))
		}
		g.add("name", true, names)
		g.add("a longer\nnumber", false, numbers)
		g.add("gap", true, gaps)
		return g
	}
	var short, long strings.Builder
	if err := fill(longGrid).text(&short); err != nil {
		t.Fatal(err)
	}
	if err := fill(longGrid + 1).text(&long); err != nil {
		t.Fatal(err)
	}
	got := strings.SplitAfter(long.String(), "\n")
	want := strings.SplitAfter(short.String(), "\n")
	if len(got) != len(want)+1 {
		t.Fatalf("%d lines, want %d", len(got), len(want)+1)
	}
	if diff := cmp.Diff(want[:len(want)-1], got[:len(want)-1]); diff != "" {
		t.Error(diff)
	}
}
