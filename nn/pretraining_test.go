package nn

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// pretrained is a design with pretraining of so many epochs, and as many after it.
func pretrained(t *testing.T, model registry.Tree, epochs float64, train registry.Tree) *Design {
	t.Helper()
	return design(t, model, "mse", train.With("epochs", epochs).With("pretrain", registry.Tree{"epochs": epochs}))
}

// Every layer is trained in its stage alone, from the input on, and its own curve
// is recorded.
func TestPretrainingTrainsALayerAtATime(t *testing.T) {
	x := uniform(64, 12, 1)
	trainer := trainer(t, pretrained(t, registry.Tree{"encoder": layerList(8, 6), "code": 3.0}, 2, registry.Tree{"batch": 16.0}), x, 1)
	if made, all := trainer.Steps(); made != 0 || all != 4*(3*2+2) || trainer.Epochs() != 8 {
		t.Fatalf("%d of %d steps in %d epochs, want 0 of 32 in 8", made, all, trainer.Epochs())
	}
	stages := [][]string{{"encoder[0]", "decoder[2]"}, {"encoder[1]", "decoder[1]"}, {"code", "decoder[0]"}}
	look := func() map[string][32]byte {
		out := map[string][32]byte{}
		for _, p := range trainer.net.Params {
			out[p.Name] = digestOf(p.Value)
		}
		return out
	}
	before := look()
	for epoch := 1; !trainer.Done(); epoch++ {
		for range 4 {
			trainer.Step(x)
		}
		if !trainer.EpochEnded() || trainer.Epoch() != epoch {
			t.Fatalf("after 4 steps: ended %t, epoch %d, want %d", trainer.EpochEnded(), trainer.Epoch(), epoch)
		}
		phase, now := "train", look()
		if stage := (epoch - 1) / 2; stage < 3 {
			phase = []string{"pretrain_1", "pretrain_2", "pretrain_3"}[stage]
			for name := range now {
				layer := name[:strings.LastIndexByte(name, '.')]
				if changed := now[name] != before[name]; changed != slices.Contains(stages[stage], layer) {
					t.Errorf("epoch %d, %s: %s has changed: %t", epoch, phase, name, changed)
				}
			}
		}
		if trainer.Phase() != phase || trainer.Pretraining() != (phase != "train") {
			t.Errorf("epoch %d is one of %s, want %s", epoch, trainer.Phase(), phase)
		}
		if loss := trainer.Running()["loss"]; !(loss > 0) {
			t.Errorf("%s has a loss of %g", phase, loss)
		}
		before = now
	}
}

// A stage is an autoencoder of its own on the codes of the layers in front of it:
// trained apart from the same weights, it ends in the same bits.
func TestAStageIsAnAutoencoderOfItsOwn(t *testing.T) {
	x := uniform(64, 12, 1)
	model := registry.Tree{"encoder": layerList(8), "code": 3.0, "activation": "tanh"}
	whole := trainer(t, pretrained(t, model, 3, registry.Tree{"batch": 16.0}), x, 1)
	for whole.Epoch() < 3 {
		whole.Step(x)
	}
	h := NewMatrix(x.Rows, 8) // what the first layer makes of the examples
	copy(h.Data, whole.net.forward(x, 0, 1).Data)
	d := design(t, registry.Tree{"encoder": []any{}, "code": 3.0, "output": "tanh"}, "mse", registry.Tree{"batch": 16.0, "epochs": 3.0})
	apart := trainer(t, d, h, 1^2<<48)
	for _, pair := range [][2]string{{"code.w", "code.w"}, {"code.b", "code.b"}, {"decoder[0].w", "decoder[0].w"}, {"decoder[0].b", "decoder[0].b"}} {
		copy(named(apart, pair[0]).Value, named(whole, pair[1]).Value)
	}
	for !apart.Done() {
		apart.Step(h)
	}
	for whole.Epoch() < 6 {
		whole.Step(x)
	}
	for _, name := range []string{"code.w", "code.b", "decoder[0].w", "decoder[0].b"} {
		if !slices.Equal(named(apart, name).Value, named(whole, name).Value) {
			t.Errorf("%s differs", name)
		}
	}
	if !maps.Equal(apart.Running(), whole.Running()) {
		t.Errorf("apart %v, in the whole %v", apart.Running(), whole.Running())
	}
}

func named(t *Trainer, name string) *Param {
	i := slices.IndexFunc(t.net.Params, func(p *Param) bool { return p.Name == name })
	return t.net.Params[i]
}

