package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/registry"
)

// Design is everything about a training but its data and its seed.
type Design struct {
	Model        *Autoencoder
	Loss         Loss
	Regularisers []Regulariser
	Train        *Train
	Rate         Schedule // of the optimiser, or nil where it has none
}

// NewDesign reads the model, loss and train of a resolved setting.
func NewDesign(setting registry.Tree) (*Design, error) {
	model, err := registry.Decode[Model](setting["model"])
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	loss, err := registry.Decode[Loss](setting["loss"])
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	penalties, err := registry.DecodeKinds[Regulariser](setting["regularisers"])
	if err != nil {
		return nil, fmt.Errorf("regularisers: %w", err)
	}
	if _, source := setting.At("train.from.setting"); source {
		setting = setting.With("train.from", nil) // whose weights they are is not the net's matter
	}
	train, err := registry.Decode[Training](setting["train"])
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	d := &Design{Model: model.(*Autoencoder), Loss: loss, Regularisers: penalties, Train: train.(*Train)}
	if rate, has := setting.At("train.optimiser.rate"); has {
		if d.Rate, err = registry.Decode[Schedule](rate); err != nil {
			return nil, fmt.Errorf("train.optimiser.rate: %w", err)
		}
	}
	return d, nil
}

// Build makes the net for examples of a shape, in passes of at most rows
// examples, and draws its weights: those of the model, and what the loss
// trains beside them. The mistakes in the error have paths below model.
func (d *Design) Build(input Shape, rows int, seed uint64) (*Net, error) {
	return d.build(input, rows, rows, seed)
}

func (d *Design) build(input Shape, rows, codes int, seed uint64) (*Net, error) {
	return d.Model.build(input, rows, codes, seed, learnedVariance(d.Loss))
}

