package nn

import "hourglass.dev/hourglass/registry"

// Train declares how an autoencoder is trained: `train` in a spec.
type Train struct {
	Epochs    int       `default:"20" range:"[0, 1000000]" doc:"passes over the training split"`
	Batch     int       `default:"128" range:"[1, 1048576]" doc:"examples of one step; the last of an epoch takes what is left; l-bfgs takes all"`
	Optimiser Optimiser `default:"adam" doc:"how a step changes the weights"`
	Objective string    `optional:"yes" enum:"loss|importance-weighted" doc:"what is made small: loss and penalties, or the importance-weighted bound of a gaussian code in place of the loss, with its samples; loss unless given"`
	Pretrain  *Pretrain `optional:"yes" doc:"greedy pretraining, layer by layer, before all are trained together"`
	From      string    `optional:"yes" doc:"case of the sweep whose trial of the same seed, and of the same values on all axes that both are on, has the weights that this training begins with"`
	Clip      *Clip     `optional:"yes" doc:"a bound on gradients"`
	Stop      *Stop     `optional:"yes" doc:"early stopping, which needs a validation split"`
	Keep      string    `default:"best" enum:"best|all|none" identity:"no" doc:"whose weights stay on disk: of the trials that differ in their seed alone the best, all, or none; those of baselines stay unless it is none"`
}

// Clip bounds gradients before the optimiser uses them, all together or each
// for itself: PyTorch's clip_grad_norm_ and clip_grad_value_, Keras's
// global_clipnorm and clipvalue.
type Clip struct {
	Norm  float64 `optional:"yes" range:"(0, inf)" doc:"largest Euclidean norm of all gradients together; longer ones are scaled to it"`
	Value float64 `optional:"yes" range:"(0, inf)" doc:"largest magnitude of each gradient; larger ones are set to it"`
}

// importanceWeighted is the objective of Burda et al. 2016.
const importanceWeighted = "importance-weighted"

// Normalise drops what says nothing, and wants one bound of gradients, where
// there are any.
func (*Train) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["objective"] == "loss" {
		delete(resolved, "objective")
	}
	return append(normaliseFullBatch(resolved, given), checkClip(resolved)...)
}

func checkClip(resolved registry.Tree) registry.Mistakes {
	clip, given := resolved["clip"].(registry.Tree)
	if !given || (clip["norm"] == nil) != (clip["value"] == nil) {
		return nil
	}
	message := "clip needs a bound: norm, of all gradients together, or value, of each"
	if clip["norm"] != nil {
		message = "clip takes norm or value, and has both"
	}
	return registry.Mistakes{{Path: "clip", Message: message, Hint: "such as {norm: 1}"}}
}

// Training is the role of `train`, which has no kinds.
type Training interface{ isTraining() }

func (*Train) isTraining() {}

var trainings = registry.NewRole[Training]("train", "how the weights are found")

func init() { registry.Add[Train](trainings, "", "epochs, batches and the optimiser") }