// Layers without products go with the one in front of them; a code with a
// distribution is left out; parameters find their place in the whole.
func TestStagesOfManyKindsOfLayers(t *testing.T) {
	conv := registry.Tree{"kind": "conv", "filters": 3.0}
	for name, c := range map[string]struct {
		model registry.Tree
		want  []stage
	}{
		"pooled":      {registry.Tree{"encoder": []any{conv, "max-pool", conv, "max-pool", 9.0}, "code": 3.0}, []stage{{0, 2}, {2, 4}, {4, 5}, {5, 6}}},
		"noisy":       {registry.Tree{"encoder": []any{registry.Tree{"kind": "dropout", "fraction": 0.2}, 9.0, "batch-norm"}, "code": 3.0}, []stage{{0, 3}, {3, 4}}},
		"no code":     {registry.Tree{"encoder": layerList(9, 4)}, []stage{{0, 1}, {1, 2}}},
		"variational": {registry.Tree{"encoder": layerList(9), "code": 3.0, "bottleneck": "gaussian"}, []stage{{0, 1}}},
		"only a code": {registry.Tree{"encoder": layerList(), "code": 3.0, "bottleneck": "unit-norm"}, []stage{{0, 1}}},
		"tied":        {registry.Tree{"encoder": layerList(9, 5), "code": 3.0, "tied": true}, []stage{{0, 1}, {1, 2}, {2, 3}}},
		"no image":    {registry.Tree{"encoder": []any{9.0, 5.0, registry.Tree{"kind": "dropout", "fraction": 0.2}}, "code": 3.0}, []stage{{0, 1}, {1, 3}, {3, 4}}},
		"flat":        {registry.Tree{"encoder": []any{conv, "flatten", 9.0, 5.0}, "code": 3.0}, []stage{{0, 2}, {2, 3}, {3, 4}, {4, 5}}},
		"recurrent":   {registry.Tree{"encoder": []any{registry.Tree{"kind": "gru", "nodes": 6.0}, registry.Tree{"kind": "lstm", "nodes": 5.0}}, "code": 3.0}, []stage{{0, 1}, {1, 2}, {2, 3}}},
		"per step":    {registry.Tree{"encoder": []any{registry.Tree{"kind": "dense", "nodes": 4.0, "per": "step"}, "batch-norm", registry.Tree{"kind": "gru", "nodes": 5.0}}}, []stage{{0, 2}, {2, 3}}},
	} {
		d := pretrained(t, c.model, 1, registry.Tree{"batch": 20.0})
		data := Traits{Shape: Shape{8, 8, 1}, High: 1}
		if mistakes := d.Check(data); mistakes != nil {
			t.Fatalf("%s: %v", name, mistakes)
		}
		links, encoder, _ := d.Model.chain(data.Shape)
		if got := stages(links, encoder); !slices.Equal(got, c.want) {
			t.Errorf("%s: stages %v, want %v", name, got, c.want)
		}
		x := uniform(40, 64, 1)
		trainer, err := NewTrainer(d, data, x.Rows, 1)
		if err != nil {
			t.Fatal(err)
		}
		stageOf := map[string]int{}
		for !trainer.Done() {
			if objective := trainer.Step(x); !finite(objective) {
				t.Fatalf("%s: objective %g", name, objective)
			}
			if trainer.Pretraining() {
				for _, both := range trainer.pre.same {
					if before, seen := stageOf[both[0].Name]; seen && before != trainer.pre.at {
						t.Errorf("%s: %s is trained in the stages %d and %d", name, both[0].Name, before, trainer.pre.at)
					}
					stageOf[both[0].Name] = trainer.pre.at
				}
			}
		}
		if all := len(trainer.net.Params); name != "variational" && len(stageOf) != all {
			t.Errorf("%s: the stages have %d of %d parameters", name, len(stageOf), all)
		}
	}
}

// The work of a stage is that of an autoencoder as small.
func TestPretrainingIsCounted(t *testing.T) {
	flops := func(model registry.Tree, input Shape) int {
		size, err := design(t, model, "mse", nil).Size(input)
		if err != nil || size.PretrainingFLOPs != 0 {
			t.Fatalf("%v, %d operations of pretraining", err, size.PretrainingFLOPs)
		}
		return size.TrainingFLOPs
	}
	size, err := pretrained(t, registry.Tree{"encoder": layerList(8), "code": 3.0}, 1, registry.Tree{}).Size(Shape{12})
	if err != nil {
		t.Fatal(err)
	}
	want := flops(registry.Tree{"encoder": layerList(), "code": 8.0}, Shape{12}) + flops(registry.Tree{"encoder": layerList(), "code": 3.0}, Shape{8})
	if size.PretrainingFLOPs != want {
		t.Errorf("%d operations, want %d", size.PretrainingFLOPs, want)
	}
}

func TestPretrainingThatCannotBe(t *testing.T) {
	for want, model := range map[string]registry.Tree{
		"the decoder is written out":             {"encoder": layerList(8), "code": 3.0, "decoder": layerList(8, 12)},
		"no layer in front of the gaussian code": {"encoder": layerList(), "code": 3.0, "bottleneck": "gaussian"},
	} {
		if got := pretrained(t, model, 1, registry.Tree{}).Check(Traits{Shape: Shape{12}, High: 1}).Error(); !strings.Contains(got, want) {
			t.Errorf("got %q, want it to say %q", got, want)
		}
	}
}

// Quasi-Newton steps suit the stages too, as in the stacked autoencoders of
// UFLDL: wherever the training is taken up again, it ends in the same bits.
func TestPretrainingResumes(t *testing.T) {
	x := uniform(40, 10, 1)
	for name, train := range map[string]registry.Tree{
		"adam":   {"batch": 16.0},
		"l-bfgs": {"optimiser": "l-bfgs"},
	} {
		d := pretrained(t, registry.Tree{"encoder": []any{7.0, "batch-norm"}, "code": 3.0, "corruption": registry.Tree{"kind": "masking", "fraction": 0.2}}, 4, train)
		whole := trainer(t, d, x, 1)
		var checkpoints [][]byte
		for !whole.Done() {
			checkpoints = append(checkpoints, whole.Checkpoint())
			whole.Step(x)
		}
		for i, checkpoint := range checkpoints {
			again := trainer(t, d, x, 1)
			again.Threads(1 + i%3)
			if err := again.Restore(checkpoint); err != nil {
				t.Fatal(err)
			}
			if made, _ := again.Steps(); made != i {
				t.Errorf("%s: %d steps are made, want %d", name, made, i)
			}
			for !again.Done() {
				again.Step(x)
			}
			again.Close()
			if again.Net().Digest() != whole.Net().Digest() || !maps.Equal(again.Running(), whole.Running()) {
				t.Errorf("%s: taken up again at step %d, the bits differ", name, i)
			}
		}
		if err := trainer(t, d, x, 1).Restore(checkpoints[0][:len(checkpoints[0])-1]); err == nil {
			t.Error("a checkpoint that is cut off was taken")
		}
	}
}