// Check reports what cannot be built or makes no sense for data with these
// traits, with paths below the setting.
func (d *Design) Check(data Traits) registry.Mistakes {
	links, encoder, mistakes := d.Model.chain(data.Shape)
	mistakes = append(mistakes.Under("model"), d.checkLoss(data)...)
	if d.Model.Corruption != nil {
		if _, err := d.Model.Corruption.Fit(data.Shape); err != nil {
			mistakes = append(mistakes, registry.Mistake{Path: "model.corruption", Message: err.Error()})
		}
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	if d.Train.Stop != nil && !data.Validation {
		mistakes = append(mistakes, registry.Mistake{Path: "train.stop", Message: "early stopping watches the validation split, and the data have none", Hint: "set data.validation: a number of examples"})
	}
	mistakes = append(mistakes, d.checkObjective()...)
	mistakes = append(mistakes, d.checkPlateau(data)...)
	mistakes = append(mistakes, d.checkPretrain(links, encoder)...)
	mistakes = append(mistakes, d.checkBatch(links)...)
	for _, part := range d.Regularisers {
		if lacks := part.Check(d.Model, links, encoder); lacks != "" {
			mistakes = append(mistakes, registry.Mistake{Path: "regularisers." + regularisers.KindOf(part).Name, Message: lacks})
		}
	}
	return mistakes
}

// checkBatch refuses batches of one example where they leave a layer, or a
// penalty, nothing to compare.
func (d *Design) checkBatch(links []link) registry.Mistakes {
	if d.Train.Batch != 1 {
		return nil
	}
	refuse := func(message string) registry.Mistakes {
		return registry.Mistakes{{Path: "train.batch", Message: message, Hint: "take batches of at least 2"}}
	}
	for _, l := range links {
		switch l.part.(type) {
		case *BatchNorm, *batchNormCode:
			if len(l.out) == 1 { // without places, each feature is a single value
				return refuse(l.path + ", batch-norm, makes all examples the same in batches of one")
			}
		}
	}
	for _, part := range d.Regularisers {
		if _, ok := part.(*MMD); ok {
			return refuse("mmd compares codes with each other, and a batch of one has none to compare")
		}
	}
	return nil
}

func (d *Design) checkLoss(data Traits) registry.Mistakes {
	if pictures, ok := d.Loss.(PictureLoss); ok {
		if _, err := pictures.Fit(data); err != nil {
			return registry.Mistakes{{Path: "loss", Message: err.Error()}}
		}
	}
	low, high := data.Low, data.High
	ranged, ok := d.Loss.(Ranged)
	if !ok {
		return nil
	}
	from, to := ranged.Range()
	if low < from || high > to {
		return registry.Mistakes{{
			Path:    "loss",
			Message: fmt.Sprintf("this loss is defined for data in [%g, %g], and these %s", from, to, bounds(low, high)),
			Hint:    "scale the data, or take mse",
		}}
	}
	if output, ok := d.Model.Output.(Ranged); ok {
		if a, b := output.Range(); a >= from && b <= to {
			return nil
		}
	}
	return registry.Mistakes{{
		Path:    "loss",
		Message: fmt.Sprintf("this loss needs reconstructions in [%g, %g], which the model's output does not keep to", from, to),
		Hint:    "set model.output: sigmoid",
	}}
}

// bounds says in which bounds data lie.
func bounds(low, high float64) string {
	if low < -math.MaxFloat32 || high > math.MaxFloat32 {
		return "have no bounds"
	}
	return fmt.Sprintf("lie in [%g, %g]", low, high)
}

// Size is how large a net is, and how much work an example is.
type Size struct {
	Parameters int
	Code       int // elements of the code of an example
	// TrainingFLOPs are floating-point operations of matrix products for one
	// example in one step: forward, gradients by weights, and gradients by
	// inputs but those of the first layer with parameters, which nothing needs.
	TrainingFLOPs int
	// PretrainingFLOPs are those of one step of each stage of pretraining.
	PretrainingFLOPs int
}

// LayerSize is a layer of a net, in figures.
type LayerSize struct {
	Path       string // encoder[0], code, decoder[1]
	Kind       string // of the layer, with its activation
	In, Out    Shape
	Parameters int
	FLOPs      int // of its products in one training step, for one example
}

// Layers returns the layers of the net for examples of a shape, from the input
// to the reconstruction, or what does not fit.
func (d *Design) Layers(input Shape) ([]LayerSize, error) {
	links, encoder, mistakes := d.Model.chain(input)
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	sizes, parameters := make([]LayerSize, len(links)), 0
	for i, l := range links {
		cost := l.part.Cost(l.in)
		if l.tied >= 0 {
			cost.Parameters = biases(l.part)
		}
		products := 3*cost.Products + cost.Once
		if parameters == 0 {
			products -= cost.Products - cost.Within // nothing needs the gradient by the input
		}
		parameters += cost.Parameters
		if i >= encoder {
			products *= d.Model.copies()
		}
		sizes[i] = LayerSize{l.path, describePart(l.part), l.in, l.out, cost.Parameters, 2 * products}
	}
	return sizes, nil
}

// describePart names a layer and its activation: "conv relu".
func describePart(part LayerPart) string {
	var name string
	if kind := layers.KindOf(part); kind != nil {
		name = kind.Name
	} else {
		name = part.(codePart).bottleneck()
	}
	if own, _ := part.Activated(nil); own != nil {
		name += " " + activations.KindOf(own).Name
	}
	return name
}

// Size returns the size of the net for examples of a shape, or what does not fit.
func (d *Design) Size(input Shape) (Size, error) {
	_, encoder, _ := d.Model.chain(input)
	sizes, err := d.Layers(input)
	if err != nil {
		return Size{}, err
	}
	size := Size{Code: sizes[encoder-1].Out.Size(), Parameters: learnedVariance(d.Loss).parameters(input.Size())}
	size.PretrainingFLOPs = d.pretrainingFLOPs(input)
	for _, l := range sizes {
		size.Parameters += l.Parameters
		size.TrainingFLOPs += l.FLOPs
	}
	return size, nil
}
