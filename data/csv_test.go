package data

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// loadCSV loads train.csv, and test.csv where test is not empty.
func loadCSV(t *testing.T, train, test string, given registry.Tree) (*Set, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "train.csv"), []byte(train))
	given = given.With("kind", "csv").With("train", "train.csv")
	if test != "" {
		write(t, filepath.Join(dir, "test.csv"), []byte(test))
		given = given.With("test", "test.csv")
	}
	source, _ := resolve(t, given)
	return source.Load(t.Context(), dir, nil)
}

const flowers = "length,kind,width,id\n1,a,10,100\n2,b,20,101\n3,a,30,102\n4,b,40,103\n5,c,50,104\n"

func TestCSV(t *testing.T) {
	one := registry.Tree{"test_count": 1.0}
	cases := []struct {
		name    string
		text    string
		given   registry.Tree
		columns []string
		first   []float32
	}{
		{"all but label and ignored", flowers, one.With("label", "kind").With("ignore", []any{"id"}), []string{"length", "width"}, []float32{1, 10}},
		{"chosen columns in their order", flowers, one.With("columns", []any{"width", "length"}), []string{"width", "length"}, []float32{10, 1}},
		{"no header", "1,2\n3,4\n", one.With("header", false), []string{"c1", "c2"}, []float32{1, 2}},
		{"a column without a name", ",x\n7,2\n8,4\n", one.With("ignore", []any{"c1"}), []string{"x"}, []float32{2}},
		{"semicolons", "x;y\n1;2\n3;4\n", one.With("separator", "semicolon"), []string{"x", "y"}, []float32{1, 2}},
		{"tabs", "x\ty\n1\t2\n3\t4\n", one.With("separator", "tab"), []string{"x", "y"}, []float32{1, 2}},
		{"quotes, spaces, byte order mark, ends of lines", "\ufeff\"x\", y\r\n\"1\", 2e3 \r\n3,4\r\n", one, []string{"x", "y"}, []float32{1, 2000}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			set, err := loadCSV(t, c.text, "", c.given)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(set.Columns, c.columns) || !slices.Equal(set.Train.Row(0), c.first) || set.Shape.String() != set.Shape[:1].String() {
				t.Errorf("columns %v, first row %v, shape %v", set.Columns, set.Train.Row(0), set.Shape)
			}
		})
	}
}

func TestCSVLabels(t *testing.T) {
	given := registry.Tree{"label": "kind", "ignore": []any{"id"}, "normal": []any{"b", "a"}, "validation": 1.0}
	set, err := loadCSV(t, flowers, "id,width,length,kind\n9,1,2,c\n9,3,4,a\n", given)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"a", "b", "c"}) || !slices.Equal(set.TrainLabels, []int32{0, 1, 0}) || !slices.Equal(set.ValidationLabels, []int32{1}) || !slices.Equal(set.TestLabels, []int32{2, 0}) {
		t.Errorf("classes %v, labels %v, %v, %v", set.Classes, set.TrainLabels, set.ValidationLabels, set.TestLabels)
	}
	if !slices.Equal(set.Test.Row(0), []float32{2, 1}) {
		t.Errorf("the test file's columns are not matched by name: %v", set.Test.Row(0))
	}
	if set.Low != 1 || set.High != 40 {
		t.Errorf("range [%v, %v], wanted [1, 40], that of the rows in use", set.Low, set.High)
	}
}

func TestClassesInOrder(t *testing.T) {
	if got := classesOf([]string{"10", "9"}, []string{"-1", "9"}); !slices.Equal(got, []string{"-1", "9", "10"}) {
		t.Errorf("numbers in the order %v", got)
	}
	if got := classesOf([]string{"10", "9", "x"}); !slices.Equal(got, []string{"10", "9", "x"}) {
		t.Errorf("words in the order %v", got)
	}
}

// TestScalingIsFittedOnTraining changes what is validated and tested with, and
// wants the training split and its scaling to stay.
func TestScalingIsFittedOnTraining(t *testing.T) {
	rows := "x,y\n1,5\n3,5\n"
	for _, name := range []string{"standard", "minmax", "unit"} {
		given := registry.Tree{"scaling": name, "validation": 1.0}
		near, err := loadCSV(t, rows+"2,5\n", "x,y\n2,5\n", given)
		if err != nil {
			t.Fatal(err)
		}
		far, err := loadCSV(t, rows+"-1000,7\n", "x,y\n1e6,-8\n", given)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(near.Train.Data, far.Train.Data) || !slices.Equal(near.Scaling.Offset, far.Scaling.Offset) || !slices.Equal(near.Scaling.Scale, far.Scaling.Scale) {
			t.Errorf("%s: the training split is %v and %v, scaled by %v and %v", name, near.Train.Data, far.Train.Data, near.Scaling, far.Scaling)
		}
		if near.Validation.Data[0] == far.Validation.Data[0] || near.Test.Data[0] == far.Test.Data[0] {
			t.Errorf("%s: the other splits are not scaled with it", name)
		}
	}
}

