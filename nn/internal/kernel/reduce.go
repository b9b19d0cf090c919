package kernel

import "math"

// lanes is the number of partial sums of a float64 reduction. Term i goes to lane i mod 16, the terms of a lane are
// added in order, and the lanes are then added in a tree: lane l gets lane l + 8, then l + 4, l + 2 and l + 1.
const lanes = 16

type laneSums [lanes]float64

// total adds the lanes in their tree.
func (s *laneSums) total() float64 {
	t := *s
	for half := lanes / 2; half > 0; half /= 2 {
		for l := range half {
			t[l] += t[l+half]
		}
	}
	return t[0]
}

// Sum returns the sum of x in float64: 16 lanes and a fixed tree.
func Sum(x []float32) float64 {
	var s laneSums
	for i, v := range x {
		s[i%lanes] += float64(v)
	}
	return s.total()
}

// SumAbs returns the sum of |x[i]| in float64: 16 lanes and a fixed tree.
func SumAbs(x []float32) float64 {
	var s laneSums
	for i, v := range x {
		s[i%lanes] += math.Abs(float64(v))
	}
	return s.total()
}

// SumSquares returns the sum of x[i]², each exact, in float64: 16 lanes and a fixed tree.
func SumSquares(x []float32) float64 {
	return Dot(x, x)
}

// Dot returns the sum of x[i]·y[i], each exact, in float64: 16 lanes and a fixed tree.
func Dot(x, y []float32) float64 {
	mustMatch("Dot", len(x), len(y))
	e := current.Load().elementwise
	s, n := e.dot.begin(e, x, y)
	dotGeneric(&s, x[n:], y[n:])
	return s.total()
}

func dotGeneric(s *laneSums, x, y []float32) {
	for i, v := range x {
		s[i%lanes] += float64(float64(v) * float64(y[i]))
	}
}

// ColumnSums adds to db the columns of some rows, in order, in float32: column j of row i is dy[i*stride+j], so that dy may
// begin at a column of a wider matrix. db starts at 0 (Zero) or keeps its own values (Keep).
func ColumnSums(db, dy []float32, rows, stride int, start Start) {
	if need := (rows-1)*stride + len(db); rows > 0 && len(dy) < need {
		panic(mismatch("ColumnSums", need, len(dy)))
	}
	switch start {
	case Zero:
		clear(db)
	case Keep:
	default:
		panic("kernel: ColumnSums: start must be Zero or Keep")
	}
	e := current.Load().elementwise
	n := e.whole(len(db))
	if n > 0 && rows > 0 {
		e.columnSums(&db[0], &dy[0], rows, 4*stride, n/(e.rest+1))
	}
	columnSumsGeneric(db, dy, rows, stride, n)
}

// columnSumsGeneric adds up the columns from the given one on.
func columnSumsGeneric(db, dy []float32, rows, stride, from int) {
	if from == len(db) {
		return
	}
	for i := range rows {
		row := dy[i*stride:]
		for j := from; j < len(db); j++ {
			db[j] += row[j]
		}
	}
}

// ColumnSums64 adds the rows of x (rows × cols) to sum (cols), in order, in float64.
func ColumnSums64(sum []float64, x []float32, rows, cols int) {
	mustMatch("ColumnSums64", cols, len(sum))
	mustMatch("ColumnSums64", rows*cols, len(x))
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			sum[j] += float64(v)
		}
	}
}
