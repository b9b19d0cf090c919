package nn

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Data with more elements an example than ExactColumns are wide: their
// covariance, which grows with the square, is not worked out. Their first
// WideComponents are found by chance, to more digits than differ between machines.
const (
	ExactColumns   = 4096
	WideComponents = 256
	wideSpare      = 20 // directions beyond them
	wideRounds     = 6  // of subspace iteration
)

// decomposeWide finds the first k principal components of the rows of x by
// randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithms 4.4
// and 5.1): with A the centred examples, a random Ω, and in each round an
// orthonormal basis Q of A·Ω and then of Aᵀ·Q. The components are those of A·Q's
// covariance, turned back.
func decomposeWide(x *Matrix, mean []float64, k int) (*Decomposition, error) {
	directions := min(k+wideSpare, x.Rows, x.Cols)
	q := randomDirections(x.Cols, directions)
	for range wideRounds {
		turned := mat.NewDense(x.Cols, directions, nil)
		eachCentred(x, mean, func(rows *mat.Dense) {
			var y, back mat.Dense
			y.Mul(rows, q)
			back.Mul(rows.T(), &y)
			turned.Add(turned, &back)
		})
		q = orthonormalColumns(turned)
	}
	d, err := componentsAmong(q, x, mean, min(k, directions))
	if err != nil {
		return nil, err
	}
	d.rank = d.countRank(x.Rows)
	return d, nil
}

// componentsAmong returns the first k principal components of the rows of x among
// what the orthonormal columns of q span.
func componentsAmong(q *mat.Dense, x *Matrix, mean []float64, k int) (*Decomposition, error) {
	directions := q.RawMatrix().Cols
	small := mat.NewSymDense(directions, nil)
	eachCentred(x, mean, func(rows *mat.Dense) {
		var y mat.Dense
		y.Mul(rows, q)
		for i := range directions {
			for j := i; j < directions; j++ {
				small.SetSym(i, j, small.At(i, j)+mat.Dot(y.ColView(i), y.ColView(j)))
			}
		}
	})
	small.ScaleSym(1/float64(x.Rows), small)
	var eigen mat.EigenSym
	if !eigen.Factorize(small, true) {
		return nil, fmt.Errorf("principal components: the eigenvalues of %d random directions did not converge", directions)
	}
	var vectors, components mat.Dense
	eigen.VectorsTo(&vectors)
	components.Mul(q, &vectors)
	d := &Decomposition{mean: mean, Variances: make([]float64, k), Components: mat.NewDense(k, x.Cols, nil), wide: true}
	for i, value := range eigen.Values(nil) {
		if row := directions - 1 - i; row < k {
			d.Variances[row] = max(value, 0)
			mat.Col(d.Components.RawRowView(row), i, &components)
			fixSign(d.Components.RawRowView(row))
		}
	}
	return d, nil
}

// randomDirections returns an orthonormal basis of so many random directions,
// the same for every data set of this width.
func randomDirections(rows, columns int) *mat.Dense {
	drawn := make([]float32, rows*columns)
	kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationComponents}.Normals(drawn, 0)
	values := make([]float64, len(drawn))
	for i, v := range drawn {
		values[i] = float64(v)
	}
	return orthonormalColumns(mat.NewDense(rows, columns, values))
}

// orthonormalColumns returns an orthonormal basis of the columns of a, by the
// Gram-Schmidt process on blocks of one, applied twice. What lies in the span of
// earlier columns becomes 0.
func orthonormalColumns(a *mat.Dense) *mat.Dense {
	_, columns := a.Dims()
	vectors := make([][]float64, columns)
	for j := range vectors {
		vectors[j] = mat.Col(nil, j, a)
		scaleToOne(vectors[j])
	}
	basis := mat.DenseCopyOf(a)
	for j, v := range orthonormal(vectors) {
		basis.SetCol(j, v)
	}
	return basis
}

// eachCentred calls do with the rows of x less their mean, some at a time.
func eachCentred(x *Matrix, mean []float64, do func(rows *mat.Dense)) {
	chunks(x, func(_ int, rows *Matrix) {
		centred := mat.NewDense(rows.Rows, rows.Cols, nil)
		for i := range rows.Rows {
			into := centred.RawRowView(i)
			for j, v := range rows.Row(i) {
				into[j] = float64(v) - mean[j]
			}
		}
		do(centred)
	})
}

// wideLadder is Ladder from the projections of the rows alone.
func (d *Decomposition) wideLadder(x *Matrix) []float64 {
	squares := make([]float64, d.rank)
	left := 0.0
	first := d.First(d.rank)
	eachCentred(x, d.mean, func(rows *mat.Dense) {
		for _, v := range rows.RawMatrix().Data {
			left += float64(v * v)
		}
		if first == nil {
			return
		}
		var codes mat.Dense
		codes.Mul(rows, first.T())
		for j := range squares {
			column := codes.ColView(j)
			squares[j] += mat.Dot(column, column)
		}
	})
	ladder := make([]float64, d.rank+1)
	for k := range ladder {
		ladder[k] = max(left, 0) / float64(len(x.Data))
		if k < d.rank {
			left -= squares[k]
		}
	}
	return ladder
}
