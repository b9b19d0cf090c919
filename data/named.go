package data

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// named is a data set that is the same everywhere: what MNIST, Fashion-MNIST
// and digits have in common. It has a test split of its own.
type named struct {
	facts       Facts
	trainCounts []int    // training examples of each class
	fingerprint []string // what the content and its reading follow from
	files       *collection
	read        func() (train, test table, err error) // from the cache, or from the program itself
}

// nameds are the named data sets in alphabetical order.
var nameds = []*named{&digits, &fashionMNIST, &mnist}

// Names returns the data sets that are known by name, in alphabetical order:
// those that can be described and fetched without a spec.
func Names() []string {
	names := make([]string, len(nameds))
	for i, set := range nameds {
		names[i] = set.facts.Name
	}
	return names
}

func find(name string) (*named, error) {
	for _, set := range nameds {
		if set.facts.Name == name {
			return set, nil
		}
	}
	hint := "the names are " + strings.Join(Names(), ", ")
	if nearest := registry.Nearest(name, Names()); nearest != "" {
		hint = "did you mean " + nearest + "?"
	}
	return nil, fmt.Errorf("no data set is called %q: %s", name, hint)
}

// Describe returns the facts of a data set in [Names], whole.
func Describe(name string) (Facts, error) {
	set, err := find(name)
	if err != nil {
		return Facts{}, err
	}
	return set.facts, nil
}

// Cached returns the folder in which a data set in [Names] is kept, "" where it
// comes with the program, and whether all of it is there.
func Cached(name string) (folder string, complete bool, err error) {
	set, err := find(name)
	if err != nil || set.files == nil {
		return "", err == nil, err
	}
	folder, err = set.files.folder()
	if err != nil {
		return "", false, err
	}
	return folder, len(set.files.missing(folder)) == 0, nil
}

// Fetch brings a data set in [Names] into the cache, unless it is there, and
// reads it all, so that it is known to be sound.
func Fetch(ctx context.Context, name string, report func(string)) error {
	set, err := find(name)
	if err != nil {
		return err
	}
	_, _, err = set.tables(ctx, report)
	return err
}

// tables fetches and reads the two files of examples.
func (n *named) tables(ctx context.Context, report func(string)) (train, test table, err error) {
	if n.files != nil {
		if err := n.files.fetch(ctx, report); err != nil {
			return train, test, err
		}
	}
	train, test, err = n.read()
	if err != nil {
		err = fmt.Errorf("load %s: %w", n.facts.Name, err)
	}
	return train, test, err
}

func (n *named) load(ctx context.Context, s split, report func(string)) (*Set, error) {
	train, test, err := n.tables(ctx, report)
	if err != nil {
		return nil, err
	}
	set := &Set{
		Name:        n.facts.Name,
		Shape:       slices.Clone(n.facts.Shape),
		Low:         float32(n.facts.Low),
		High:        float32(n.facts.High),
		Classes:     slices.Clone(n.facts.Classes),
		Fingerprint: digest(n.fingerprint...),
	}
	if err := s.apply(set, train, test); err != nil {
		return nil, fmt.Errorf("load %s: %w", n.facts.Name, err)
	}
	return set, nil
}

// describe works out the counts without reading the data.
func (n *named) describe(s split) (Facts, error) {
	facts := n.facts
	trained, err := s.trained(n.trainRows(s.classes))
	if err != nil {
		return facts, err
	}
	facts.Train, facts.Validation = trained, s.validation
	facts.Test = limited(facts.Test, s.testLimit)
	return facts, nil
}

// trainRows is the number of training examples of some classes; nil are all.
func (n *named) trainRows(classes []int32) int {
	rows := 0
	for class, count := range n.trainCounts {
		if classes == nil || slices.Contains(classes, int32(class)) {
			rows += count
		}
	}
	return rows
}

// normalise removes limits and classes that leave everything in, and refuses a
// validation split that leaves nothing to train on.
func (n *named) normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := append(normaliseSplit(resolved, given), normaliseClasses(resolved, given, "")...)
	if len(mistakes) > 0 {
		return mistakes
	}
	var classes []int32
	if list, ok := resolved["normal"].([]any); ok {
		for _, class := range list {
			classes = append(classes, int32(class.(float64)))
		}
		if len(classes) == len(n.trainCounts) {
			delete(resolved, "normal")
		}
	}
	rows := n.trainRows(classes)
	dropLimit(resolved, "train_limit", rows)
	dropLimit(resolved, "test_limit", n.facts.Test)
	if limit, ok := resolved["train_limit"].(float64); ok {
		rows = int(limit)
	}
	return checkValidation(resolved, rows)
}

// classIndices turns the numbers of classes in a spec into labels; no numbers are nil.
func classIndices(numbers []int) []int32 {
	var classes []int32
	for _, number := range numbers {
		classes = append(classes, int32(number))
	}
	return classes
}

// pictures is the shape of grey pictures.
func pictures(height, width int) nn.Shape { return nn.Shape{height, width, 1} }
