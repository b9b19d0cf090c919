package data

import (
	"slices"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// numbered is a table whose row i is (i, −i), of class i mod 3.
func numbered(rows int) table {
	t := table{x: nn.NewMatrix(rows, 2), labels: make([]int32, rows)}
	for i := range rows {
		t.x.Row(i)[0], t.x.Row(i)[1] = float32(i), -float32(i)
		t.labels[i] = int32(i % 3)
	}
	return t
}

// numbers tells which rows of a numbered table are in x, and checks that
// features and labels stayed together.
func numbers(t *testing.T, x *nn.Matrix, labels []int32) []int {
	t.Helper()
	if x == nil {
		if labels != nil {
			t.Error("labels without examples")
		}
		return nil
	}
	out := make([]int, x.Rows)
	for i := range out {
		out[i] = int(x.Row(i)[0])
		if x.Row(i)[1] != -x.Row(i)[0] || labels[i] != int32(out[i]%3) {
			t.Errorf("row %d is torn: %v of class %d", i, x.Row(i), labels[i])
		}
	}
	return out
}

func apply(t *testing.T, s split, train, test table) (trained, validated, tested []int) {
	t.Helper()
	var set Set
	if err := s.apply(&set, train, test); err != nil {
		t.Fatal(err)
	}
	return numbers(t, set.Train, set.TrainLabels), numbers(t, set.Validation, set.ValidationLabels), numbers(t, set.Test, set.TestLabels)
}

func upTo(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		out = append(out, i)
	}
	return out
}

func TestSplitLast(t *testing.T) {
	cases := []struct {
		name                     string
		s                        split
		test                     table
		trained, validated, held []int
	}{
		{"a test file", split{validation: 2}, numbered(4), upTo(0, 8), upTo(8, 10), upTo(0, 4)},
		{"no validation", split{}, numbered(4), upTo(0, 10), nil, upTo(0, 4)},
		{"limits", split{validation: 2, trainLimit: 5, testLimit: 1}, numbered(4), upTo(0, 3), upTo(3, 5), upTo(0, 1)},
		{"limits beyond the data", split{trainLimit: 50, testLimit: 50}, numbered(4), upTo(0, 10), nil, upTo(0, 4)},
		{"test rows of the file", split{validation: 2, testCount: 3}, table{}, upTo(0, 5), upTo(5, 7), upTo(7, 10)},
		{"a fraction, rounded", split{testFraction: 0.26}, table{}, upTo(0, 7), nil, upTo(7, 10)},
		{"one class, all of the test", split{classes: []int32{1}, validation: 1, testCount: 3}, table{}, []int{1}, []int{4}, upTo(7, 10)},
		{"two classes and a limit", split{classes: []int32{0, 1}, trainLimit: 4}, numbered(2), []int{0, 1, 3, 4}, nil, upTo(0, 2)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			trained, validated, tested := apply(t, c.s, numbered(10), c.test)
			if !slices.Equal(trained, c.trained) || !slices.Equal(validated, c.validated) || !slices.Equal(tested, c.held) {
				t.Errorf("got %v, %v and %v, wanted %v, %v and %v", trained, validated, tested, c.trained, c.validated, c.held)
			}
		})
	}
}

func TestSplitRandom(t *testing.T) {
	s := split{random: true, seed: 1, validation: 20, testCount: 30}
	trained, validated, tested := apply(t, s, numbered(100), table{})
	all := slices.Concat(trained, validated, tested)
	slices.Sort(all)
	if len(validated) != 20 || len(tested) != 30 || !slices.Equal(all, upTo(0, 100)) {
		t.Errorf("%d validated, %d tested; together %v", len(validated), len(tested), all)
	}
	if slices.IsSorted(trained) || slices.IsSorted(tested) {
		t.Error("the rows are in their old order")
	}
	again, _, _ := apply(t, s, numbered(100), table{})
	if !slices.Equal(trained, again) {
		t.Error("the same seed gives another split")
	}
	s.seed = 2
	other, _, _ := apply(t, s, numbered(100), table{})
	if slices.Equal(trained, other) {
		t.Error("another seed gives the same split")
	}
	_, _, whole := apply(t, split{random: true, seed: 1}, numbered(100), numbered(5))
	if !slices.Equal(whole, upTo(0, 5)) {
		t.Errorf("a test file was shuffled: %v", whole)
	}
}

func TestSplitLeavesNothing(t *testing.T) {
	cases := []struct {
		s    split
		want string
	}{
		{split{validation: 8, testCount: 2}, "validation: 8 of 8 training examples leave none to train on"},
		{split{testCount: 10}, "test_count: 10 of 10 examples leave none to train on"},
		{split{testCount: 2, classes: []int32{7}}, "normal: no training example is of these classes"},
	}
	for _, c := range cases {
		mustFail(t, c.s.apply(new(Set), numbered(10), table{}), c.want)
	}
}

func TestSplitsHoldTheRowsOnce(t *testing.T) {
	train := numbered(10)
	var set Set
	if err := (split{validation: 2, testCount: 3}).apply(&set, train, table{}); err != nil {
		t.Fatal(err)
	}
	if &set.Train.Data[0] != &train.x.Data[0] || &set.Test.Data[0] != &train.x.Data[14] {
		t.Error("a split is a copy of its rows")
	}
}

