package nn

import (
	"math"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// Each presentation of a binarised example is a draw with its probabilities, as
// input and as target alike.
func TestPresentationsAreDrawn(t *testing.T) {
	x := NewMatrix(50, 40)
	for i := range x.Data {
		x.Data[i] = float32(i%5) / 4
	}
	d := design(t, registry.Tree{"encoder": layerList(4), "code": 2.0, "output": "sigmoid"}, "bce", registry.Tree{"batch": 50.0, "epochs": 40.0})
	trainer, err := NewTrainer(d, Traits{Shape: Shape{40}, High: 1, Binarise: true}, x.Rows, 3)
	if err != nil {
		t.Fatal(err)
	}
	ones, shown := [5]float64{}, [5]float64{}
	var before []float32
	for !trainer.Done() {
		trainer.Step(x)
		seen := trainer.batch.matrix
		for r := range seen.Rows {
			for j, v := range seen.Row(r) {
				if v != 0 && v != 1 {
					t.Fatalf("an element is %g, want 0 or 1", v)
				}
				p := x.Row(int(trainer.order[r]))[j]
				ones[int(4*p)] += float64(v)
				shown[int(4*p)]++
			}
		}
		same := 0
		for i, v := range before {
			if v == seen.Data[i] {
				same++
			}
		}
		if before != nil && same == len(before) {
			t.Fatal("two epochs show the same draw")
		}
		before = append(before[:0], seen.Data...)
	}
	for p, count := range ones {
		want := float64(p) / 4
		// 16,000 draws: five standard deviations of a share are below 0.02.
		if got := count / shown[p]; math.Abs(got-want) > 0.02 || (p == 0 || p == 4) && got != want {
			t.Errorf("a probability of %g makes a share of %g", want, got)
		}
	}
}

// One draw for every trial, another for each part.
func TestBinariseIsADrawOfItsOwn(t *testing.T) {
	p := NewMatrix(40, 30)
	for i := range p.Data {
		p.Data[i] = 0.5
	}
	a, again, b := Binarise(p, 0), Binarise(p, 0), Binarise(p, 1)
	same, other := 0, 0
	for i := range a.Data {
		if a.Data[i] == again.Data[i] {
			same++
		}
		if a.Data[i] == b.Data[i] {
			other++
		}
	}
	if same != len(a.Data) || other < 450 || other > 750 {
		t.Errorf("%d of 1,200 elements are those of the same draw, %d those of another", same, other)
	}
}
