package reports

import (
	"math"
	"strings"
)

// bars are the heights of a sparkline.
var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws a curve in at most width characters, the least value lowest.
// Each character is the mean of the values that it stands for; where none of
// them is finite, it is ×.
func sparkline(values []float64, width int) string {
	points := make([]float64, min(width, len(values)))
	least, most := math.Inf(1), math.Inf(-1)
	for i := range points {
		points[i] = finiteMean(values[i*len(values)/len(points) : (i+1)*len(values)/len(points)])
		if !math.IsNaN(points[i]) {
			least, most = min(least, points[i]), max(most, points[i])
		}
	}
	var out strings.Builder
	for _, v := range points {
		switch {
		case math.IsNaN(v):
			out.WriteRune('×')
		case most == least:
			out.WriteRune(bars[0])
		default:
			out.WriteRune(bars[int(math.Round((v-least)/(most-least)*float64(len(bars)-1)))])
		}
	}
	return out.String()
}

// finiteMean returns the mean of the values that are finite, NaN where none is.
func finiteMean(values []float64) float64 {
	sum, n := 0., 0.
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}
