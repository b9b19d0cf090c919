package main

import (
	"math"
	"testing"
	"time"
)

// TestHistoryKeepsTheWholeCurve: of a straight line, however long, it keeps one.
func TestHistoryKeepsTheWholeCurve(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 1000, 12345} {
		var h history
		for i := range n {
			h.add(float64(i))
		}
		if len(h.values) == 0 || len(h.values) >= mostKept {
			t.Errorf("of %d values %d are kept", n, len(h.values))
		}
		for i, v := range h.values {
			want := float64(i*h.every) + float64(h.every-1)/2 // the mean of those it stands for
			if math.Abs(v-want) > 1e-9 {
				t.Fatalf("of %d values the one kept at %d is %v, want %v", n, i, v, want)
			}
		}
	}
}

func TestRateIsThatOfTheLastSeconds(t *testing.T) {
	var m rateMeter
	began := time.Unix(0, 0)
	if m.perSecond() != 0 {
		t.Error("nothing is known, and there is a rate")
	}
	count := 0.0
	for i := range 200 { // ten seconds at 100 a second, then ten at 300
		m.add(began.Add(time.Duration(i)*100*time.Millisecond), count)
		count += 10
		if i >= 100 {
			count += 20
		}
	}
	if got := m.perSecond(); math.Abs(got-300) > 1 {
		t.Errorf("the rate is %v a second, want 300", got)
	}
}
