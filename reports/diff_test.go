package reports

import (
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

func TestComparedNamesSettingEpochAndTensor(t *testing.T) {
	seed := 1
	record := func(rate float64, weights string) store.Record {
		return store.Record{
			ID: weights, Seed: &seed, Numerics: 1, Data: "d", WeightsSHA256: weights,
			Setting: experiments.Setting{"train": experiments.Setting{"rate": rate, "list": []any{1.0, rate}}},
		}
	}
	curve := func(second byte) []store.Epoch {
		return []store.Epoch{
			{Epoch: 1, Digest: "a", Tensors: []byte{1, 1, 1, 1, 2, 2, 2, 2}},
			{Epoch: 2, Digest: string(second), Tensors: []byte{1, 1, 1, 1, 2, 2, 2, second}},
		}
	}
	d := Compared(record(1, "x"), record(2, "y"), curve(7), curve(8), []string{"w", "b"})
	if d.Same() || d.Epoch != 2 || len(d.Tensors) != 1 || d.Tensors[0] != "b" || d.Every {
		t.Errorf("parted in epoch 2 in b, got %+v", d)
	}
	want := []Difference{{"train.list[1]", "1", "2"}, {"train.rate", "1", "2"}}
	if len(d.Settings) != 2 || d.Settings[0] != want[0] || d.Settings[1] != want[1] {
		t.Errorf("%v, want %v", d.Settings, want)
	}
	if same := Compared(record(1, "x"), record(1, "x"), curve(7), curve(7), nil); !same.Same() || len(same.Settings) != 0 {
		t.Errorf("nothing differs, got %+v", same)
	}
	if shorter := Compared(record(1, "x"), record(1, "x"), curve(7)[:1], curve(7), nil); shorter.Same() {
		t.Error("a curve that is shorter is not the same")
	}
}
