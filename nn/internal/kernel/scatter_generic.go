package kernel

import "math"

// The generic tile keeps 2×4 sums in registers: enough to hide the latency, few enough to fit.
const (
	scatterGenericRows    = 2
	scatterGenericColumns = 4
)

// scatterTileGeneric is a scatterTileFunc in plain Go.
func scatterTileGeneric(c []float64, cRow int, a []panelRow, first int, b []panelRow) {
	for i := 0; i < scatterRows; i += scatterGenericRows {
		for j := 0; j < scatterColumns; j += scatterGenericColumns {
			scatterPartGeneric(c[i*cRow+j:], cRow, a, first+i, b, j)
		}
	}
}

// scatterPartGeneric adds the products of two columns of a and four of b, from the given ones on.
func scatterPartGeneric(c []float64, cRow int, a []panelRow, i int, b []panelRow, j int) {
	upper, lower := (*[scatterGenericColumns]float64)(c), (*[scatterGenericColumns]float64)(c[cRow:])
	c00, c01, c02, c03 := upper[0], upper[1], upper[2], upper[3]
	c10, c11, c12, c13 := lower[0], lower[1], lower[2], lower[3]
	b = b[:len(a)]
	for l := range a {
		x, y := (*[scatterGenericRows]float64)(a[l][i:]), (*[scatterGenericColumns]float64)(b[l][j:])
		c00 = math.FMA(x[0], y[0], c00)
		c01 = math.FMA(x[0], y[1], c01)
		c02 = math.FMA(x[0], y[2], c02)
		c03 = math.FMA(x[0], y[3], c03)
		c10 = math.FMA(x[1], y[0], c10)
		c11 = math.FMA(x[1], y[1], c11)
		c12 = math.FMA(x[1], y[2], c12)
		c13 = math.FMA(x[1], y[3], c13)
	}
	*upper = [scatterGenericColumns]float64{c00, c01, c02, c03}
	*lower = [scatterGenericColumns]float64{c10, c11, c12, c13}
}
