package data

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func TestDigits(t *testing.T) {
	source, _ := resolve(t, registry.Tree{"kind": "digits", "validation": 200.0})
	set := load(t, source, "")
	if set.Train.Rows != 1237 || set.Validation.Rows != 200 || set.Test.Rows != 360 || set.Train.Cols != 64 {
		t.Errorf("%d, %d and %d rows of %d, wanted 1237, 200 and 360 of 64", set.Train.Rows, set.Validation.Rows, set.Test.Rows, set.Train.Cols)
	}
	// The first line of the file begins 0,0,5,13 and is a 0; the last ends in 8.
	if first := set.Train.Row(0)[:4]; !slices.Equal(first, []float32{0, 0, 5. / 16, 13. / 16}) || set.TrainLabels[0] != 0 || set.TestLabels[359] != 8 {
		t.Errorf("begins with %v of class %d, ends with class %d", first, set.TrainLabels[0], set.TestLabels[359])
	}
	sum := 0.0
	for _, rows := range [][]float32{set.Train.Data, set.Validation.Data, set.Test.Data} {
		if slices.Min(rows) != 0 || slices.Max(rows) != 1 {
			t.Errorf("values in [%v, %v], wanted [0, 1]", slices.Min(rows), slices.Max(rows))
		}
		for _, v := range rows {
			sum += float64(v)
		}
	}
	// scikit-learn: load_digits().data.sum() is 561718.
	if sum*16 != 561718 {
		t.Errorf("all values add up to %v, wanted 561718", sum*16)
	}
}

func TestDigitsClassCounts(t *testing.T) {
	train, _, err := readDigits()
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, 10)
	for _, label := range train.labels {
		counts[label]++
	}
	if !slices.Equal(counts, digits.trainCounts) {
		t.Errorf("classes have %v training examples, declared %v", counts, digits.trainCounts)
	}
}

func TestDigitsChecksum(t *testing.T) {
	unpacked, err := gzip.NewReader(bytes.NewReader(digitsPacked))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digitsSHA256 {
		t.Errorf("digits.csv.gz holds %x, wanted %s", sum, digitsSHA256)
	}
}
