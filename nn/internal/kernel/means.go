package kernel

// Means sets mean, cols, to the mean of the rows of x, rows × cols: sums in float64, over the rows in order.
func Means(mean []float64, x []float32, rows, cols int) {
	clear(mean)
	ColumnSums64(mean, x, rows, cols)
	for j := range mean {
		mean[j] /= float64(rows)
	}
}
