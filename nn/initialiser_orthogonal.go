package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[OrthogonalWeights](initialisers, "orthogonal", "units orthogonal to each other, or inputs where there are more units")
}

// OrthogonalWeights draws a matrix of weights from all those whose columns are
// orthogonal to each other and of length Gain, each as likely (Saxe, McClelland
// and Ganguli 2014). A column holds the weights of a unit; where there are more
// units than weights in each, the rows are orthogonal instead. PyTorch and Keras
// do the same.
type OrthogonalWeights struct {
	zeroBiases
	Gain float64 `default:"1" range:"(0, inf)" doc:"length of the weights of a unit"`
}

// Draw fills w, [fanIn × units], by orthogonalising a normal matrix: to each
// other the shorter of rows and columns are.
func (o *OrthogonalWeights) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	units := len(w) / fanIn
	vectors, width := min(units, fanIn), max(units, fanIn)
	rows := make([]float32, len(w))
	stream.Normals(rows, 0)
	orthonormalise(rows, vectors, width)
	kernel.ScaleBy(rows, float32(o.Gain))
	if units > fanIn {
		copy(w, rows)
		return
	}
	for j := range units {
		for i := range fanIn {
			w[i*units+j] = rows[j*width+i]
		}
	}
}

// orthonormalise makes rows orthogonal to each other and of length 1, by the
// modified Gram-Schmidt process. It goes over each row twice, which leaves
// nothing but rounding (Giraud et al. 2005). As each row keeps the direction of
// what is left of it, normal rows become a matrix that is as likely as any.
func orthonormalise(rows []float32, n, width int) {
	for i := range n {
		row := rows[i*width : (i+1)*width]
		for range 2 {
			for j := range i {
				done := rows[j*width : (j+1)*width]
				kernel.Axpy(row, -float32(kernel.Dot(row, done)), done)
			}
			kernel.ScaleBy(row, float32(1/math.Sqrt(kernel.SumSquares(row))))
		}
	}
}