// TestUnusedRowsAreGivenBack reads many rows and uses few of them.
func TestUnusedRowsAreGivenBack(t *testing.T) {
	train, test := numbered(100), numbered(40)
	var set Set
	if err := (split{trainLimit: 10, validation: 4, testLimit: 8}).apply(&set, train, test); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*nn.Matrix{set.Train, set.Validation, set.Test} {
		if cap(x.Data) > 2*2*x.Rows {
			t.Errorf("%d rows hold on to %d", x.Rows, cap(x.Data)/2)
		}
	}
	if got := numbers(t, set.Validation, set.ValidationLabels); !slices.Equal(got, upTo(6, 10)) {
		t.Errorf("validated with %v", got)
	}
	_, _, tested := apply(t, split{trainLimit: 10, testCount: 20, testLimit: 5}, numbered(100), table{})
	if !slices.Equal(tested, upTo(80, 85)) {
		t.Errorf("tested on %v, wanted the first of the last twenty", tested)
	}
}

func TestFactorsStayWithTheirExamples(t *testing.T) {
	train := numbered(60)
	train.factors = cloneMatrix(train.x)
	var set Set
	if err := (split{random: true, seed: 1, classes: []int32{1}, validation: 5, testCount: 20}).apply(&set, train, table{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Train.Data, set.TrainFactors.Data) || !slices.Equal(set.Validation.Data, set.ValidationFactors.Data) || !slices.Equal(set.Test.Data, set.TestFactors.Data) {
		t.Error("factors and examples are torn apart")
	}
}

// TestNamedAgreesWithItsFacts holds what is described without reading against
// what is loaded.
func TestNamedAgreesWithItsFacts(t *testing.T) {
	for _, given := range []registry.Tree{
		{"kind": "digits"},
		{"kind": "digits", "validation": 100.0, "split": "random", "train_limit": 500.0, "test_limit": 50.0},
		{"kind": "digits", "validation": 10.0, "normal": []any{3.0, 1.0, 3.0}},
	} {
		source, _ := resolve(t, given)
		set := load(t, source, "")
		facts, err := source.Describe("")
		if err != nil {
			t.Fatal(err)
		}
		validation := rowsOf(set.Validation)
		if facts.Train != set.Train.Rows || facts.Validation != validation || facts.Test != set.Test.Rows {
			t.Errorf("%v: described as %d, %d, %d, holds %d, %d, %d", given, facts.Train, facts.Validation, facts.Test, set.Train.Rows, validation, set.Test.Rows)
		}
	}
}

func TestNormaliseNamed(t *testing.T) {
	full := registry.Tree{"kind": "digits", "validation": 0.0, "split": "last"}
	cases := []struct{ given, want registry.Tree }{
		{registry.Tree{"kind": "digits"}, full},
		{registry.Tree{"kind": "digits", "train_limit": 1437.0, "test_limit": 9999.0}, full},
		{registry.Tree{"kind": "digits", "normal": []any{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 8.0}}, full},
		{registry.Tree{"kind": "digits", "normal": []any{7.0, 3.0, 7.0}}, full.With("normal", []any{3.0, 7.0})},
		{registry.Tree{"kind": "digits", "split": "random"}, full.With("split", "random").With("split_seed", 1.0)},
	}
	for _, c := range cases {
		_, got := resolve(t, c.given)
		if string(registry.Canonical(got)) != string(registry.Canonical(c.want)) {
			t.Errorf("%v became %v, wanted %v", c.given, got, c.want)
		}
	}
}

func TestMistakesOfNamed(t *testing.T) {
	cases := []struct {
		given registry.Tree
		want  string
	}{
		{registry.Tree{"kind": "mnist", "validation": 60000.0}, "validation: validation must leave examples to train on, got 60000 of 60000"},
		{registry.Tree{"kind": "mnist", "validation": 500.0, "train_limit": 500.0}, "got 500 of 500"},
		{registry.Tree{"kind": "fashion-mnist", "validation": 6000.0, "normal": []any{1.0}}, "got 6000 of 6000"},
		{registry.Tree{"kind": "mnist", "normal": []any{}}, "normal must name at least one class"},
		{registry.Tree{"kind": "mnist", "normal": []any{10.0}}, "normal[0]: normal must lie in [0, 9], got 10"},
		{registry.Tree{"kind": "mnist", "split_seed": 2.0}, "split_seed: split_seed has no effect beside split: last (add split: random)"},
		{registry.Tree{"kind": "mnits"}, "did you mean mnist?"},
	}
	for _, c := range cases {
		_, mistakes := sources.Resolve(c.given)
		if len(mistakes) == 0 {
			t.Errorf("%v: no mistake, wanted %q", c.given, c.want)
			continue
		}
		mustFail(t, mistakes, c.want)
	}
}

func TestNames(t *testing.T) {
	if want := []string{"digits", "fashion-mnist", "mnist"}; !slices.Equal(Names(), want) {
		t.Errorf("names %v, wanted %v", Names(), want)
	}
	facts, err := Describe("mnist")
	if err != nil || facts.Train != 60000 || facts.Bytes() != 70000*784*4 || !facts.Within(0, 1) || facts.Within(0, 0.5) {
		t.Errorf("mnist is described as %+v: %v", facts, err)
	}
	_, err = Describe("fashion")
	mustFail(t, err, `no data set is called "fashion": did you mean fashion-mnist?`)
}
