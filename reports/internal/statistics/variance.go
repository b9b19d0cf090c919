package statistics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Factor is something that varies between cells: the level that each has of it.
type Factor struct {
	Name   string
	Levels []int // by cell, from 0
}

// Source is a source of variance.
type Source struct {
	Name       string
	Factors    []int // whose main effect or interaction it is; none for the rest
	DF         int   // 0 where it cannot be told from the other sources
	SumSquares float64
	Share      float64 // of the total sum of squares
	F, P       float64 // against the error; NaN where one of them has no degree of freedom
}

// Variance parts the variance of values into its sources: main effects,
// interactions of two factors where there are cells enough, the rest between
// cells, and the error, which is the spread within cells. cells[i] are the
// values of cell i; none may be empty.
//
// Sums of squares are of type II: those by which a source lowers the residual of
// a model with all sources that do not contain it (Yates 1934; Langsrud 2003,
// Statistics and Computing 13). In a balanced design they add up to the total;
// in an unbalanced one they need not, and depend on no order.
func Variance(factors []Factor, cells [][]float64) (sources []Source, failure Source) {
	d := newDesign(factors, cells)
	terms := d.terms()
	for i, t := range terms {
		var without []term
		for _, other := range terms {
			if !other.contains(t) {
				without = append(without, other)
			}
		}
		before, rank := d.residual(without)
		after, with := d.residual(append(without, terms[i]))
		sources = append(sources, Source{Name: t.name, Factors: t.factors, DF: with - rank, SumSquares: before - after})
	}
	if left, rank := d.residual(terms); len(cells) > rank {
		name := "other interactions"
		if !slices.ContainsFunc(terms, func(t term) bool { return len(t.factors) > 1 }) {
			name = "interactions"
		}
		sources = append(sources, Source{Name: name, DF: len(cells) - rank, SumSquares: left})
	}
	failure = Source{Name: "seeds", DF: d.n - len(cells), SumSquares: d.within, F: math.NaN(), P: math.NaN()}
	for i := range sources {
		sources[i].test(failure, d.total)
	}
	failure.Share = share(failure.SumSquares, d.total)
	return sources, failure
}

// test fills in what follows from sums of squares and degrees of freedom.
func (s *Source) test(failure Source, total float64) {
	s.F, s.P = math.NaN(), math.NaN()
	if s.DF == 0 {
		s.SumSquares = 0
		return
	}
	s.Share = share(s.SumSquares, total)
	if failure.DF == 0 {
		return
	}
	s.F = s.SumSquares / float64(s.DF) / (failure.SumSquares / float64(failure.DF))
	if !math.IsNaN(s.F) && !math.IsInf(s.F, 0) {
		// The upper tail of the F distribution, also where 1 − CDF has no digit left
		// (Abramowitz and Stegun 1964, 26.6.2).
		a, b := float64(failure.DF), float64(s.DF)
		s.P = mathext.RegIncBeta(a/2, b/2, a/(a+b*s.F))
	} else if s.SumSquares > 0 {
		s.P = 0 // seeds make no difference at all, and this does
	}
}

func share(part, total float64) float64 {
	if total == 0 {
		return 0
	}
	return part / total
}

// term is a main effect or an interaction.
type term struct {
	name    string
	factors []int
	columns [][]float64 // by cell
}

// contains tells whether t is t2, or an interaction of it.
func (t term) contains(t2 term) bool {
	return !slices.ContainsFunc(t2.factors, func(f int) bool { return !slices.Contains(t.factors, f) })
}

// design is a linear model of the means of cells, each weighted by its number of
// values.
type design struct {
	factors       []Factor
	cells         int
	n             int
	weights       []float64 // roots of the numbers
	means         []float64 // times the weights
	within, total float64
}

func newDesign(factors []Factor, cells [][]float64) *design {
	d := &design{factors: factors, cells: len(cells)}
	var all []float64
	for _, values := range cells {
		all = append(all, values...)
	}
	d.n = len(all)
	grand, _ := Mean(all)
	for _, v := range all {
		d.total += (v - grand) * (v - grand)
	}
	for _, values := range cells {
		mean, deviation := Mean(values)
		weight := math.Sqrt(float64(len(values)))
		d.weights, d.means = append(d.weights, weight), append(d.means, weight*(mean-grand))
		d.within += deviation * deviation * float64(len(values)-1)
	}
	return d
}

// mostColumns is how many columns interactions of two may have. With more, or
// with more than there are cells, they are left to the rest.
const mostColumns = 200

// terms returns the main effects, and the interactions of two where there is
// room for all.
func (d *design) terms() []term {
	var out []term
	columns := 1
	for i, f := range d.factors {
		t := term{name: f.Name, factors: []int{i}}
		for level := 1; level <= slices.Max(f.Levels); level++ {
			column := make([]float64, d.cells)
			for c, l := range f.Levels {
				if l == level {
					column[c] = d.weights[c]
				}
			}
			t.columns = append(t.columns, column)
		}
		columns += len(t.columns)
		out = append(out, t)
	}
	mains, pairs := out, []term{}
	for i, a := range mains {
		for _, b := range mains[i+1:] {
			t := d.interaction(a, b)
			columns += len(t.columns)
			pairs = append(pairs, t)
		}
	}
	if columns > min(mostColumns, d.cells) {
		return mains
	}
	return append(out, pairs...)
}

func (d *design) interaction(a, b term) term {
	t := term{name: a.name + " × " + b.name, factors: slices.Concat(a.factors, b.factors)}
	for _, x := range a.columns {
		for _, y := range b.columns {
			column := make([]float64, d.cells)
			for c := range column {
				column[c] = x[c] * y[c] / d.weights[c]
			}
			t.columns = append(t.columns, column)
		}
	}
	return t
}

// residual returns the sum of squares that a model of some terms leaves between
// the cells, and the model's rank, by orthogonalising column after column (twice,
// which is enough: Giraud et al. 2005). Columns that depend on others fall away.
func (d *design) residual(terms []term) (sum float64, rank int) {
	columns := [][]float64{d.weights}
	for _, t := range terms {
		columns = append(columns, t.columns...)
	}
	rest := slices.Clone(d.means)
	var basis [][]float64
	for _, column := range columns {
		q := slices.Clone(column)
		before := norm(q)
		for range 2 {
			for _, b := range basis {
				subtract(q, b)
			}
		}
		if after := norm(q); after > 1e-9*before {
			for i := range q {
				q[i] /= after
			}
			basis = append(basis, q)
			subtract(rest, q)
		}
	}
	return norm(rest) * norm(rest), len(basis)
}

// subtract takes out of v what lies along the unit vector b.
func subtract(v, b []float64) {
	dot := 0.0
	for i := range v {
		dot += v[i] * b[i]
	}
	for i := range v {
		v[i] -= dot * b[i]
	}
}

func norm(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}
