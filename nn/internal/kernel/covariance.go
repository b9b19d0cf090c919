package kernel

import "math"

// Means sets mean, cols, to the mean of the rows of x, rows × cols: sums in float64, over the rows in order.
func Means(mean []float64, x []float32, rows, cols int) {
	clear(mean)
	ColumnSums64(mean, x, rows, cols)
	for j := range mean {
		mean[j] /= float64(rows)
	}
}

// Scatter sets c, cols × cols, to the scatter of the rows of x, rows × cols, about a centre, cols, all in float64: with
// d = x − centre,
//
//	c[i][j] = Σ over rows of d[i]·d[j]
//
// each sum by fused multiply-add, over the rows in order. c is symmetric.
func Scatter(c []float64, x []float32, centre []float64, rows, cols int) {
	mustMatch("Scatter", rows*cols, len(x))
	mustMatch("Scatter", cols*cols, len(c))
	mustMatch("Scatter", cols, len(centre))
	clear(c)
	d := make([]float64, cols)
	for r := range rows {
		for j, v := range x[r*cols : (r+1)*cols] {
			d[j] = float64(v) - centre[j]
		}
		for i, di := range d {
			for j := i; j < cols; j++ {
				c[i*cols+j] = math.FMA(di, d[j], c[i*cols+j])
			}
		}
	}
	for i := range cols {
		for j := range i {
			c[i*cols+j] = c[j*cols+i]
		}
	}
}