func TestScaling(t *testing.T) {
	cases := []struct {
		name  string
		clip  bool
		train []float32 // of the training rows (1, 5), (3, 5)
		test  []float32 // of the test row (7, 6)
	}{
		{"none", false, []float32{1, 5, 3, 5}, []float32{7, 6}},
		{"standard", false, []float32{-1, 0, 1, 0}, []float32{5, 1}},
		{"minmax", false, []float32{0, 0, 1, 0}, []float32{3, 1}},
		{"minmax", true, []float32{0, 0, 1, 0}, []float32{1, 1}},
		{"unit", false, []float32{float32(1. / 3), 1, 1, 1}, []float32{float32(7. / 3), 1.2}},
	}
	for _, c := range cases {
		given := registry.Tree{"scaling": c.name}
		if c.clip {
			given["clip"] = true
		}
		set, err := loadCSV(t, "x,y\n1,5\n3,5\n", "x,y\n7,6\n", given)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(set.Train.Data, c.train) || !slices.Equal(set.Test.Data, c.test) {
			t.Errorf("%s: train %v, test %v, wanted %v and %v", c.name, set.Train.Data, set.Test.Data, c.train, c.test)
		}
		if set.Scaling == nil || c.clip {
			continue
		}
		values := make([]float64, 2)
		set.Scaling.Undo(values, set.Test.Row(0))
		if math.Abs(values[0]-7) > 1e-6 || math.Abs(values[1]-6) > 1e-6 { // 1e-6: the rounding to float32 on the way
			t.Errorf("%s: undone to %v, wanted 7 and 6", c.name, values)
		}
	}
}

func TestScalingKeepsDigits(t *testing.T) {
	// Times of the day in nanoseconds: float32 alone would see one number.
	set, err := loadCSV(t, "t\n1700000000000000001\n1700000000000001001\n1700000000000000001\n", "", registry.Tree{"scaling": "minmax", "test_count": 1.0})
	if err != nil {
		t.Fatal(err)
	}
	if set.Train.Data[0] != 0 || set.Train.Data[1] != 1 {
		t.Errorf("scaled to %v, wanted 0 and 1", set.Train.Data)
	}
}

func TestCSVErrors(t *testing.T) {
	cases := []struct {
		name  string
		text  string
		given registry.Tree
		words []string
	}{
		{"empty", "", nil, []string{"train.csv: the file is empty"}},
		{"a header alone", "x,y\n", nil, []string{"train.csv: wanted examples, found a header alone"}},
		{"not a number", "x,y\n1,2\n3,abc\n", nil, []string{`train.csv:3: column y: wanted a number, found "abc"`}},
		{"missing", "x,y\n1,2\n,4\n", nil, []string{"train.csv:3: column x: wanted a number, found nothing"}},
		{"NaN", "x,y\n1,NaN\n3,4\n", nil, []string{`train.csv:2: column y: wanted a finite number of float32, found "NaN"`}},
		{"infinite", "x,y\n1,-inf\n3,4\n", nil, []string{`column y: wanted a finite number of float32, found "-inf"`}},
		{"too large", "x,y\n1,1e39\n3,1e999\n", nil, []string{`train.csv:2: column y: wanted a finite number of float32, found "1e39"`, `train.csv:3: column y`}},
		{"NA", "x,y\n1,NA\n3,4\n", nil, []string{`wanted a number, found "NA"`}},
		{"too few columns", "x,y\n1,2\n3\n", nil, []string{"train.csv:3: wanted 2 columns, found 1"}},
		{"too many columns", "x,y\n1,2,3\n3,4\n", nil, []string{"train.csv:2: wanted 2 columns, found 3"}},
		{"after quoted lines", "x,note\n1,\"two\nlines\"\nz,b\n", registry.Tree{"ignore": []any{"note"}}, []string{`train.csv:4: column x: wanted a number, found "z"`}},
		{"a stray quote", "x,y\n1,2\n3,\"4\n", nil, []string{"train.csv:3:6: extraneous or missing"}},
		{"two columns of one name", "x,x\n1,2\n3,4\n", nil, []string{`train.csv: two columns are called "x"`}},
		{"a column that is not there", flowers, registry.Tree{"columns": []any{"lenght"}}, []string{`columns: no column is called "lenght"; did you mean length?`}},
		{"a label that is not there", flowers, registry.Tree{"label": "species"}, []string{`label: no column is called "species"; the columns are length, kind, width, id`}},
		{"ignoring what is not there", flowers, registry.Tree{"ignore": []any{"ident"}}, []string{`ignore: no column is called "ident"`}},
		{"no feature", "x\n1\n2\n", registry.Tree{"label": "x"}, []string{"label and ignore leave no column"}},
		{"no label in a row", "x,y\n1,a\n2,\n", registry.Tree{"label": "y"}, []string{"train.csv:3: the label is missing"}},
		{"an unknown class", flowers, registry.Tree{"label": "kind", "ignore": []any{"id"}, "normal": []any{"d"}}, []string{`normal: no example is of class "d"; the classes are a, b, c`}},
		{"a shape that does not fit", "x,y\n1,2\n3,4\n5,6\n7,8\n9,0\n", registry.Tree{"shape": []any{3.0}}, []string{"shape: wanted 2 elements"}},
		{"too few for a fraction", "x\n1\n2\n", nil, []string{"test_fraction: 0.2 of 2 examples leaves none to test on"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadCSV(t, c.text, "", c.given)
			mustFail(t, err, c.words...)
		})
	}
	_, err := loadCSV(t, "x,y\n1,2\n", "x,z\n1,2\n", nil)
	mustFail(t, err, `test.csv: columns: no column is called "y"`)
	_, err = loadCSV(t, "x\n1\n", "x,z\n1,2\n", nil)
	mustFail(t, err, "test: wanted the columns of train.csv, x, found x, z in test.csv")
}

