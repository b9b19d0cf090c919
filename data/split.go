package data

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/nn"
)

// split is how the examples of a training file, and those of a test file where
// there is one, become the splits of a set. The package comment gives the
// order of the steps.
type split struct {
	random       bool
	seed         int
	testCount    int     // examples of the training file that are tested on
	testFraction float64 // or the fraction of them, rounded
	classes      []int32 // that are trained on; nil for all
	trainLimit   int     // 0 for none
	testLimit    int     // 0 for none
	validation   int
}

// plan says which rows go where. The rows of the training file, in the order
// of order, are first those that are trained on, then those that are validated
// with; the last held are tested on, where there is no test file.
type plan struct {
	order                      []int32
	trained, validated, tested int
	held                       int // test rows in the training file, before testLimit
}

// plan works out the splits of a training file with so many rows, whose labels
// are needed where classes are given, and of a test file with testRows, 0 where
// there is none.
func (s split) plan(rows int, labels []int32, testRows int) (plan, error) {
	p := plan{order: make([]int32, rows)}
	for i := range p.order {
		p.order[i] = int32(i)
	}
	if s.random {
		nn.SplitOrder(p.order, s.seed)
	}
	if testRows == 0 {
		if err := s.hold(&p); err != nil {
			return p, err
		}
		testRows = p.held
	}
	kept, left := s.keep(p.order[:rows-p.held], labels)
	if len(kept) == 0 {
		return p, errors.New("normal: no training example is of these classes")
	}
	trained, err := s.trained(len(kept))
	if err != nil {
		return p, err
	}
	p.order = slices.Concat(kept, left, p.order[rows-p.held:])
	p.trained, p.validated, p.tested = trained, s.validation, limited(testRows, s.testLimit)
	return p, nil
}

// hold takes the test examples out of the training file.
func (s split) hold(p *plan) error {
	rows := len(p.order)
	p.held = s.testCount
	if p.held == 0 {
		p.held = int(math.Round(s.testFraction * float64(rows)))
	}
	if p.held == 0 {
		return fmt.Errorf("test_fraction: %v of %d examples leaves none to test on", s.testFraction, rows)
	}
	if p.held >= rows {
		return fmt.Errorf("test_count: %d of %d examples leave none to train on", p.held, rows)
	}
	return nil
}

// keep parts rows into those of the classes that are trained on and the others.
func (s split) keep(rows, labels []int32) (kept, left []int32) {
	if s.classes == nil {
		return rows, nil
	}
	for _, row := range rows {
		if slices.Contains(s.classes, labels[row]) {
			kept = append(kept, row)
		} else {
			left = append(left, row)
		}
	}
	return kept, left
}

// trained is how many of so many rows are trained on.
func (s split) trained(rows int) (int, error) {
	rows = limited(rows, s.trainLimit)
	if s.validation >= rows {
		return 0, fmt.Errorf("validation: %d of %d training examples leave none to train on", s.validation, rows)
	}
	return rows - s.validation, nil
}

// apply cuts train and test, which are used up, and puts the splits into set.
// Where test is empty, the test examples come out of train.
func (s split) apply(set *Set, train, test table) error {
	p, err := s.plan(train.rows(), train.labels, test.rows())
	if err != nil {
		return err
	}
	train.reorder(p.order)
	p.share(set, train, test)
	return nil
}

// share puts the splits into set: train is in the order of the plan. Where
// most rows are of no split, those that are get copied, so that the others do
// not stay in memory.
func (p plan) share(set *Set, train, test table) {
	trained := train.slice(0, p.trained)
	validated := train.slice(p.trained, p.trained+p.validated)
	first, used := 0, p.trained+p.validated
	if p.held > 0 {
		test, first, used = train, train.rows()-p.held, used+p.tested
	} else if 2*p.tested <= test.rows() {
		test = test.slice(0, p.tested).clone()
	}
	tested := test.slice(first, first+p.tested)
	if 2*used <= train.rows() {
		trained, validated = trained.clone(), validated.clone()
		if p.held > 0 {
			tested = tested.clone()
		}
	}
	set.put(trained, validated, tested)
}

// limited is rows, but no more than limit, where there is one.
func limited(rows, limit int) int {
	if limit > 0 {
		return min(rows, limit)
	}
	return rows
}
