package nn

import "hourglass.dev/hourglass/registry"

// Pretrain declares greedy pretraining, layer by layer (Hinton and Salakhutdinov
// 2006 with autoencoders in place of restricted Boltzmann machines, as Bengio et
// al. 2007): each layer of the encoder, from the input on, and its mirror image
// in the decoder are trained as an autoencoder of their own on what the layers in
// front of them make of the training examples. Then all layers are trained
// together.
//
// Layers without products, such as pooling, go with the layer in front of them.
// The first stage has the loss and the corruption of the whole, the others the
// mean squared error and none; no stage has penalties. Rates begin anew in each
// stage, and with the training of the whole. A gaussian code is left to that.
type Pretrain struct {
	Epochs int `default:"10" range:"[1, 1000000]" doc:"epochs of each layer of the encoder"`
}

// stage is a part of the encoder, links low to high − 1, with its mirror image.
type stage struct{ low, high int }

// stages returns what is pretrained, in order.
func stages(links []link, encoder int) []stage {
	var out []stage
	for i, l := range links[:encoder] {
		if code, stochastic := l.part.(*gaussianCode); stochastic && code != nil {
			break
		}
		if len(out) == 0 || l.part.Cost(l.in).Products > 0 && hasProducts(links[out[len(out)-1].low:i]) {
			out = append(out, stage{low: i})
		}
		out[len(out)-1].high = i + 1
	}
	return out
}

func hasProducts(links []link) bool {
	for _, l := range links {
		if l.part.Cost(l.in).Products > 0 {
			return true
		}
	}
	return false
}

// checkPretrain reports why layers cannot be trained one by one.
func (d *Design) checkPretrain(links []link, encoder int) registry.Mistakes {
	if d.Train.Pretrain == nil {
		return nil
	}
	if d.Model.Decoder != nil {
		return registry.Mistakes{{Path: "train.pretrain", Message: "pretraining trains each layer with its mirror image, and the decoder is written out", Hint: "leave model.decoder out"}}
	}
	if found := stages(links, encoder); len(found) == 0 || !hasProducts(links[:found[len(found)-1].high]) {
		return registry.Mistakes{{Path: "train.pretrain", Message: "no layer in front of the gaussian code could be pretrained", Hint: "leave pretrain out"}}
	}
	return nil
}

// part is the design of a stage.
func (d *Design) part(s stage, links []link, encoder int) *Design {
	model := &Autoencoder{
		Bottleneck: &Plain{}, Output: d.Model.mirrored(links[:s.low]), Tied: d.Model.Tied,
		Initialiser: d.Model.Initialiser, CodeActivation: d.Model.CodeActivation, front: links[:s.low],
	}
	for _, l := range links[s.low:s.high] {
		if l.path == "code" {
			model.Code, model.Bottleneck = d.Model.Code, d.Model.Bottleneck
			continue
		}
		model.Encoder = append(model.Encoder, l.part)
	}
	out := &Design{
		Model: model, Loss: &MSE{Reduce: "mean"}, Rate: d.Rate,
		Train: &Train{Epochs: d.Train.Pretrain.Epochs, Batch: d.Train.Batch, Optimiser: d.Train.Optimiser, Clip: d.Train.Clip},
	}
	if s.low == 0 {
		out.Loss, model.Corruption = d.Loss, d.Model.Corruption
	}
	return out
}

// pretrainingFLOPs are the operations of an example in one step of each stage.
func (d *Design) pretrainingFLOPs(input Shape) int {
	if d.Train.Pretrain == nil {
		return 0
	}
	links, encoder, _ := d.Model.chain(input)
	sum := 0
	for _, s := range stages(links, encoder) {
		if size, err := d.part(s, links, encoder).Size(links[s.low].in); err == nil {
			sum += size.TrainingFLOPs
		}
	}
	return sum
}