func TestCSVTellsTheFirstMistakesAndTheirNumber(t *testing.T) {
	_, err := loadCSV(t, "x\n"+strings.Repeat("?\n", 25), "", nil)
	mustFail(t, err, "train.csv:2: column x", "train.csv:11: column x", "\nand 15 more")
	if strings.Contains(err.Error(), "train.csv:12:") {
		t.Errorf("more than %d mistakes are told: %v", shownMistakes, err)
	}
}

func TestCSVFingerprintIgnoresEndsOfLines(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), []byte("x\n1\n\"\n\"\n"))
	write(t, filepath.Join(dir, "b.csv"), []byte("x\r\n1\r\n\"\r\n\"\r\n"))
	write(t, filepath.Join(dir, "c.csv"), []byte("x\n1\r2\n"))
	write(t, filepath.Join(dir, "d.csv"), []byte("x\n12\n"))
	sums := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d"} {
		sum, err := fileSum(filepath.Join(dir, name+".csv"), true)
		if err != nil {
			t.Fatal(err)
		}
		sums[name] = sum
	}
	if sums["a"] != sums["b"] || sums["c"] == sums["d"] {
		t.Errorf("sums %v: wanted a and b the same, c and d different", sums)
	}
	long := strings.Repeat("1,", 9000)
	write(t, filepath.Join(dir, "long.csv"), []byte(long+"\r\n"))
	write(t, filepath.Join(dir, "plain.csv"), []byte(long+"\n"))
	a, _ := fileSum(filepath.Join(dir, "long.csv"), true)
	b, _ := fileSum(filepath.Join(dir, "plain.csv"), false)
	if a == "" || a != b {
		t.Error("a line longer than the buffer changes the sum")
	}
}

// FuzzCSV holds the reader to its word: it fails, or returns whole rows of
// finite numbers.
func FuzzCSV(f *testing.F) {
	f.Add("x,y\n1,2\n", true, "")
	f.Add("1;2\n3;4\n", false, "c2")
	f.Add("\ufeffa\n\"1\n", true, "a")
	f.Fuzz(func(t *testing.T, text string, header bool, label string) {
		table, err := csvLayout{separator: ',', header: header, label: label}.read("f.csv", strings.NewReader(text))
		if err != nil {
			return
		}
		if len(table.columns) == 0 || len(table.values) == 0 || len(table.values)%len(table.columns) != 0 {
			t.Errorf("%d values in columns %v", len(table.values), table.columns)
		}
		if label != "" && len(table.labels) != table.rows() {
			t.Errorf("%d labels of %d rows", len(table.labels), table.rows())
		}
		for _, v := range table.values {
			if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
				t.Errorf("read %v", v)
			}
		}
	})
}
