package reports

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpreadFollowsTheRuleOf354(t *testing.T) {
	for _, test := range []struct {
		mean, spread         float64
		wantMean, wantSpread string
	}{
		{0.827, 0.119, "0.83", "0.12"}, // the examples of the Review of Particle Physics, 5.3
		{0.827, 0.367, "0.8", "0.4"},
		{0.827, 0.0355, "0.83", "0.04"},
		{0.827, 0.0354, "0.827", "0.035"},
		{14.674, 0.964, "14.7", "1.0"},
		{12345, 678, "12300", "700"},
		{12344, 123, "12340", "120"},
		{40, 678, "0", "700"},
		{60, 678, "100", "700"},
		{0.00001234, 0.00000012, "1.234e-5", "1.2e-7"},
		{123456789, 1234, "1.234568e8", "1.2e3"},
		{-0.0004, 0.02, "0.000", "0.020"},
		{0, 0.012, "0.000", "0.012"},
		{0.5, 0, "0.5000", "0"},
	} {
		mean, spread := formatSpread(test.mean, test.spread)
		if mean != test.wantMean || spread != test.wantSpread {
			t.Errorf("%v ± %v: got %s ± %s, want %s ± %s", test.mean, test.spread, mean, spread, test.wantMean, test.wantSpread)
		}
	}
}

func TestFormatNumberHasFourDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 20: "20", 1e6: "1000000", -3: "-3", 0.1: "0.1000", 0.041234: "0.04123",
		21.53219: "21.53", 9.9996: "10.00", 9.996: "9.996", 12345.678: "12346", 1.2345e-6: "1.234e-6", 1.5e9: "1.500e9",
	} {
		if got := FormatNumber(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

// finite draws numbers of all sizes that results have.
func finite(t *rapid.T, label string) float64 {
	return rapid.Float64Range(1, 10).Draw(t, label) * math.Pow(10, float64(rapid.IntRange(-12, 12).Draw(t, label+" exponent")))
}

// lastPlace returns the value of one unit in the last place of a number.
func lastPlace(text string) float64 {
	mantissa, exponent, _ := strings.Cut(text, "e")
	power, _ := strconv.Atoi(exponent)
	if _, fraction, ok := strings.Cut(mantissa, "."); ok {
		power -= len(fraction)
	}
	return math.Pow(10, float64(power))
}

func TestFormattedSpreadsAreNearAndShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean, spread := finite(t, "mean"), finite(t, "spread")
		if rapid.Bool().Draw(t, "negative") {
			mean = -mean
		}
		meanText, spreadText := formatSpread(mean, spread)
		gotMean, err := strconv.ParseFloat(meanText, 64)
		if err != nil {
			t.Fatal(err)
		}
		gotSpread, err := strconv.ParseFloat(spreadText, 64)
		if err != nil {
			t.Fatal(err)
		}
		// One digit is kept of 355 and more: rounding errs by at most 50 / 355.
		if relative := math.Abs(gotSpread-spread) / spread; relative > 50./355+1e-9 {
			t.Errorf("%v became %s", spread, spreadText)
		}
		if digits := strings.TrimLeft(strings.Replace(spreadText, ".", "", 1), "0"); len(digits) > 2 &&
			!strings.Contains(digits, "e") && gotSpread < 100 {
			t.Errorf("%v became %s, of more than two digits", spread, spreadText)
		}
		// The mean is off by less than the spread's own rounding would hide: half
		// of the place of the second digit at most, or the first where one is kept.
		if math.Abs(gotMean-mean) > spread*0.5/3.55*(1+1e-9)+1e-12*math.Abs(mean) {
			t.Errorf("%v ± %v became %s ± %s", mean, spread, meanText, spreadText)
		}
		if plain := !strings.ContainsAny(meanText+spreadText, "e"); plain && spread < 1 && lastPlace(meanText) != lastPlace(spreadText) {
			t.Errorf("%s ± %s end at different places", meanText, spreadText)
		}
	})
}

func TestFormattedNumbersAreNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := finite(t, "value")
		text := FormatNumber(v)
		got, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-v) > 0.5e-3*v {
			t.Errorf("%v became %s", v, text)
		}
		if strings.HasPrefix(text, "-") || len(text) > 10 {
			t.Errorf("%v became %s", v, text)
		}
	})
}

func TestAlignedFiguresAreEquallyWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) figure {
			if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
				return figure{word: rapid.SampledFrom([]string{"-", " ", "diverged"}).Draw(t, "word"), notes: []int{12}}
			}
			f := figure{best: rapid.Bool().Draw(t, "best")}
			f.mean, f.deviation = formatSpread(finite(t, "mean"), finite(t, "spread"))
			return f
		}), 1, 6).Draw(t, "figures")
		cells := aligned(figures)
		for i, cell := range cells {
			if len([]rune(cell)) != len([]rune(cells[0])) {
				t.Errorf("%q is not as wide as %q", cell, cells[0])
			}
			if f := figures[i]; f.word == "" && strings.TrimSpace(cell[:strings.Index(cell, "±")]) != f.mean {
				t.Errorf("%q does not show %s", cell, f.mean)
			}
		}
	})
}
