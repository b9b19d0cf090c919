package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPapersKeepsWhatStandsAroundTheTable needs no results: a page without a
// place for the table is refused, and left as it is.
func TestPapersKeepsWhatStandsAroundTheTable(t *testing.T) {
	page := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(page, []byte("no place\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := papers("absent.db", page, os.Stdout); err == nil || !strings.Contains(err.Error(), tableBegins) {
		t.Errorf("a page without a place for the table: %v", err)
	}
	if text, err := os.ReadFile(page); err != nil || string(text) != "no place\n" {
		t.Errorf("the page is now %q (%v)", text, err)
	}
}

func TestFiguresOfPapers(t *testing.T) {
	tolerance, difference, yes, no := 0.0003, -0.00012, true, false
	for got, want := range map[string]string{
		(published{Value: 0.0132, Tolerance: &tolerance, Source: "A"}).text(): "0.0132 ± 0.0003", (published{Value: 105.56, Source: "A"}).text(): "105.56",
		(published{}).text() + "-":  "-",
		differenceText(&difference): "-0.00012", differenceText(nil): "",
		verdictText(&yes): "within", verdictText(&no): "**outside**", verdictText(nil) + " ": " ",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
