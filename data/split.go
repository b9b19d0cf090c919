package data

import (
	"errors"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// split is how the examples of a training file, and those of a test file where
// there is one, become the splits of a set. The package comment gives the
// order of the steps.
type split struct {
	random     bool
	seed       int
	test       int     // examples of the training file that are tested on
	fraction   float64 // or the fraction of them, rounded down
	classes    []int32 // that are trained on; nil for all
	trainLimit int     // 0 for none
	testLimit  int     // 0 for none
	validation int
}

// apply cuts train and test, which are used up, and puts the splits into set.
// Where test is empty, the test examples come out of train.
func (s split) apply(set *Set, train, test table) error {
	if s.random {
		s.shuffle(&train)
	}
	if test.x == nil {
		testRows := s.testRows(train.rows())
		if testRows >= train.rows() {
			return fmt.Errorf("%d test examples of %d leave none to train on", testRows, train.rows())
		}
		train, test = train.cut(0, train.rows()-testRows), train.cut(train.rows()-testRows, train.rows())
	}
	if s.classes != nil {
		if train = train.only(s.classes); train.rows() == 0 {
			return errors.New("train_classes: no training example is of these classes")
		}
	}
	rows := limited(train.rows(), s.trainLimit)
	if s.validation >= rows {
		return fmt.Errorf("validation: %d of %d training examples leave none to train on", s.validation, rows)
	}
	set.Train, set.TrainLabels = train.slice(0, rows-s.validation)
	set.Validation, set.ValidationLabels = train.slice(rows-s.validation, rows)
	set.Test, set.TestLabels = test.slice(0, limited(test.rows(), s.testLimit))
	return nil
}

func (s split) testRows(rows int) int {
	if s.test > 0 {
		return s.test
	}
	return int(s.fraction * float64(rows))
}

func (s split) shuffle(t *table) {
	order := make([]int32, t.rows())
	nn.SplitOrder(order, s.seed)
	t.labels = permuteLabels(t.labels, order)
	t.permute(order)
}

// limited is rows, but no more than limit, where there is one.
func limited(rows, limit int) int {
	if limit > 0 {
		return min(rows, limit)
	}
	return rows
}

// normaliseSplit removes what has no effect, and refuses what contradicts.
func normaliseSplit(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["split"] == "random" {
		return nil
	}
	delete(resolved, "split_seed")
	if given["split_seed"] {
		return registry.Mistakes{{Path: "split_seed", Key: true, Message: "split_seed has no effect beside split: last", Hint: "add split: random"}}
	}
	return nil
}

// normaliseClasses puts train_classes in order, each once.
func normaliseClasses(resolved registry.Tree) registry.Mistakes {
	classes, ok := resolved["train_classes"].([]any)
	if !ok {
		return nil
	}
	if len(classes) == 0 {
		return registry.Mistakes{{Path: "train_classes", Message: "train_classes must name at least one class, got none", Hint: "leave it out to train on all"}}
	}
	classes = slices.SortedFunc(slices.Values(classes), compareValues)
	resolved["train_classes"] = slices.Compact(classes)
	return nil
}

func compareValues(a, b any) int {
	if x, ok := a.(float64); ok {
		return int(x - b.(float64))
	}
	if a.(string) < b.(string) {
		return -1
	}
	if a.(string) > b.(string) {
		return 1
	}
	return 0
}
