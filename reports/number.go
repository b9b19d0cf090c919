package reports

import (
	"math"
	"strconv"
	"strings"
)

// figures is how many significant digits a number has of which no spread is
// known.
const figures = 4

// FormatNumber returns a finite number in four significant digits, and
// what stands before the point in full: 0.04123, 21.53, 12346, 1.234e-6.
func FormatNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < plainMost {
		return strconv.FormatFloat(v+0, 'f', 0, 64) // +0 turns −0 into 0
	}
	_, exponent := leading(v, figures)
	place := figures - 1 - exponent
	if math.Abs(v) < plainMost {
		place = max(place, 0)
	}
	return decimal(v, place)
}

// formatSpread returns a mean and its spread, such as a standard deviation,
// both in as many digits as the spread supports: two significant digits of
// the spread where its first three are at most 354, else one, and the mean to
// the same place. This is the rounding rule of the Particle Data Group
// (Review of Particle Physics, introduction, section 5.3). Where the spread
// is zero, the mean is a number by itself.
func formatSpread(mean, spread float64) (string, string) {
	if spread == 0 {
		return FormatNumber(mean), "0"
	}
	digits, exponent := leading(spread, 3)
	place := 1 - exponent // the decimal place of the second digit
	if digits > 354 && digits < 950 {
		place--
	}
	if digits >= 950 { // rounds up to 1000, of which two digits are one place higher
		place--
	}
	if isPlain(mean, place) {
		return decimal(mean, place), decimal(spread, place)
	}
	return scientific(mean, place), scientific(spread, place)
}

// Numbers are written without exponent below plainMost, and where that takes
// no more than plainPlaces decimal places.
const (
	plainMost   = 1e7
	plainPlaces = 7
)

func isPlain(v float64, place int) bool { return math.Abs(v) < plainMost && place <= plainPlaces }

// decimal returns v rounded at the given decimal place: 2 is hundredths, −2
// hundreds.
func decimal(v float64, place int) string {
	switch {
	case !isPlain(v, place):
		return scientific(v, place)
	case place < 0:
		v, _ = strconv.ParseFloat(scientific(v, place), 64)
		place = 0
	}
	text := strconv.FormatFloat(v, 'f', place, 64)
	if strings.Trim(text, "-0.") == "" { // no −0.00
		text = strings.TrimPrefix(text, "-")
	}
	return text
}

// scientific returns v rounded at the given decimal place, as 1.23e-6.
func scientific(v float64, place int) string {
	_, exponent := leading(v, -1)
	digits := exponent + place // after the point
	if v == 0 || digits < -1 {
		return "0"
	}
	if digits == -1 { // v is rounded to one in the place above its own, or to nothing
		half := 5 * math.Pow(10, float64(exponent))
		if math.Abs(v) < half {
			return "0"
		}
		v, digits = math.Copysign(2*half, v), 0
	}
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', digits, 64), "e")
	sign, power := power[:1], strings.TrimLeft(power[1:], "0")
	if power == "" {
		return mantissa
	}
	return mantissa + "e" + strings.TrimPrefix(sign, "+") + power
}

// leading returns the first n digits of |v|, rounded to so many, and the decimal
// exponent of the first. With n < 0 it is all digits that v has.
func leading(v float64, n int) (digits, exponent int) {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'e', max(n, 0)-1, 64), "e")
	digits, _ = strconv.Atoi(strings.Replace(mantissa, ".", "", 1))
	exponent, _ = strconv.Atoi(power)
	return digits, exponent
}
