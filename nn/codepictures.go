package nn

import "slices"

// gridSide is how many codes lie along a side of the grid over a code of two
// units.
const gridSide = 15

// codePictures draws interpolations between test examples and, over a code of
// two units, a grid.
func codePictures(s *Subject, f *Findings) {
	f.Pictures = append(f.Pictures, s.pictures("interpolations", interpolations(s)...))
	if s.coder().CodeSize() == 2 {
		grid := s.pictures("code-grid", s.decode(codeGrid(s)))
		grid.Columns = gridSide
		f.Pictures = append(f.Pictures, grid)
	}
}

// interpolations returns pairs of test examples at the ends of rows, and what
// codes on the straight line between theirs decode to: in equal steps.
func interpolations(s *Subject) []*Matrix {
	const pairs = 6
	ends := head(s.Test, 2*pairs)
	codes := s.encode(ends)
	var rows []*Matrix
	for pair := range ends.Rows / 2 {
		from, to := codes.Row(2*pair), codes.Row(2*pair+1)
		h := NewMatrix(sheetColumns-2, codes.Cols)
		Interpolate(h, from, to)
		row := NewMatrix(0, s.Shape.Size())
		row.Rows = sheetColumns
		row.Data = slices.Concat(ends.Row(2*pair), s.decode(h).Data, ends.Row(2*pair+1))
		rows = append(rows, row)
	}
	return rows
}

// Interpolate sets the rows of h, two at least, to codes on the straight line from
// one code to another, in equal steps, both ends included.
func Interpolate(h *Matrix, from, to []float32) {
	for i := range h.Rows {
		share := float32(i) / float32(h.Rows-1)
		for j, a := range from {
			h.Row(i)[j] = a + float32(share*(to[j]-a))
		}
	}
}

// codeGrid returns the codes of the grid: from the 2nd to the 98th hundredth of
// the codes of training examples along each unit, the second rising from below.
func codeGrid(s *Subject) *Matrix {
	codes := s.encode(head(s.Train, codeRows))
	var low, high [2]float64
	for j := range low {
		values := make([]float64, codes.Rows)
		for i := range values {
			values[i] = float64(codes.Row(i)[j])
		}
		slices.Sort(values)
		low[j], high[j] = Quantile(values, 0.02), Quantile(values, 0.98)
	}
	grid := NewMatrix(gridSide*gridSide, 2)
	for i := range grid.Rows {
		x, y := float64(i%gridSide)/(gridSide-1), float64(gridSide-1-i/gridSide)/(gridSide-1)
		grid.Row(i)[0] = float32(low[0] + float64(x*(high[0]-low[0])))
		grid.Row(i)[1] = float32(low[1] + float64(y*(high[1]-low[1])))
	}
	return grid
}
