package nn

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Decomposition holds the principal components of a training split, in
// float64. One decomposition serves every code size. Of wide data it holds the
// first 256, and Rank is no more than that.
type Decomposition struct {
	mean []float64
	// Variances are the eigenvalues of the covariance, falling, none below 0.
	Variances []float64
	// Components are the eigenvectors, one a row, in the order of Variances.
	// The element of each that is largest in size is positive.
	Components *mat.Dense

	rank    int
	wide    bool // the first components alone are known
	threads int  // that work out scatters
}

// decompose finds the principal components of the rows of x, whose mean is
// given, on so many threads.
func decompose(x *Matrix, mean []float64, threads int) (*Decomposition, error) {
	n := x.Cols
	if n > ExactColumns {
		return decomposeWide(x, mean, WideComponents)
	}
	covariance := scatter(x, mean, threads)
	covariance.ScaleSym(1/float64(x.Rows), covariance)
	var eigen mat.EigenSym
	if !eigen.Factorize(covariance, true) {
		return nil, fmt.Errorf("principal components: the eigenvalues of the %d × %d covariance did not converge", n, n)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	d := &Decomposition{mean: mean, Variances: make([]float64, n), Components: mat.NewDense(n, n, nil), threads: threads}
	for i, value := range eigen.Values(nil) { // gonum's rise
		row := n - 1 - i
		d.Variances[row] = max(value, 0)
		component := d.Components.RawRowView(row)
		mat.Col(component, i, &vectors)
		fixSign(component)
	}
	d.rank = d.countRank(x.Rows)
	return d, nil
}

// scatter returns Σ (x − centre)·(x − centre)ᵀ over the rows of x. Threads
// share its elements, so that their number changes no bits.
func scatter(x *Matrix, centre []float64, threads int) *mat.SymDense {
	products := make([]float64, x.Cols*x.Cols)
	team := newTeam()
	defer team.close()
	team.resize(threads)
	team.each(func(part int) {
		kernel.Scatter(products, x.Data, centre, x.Rows, x.Cols, team.scratch[part])
	})
	return mat.NewSymDense(x.Cols, products)
}

// fixSign turns a vector so that its largest element in size is positive.
func fixSign(v []float64) {
	largest := 0.0
	for _, e := range v {
		if math.Abs(e) > math.Abs(largest) {
			largest = e
		}
	}
	if largest >= 0 {
		return
	}
	for i := range v {
		v[i] = -v[i]
	}
}

// countRank counts the variances above rounding: 2⁻⁵²·n times the largest, the
// tolerance of LAPACK's users (as in numpy.linalg.matrix_rank), and at most
// one fewer than there are examples.
func (d *Decomposition) countRank(examples int) int {
	tolerance := float64(float64(len(d.Variances)) * 0x1p-52 * d.Variances[0])
	rank := 0
	for rank < len(d.Variances) && rank < examples-1 && d.Variances[rank] > tolerance {
		rank++
	}
	return rank
}

// Rank is the number of components that carry variance.
func (d *Decomposition) Rank() int { return d.rank }

// First returns the first k components, one a row, or nil for k = 0.
func (d *Decomposition) First(k int) *mat.Dense {
	if k == 0 {
		return nil
	}
	return d.Components.Slice(0, k, 0, len(d.mean)).(*mat.Dense)
}

// Ladder returns the mean squared error over elements and examples of x with
// k = 0, 1, …, Rank components: the squared lengths that the components leave.
func (d *Decomposition) Ladder(x *Matrix) []float64 {
	if d.wide {
		return d.wideLadder(x)
	}
	about := scatter(x, d.mean, d.threads)
	var turned mat.Dense
	turned.Mul(d.Components, about)
	left := about.Trace()
	ladder := make([]float64, d.rank+1)
	for k := range ladder {
		ladder[k] = max(left, 0) / float64(len(x.Data))
		if k < d.rank {
			left -= mat.Dot(turned.RowView(k), d.Components.RowView(k))
		}
	}
	return ladder
}
