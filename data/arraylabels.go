package data

import (
	"fmt"
	"math"
	"strconv"
)

// labels reads an array of labels: whole numbers, one an example.
func (a *arrays) labels(name string, rows int) (words []string, err error) {
	if !a.has(name) {
		return nil, nil
	}
	err = a.within(name, func(file *arrayFile) error {
		array, err := openNpy(file, file.bound)
		if err != nil {
			return err
		}
		if len(array.dims) == 0 || array.size() != array.dims[0] || array.dims[0] != rows {
			return fmt.Errorf("wanted %d labels, one an example, found dimensions %v", rows, array.dims)
		}
		return array.read(func(first int, chunk []float64) error {
			for i, v := range chunk {
				if v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
					return fmt.Errorf("element %v: wanted a whole number as the label, found %v", array.index(first+i), v)
				}
				words = append(words, strconv.Itoa(int(v)))
			}
			return nil
		})
	})
	return words, err
}

// classes reads both arrays of labels, and names the classes in set and those
// that are trained on in s.
func (a *arrays) classes(s *split, trainRows, testRows int) (classes []string, train, test []int32, err error) {
	trainWords, err := a.labels("train_labels", trainRows)
	if err != nil {
		return nil, nil, nil, err
	}
	testWords, err := a.labels("test_labels", testRows)
	if err != nil {
		return nil, nil, nil, err
	}
	classes = classesOf(trainWords, testWords)
	wanted := make([]string, len(a.normal))
	for i, class := range a.normal {
		wanted[i] = strconv.Itoa(class)
	}
	s.classes, err = namedClasses(wanted, classes)
	return classes, indicesOf(trainWords, classes), indicesOf(testWords, classes), err
}
