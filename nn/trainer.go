package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Trainer trains one autoencoder, a step at a time.
type Trainer struct {
	net       *Net
	objective *objective
	train     *Train
	seed      uint64
	examples  int // in the training split

	batch   *Matrix // gathered examples
	room    []float32
	order   []int32 // of the examples in this epoch
	slots   [][]float32
	update  Update
	carried float64

	step   int     // steps made, over all epochs
	inStep int     // steps made in this epoch
	losses float64 // summed over this epoch's examples
	seen   int     // examples of this epoch
}

// NewTrainer builds the net of a design and makes it ready to train on so many
// examples. The mistakes in the error have paths below the setting.
func NewTrainer(d *Design, input Shape, examples int, seed uint64) (*Trainer, error) {
	batch := min(d.Train.Batch, examples)
	net, err := d.Model.Build(input, max(batch, evaluationRows), seed)
	if err != nil {
		return nil, err
	}
	t := &Trainer{
		net: net, train: d.Train, seed: seed, examples: examples,
		objective: newObjective(d.Loss, net, input.Size()),
		batch:     NewMatrix(batch, input.Size()),
		order:     make([]int32, examples),
		carried:   1,
	}
	t.room = t.batch.Data
	for range d.Train.Optimiser.Slots() {
		t.slots = append(t.slots, make([]float32, len(net.Values)))
	}
	t.update = Update{W: net.Values, G: net.Grads, Slots: t.slots, Carried: &t.carried}
	if !t.Done() {
		t.shuffle()
	}
	return t, nil
}

// Net returns the net that is being trained.
func (t *Trainer) Net() *Net { return t.net }

// StepsPerEpoch is the number of batches of an epoch, the last one smaller
// where they do not come out even.
func (t *Trainer) StepsPerEpoch() int { return (t.examples + t.train.Batch - 1) / t.train.Batch }

// Steps returns how many steps have been made, and how many there are in all.
func (t *Trainer) Steps() (made, all int) { return t.step, t.StepsPerEpoch() * t.train.Epochs }

// Epoch returns how many epochs are complete.
func (t *Trainer) Epoch() int { return t.step / t.StepsPerEpoch() }

// EpochEnded tells whether the last step was the last one of its epoch.
func (t *Trainer) EpochEnded() bool { return t.inStep == t.StepsPerEpoch() }

// Done tells whether all epochs are complete.
func (t *Trainer) Done() bool { return t.Epoch() >= t.train.Epochs }

// shuffle draws the order of the epoch that is about to begin.
func (t *Trainer) shuffle() {
	stream := kernel.Stream{Seed: t.seed, Purpose: purposeShuffle, Epoch: uint32(t.Epoch() + 1)}
	stream.Permutation(t.order)
	t.inStep, t.losses, t.seen = 0, 0, 0
}

// Step makes the next step on the training split x, which has as many rows as
// NewTrainer was told. It returns the objective of the batch before the step,
// per example; where that is not finite the training has diverged, and the
// weights are left as they were.
func (t *Trainer) Step(x *Matrix) float64 {
	if t.EpochEnded() {
		t.shuffle()
	}
	batch := t.gather(x)
	y := t.net.Forward(batch)
	loss := t.objective.sum(y.Data, batch.Data) * lossScale(t.objective.loss, batch.Rows, batch.Cols)
	t.step++
	t.inStep++
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return loss
	}
	t.losses += loss * float64(batch.Rows)
	t.seen += batch.Rows
	t.net.Backward(t.objective.grad(y, batch))
	t.update.Number = t.step
	t.update.Epochs = float64(t.step-1) / float64(t.StepsPerEpoch())
	t.update.Scale = t.clip()
	t.train.Optimiser.Step(&t.update)
	return loss
}

// clip returns what gradients are multiplied by: bound/(norm + 1e-6) where
// their norm is above the bound, as PyTorch's clip_grad_norm_ does, else 1.
func (t *Trainer) clip() float32 {
	if t.train.Clip == nil {
		return 1
	}
	norm := math.Sqrt(kernel.SumSquares(t.net.Grads))
	return float32(min(1, t.train.Clip.Norm/(norm+1e-6)))
}

func (t *Trainer) gather(x *Matrix) *Matrix {
	first := t.inStep * t.train.Batch
	rows := t.order[first:min(first+t.train.Batch, t.examples)]
	t.batch.Rows = len(rows)
	t.batch.Data = t.room[:len(rows)*x.Cols]
	for i, row := range rows {
		copy(t.batch.Row(i), x.Row(int(row)))
	}
	return t.batch
}

// MeanLoss is the mean reconstruction loss over the examples of this epoch so
// far, each taken before its step.
func (t *Trainer) MeanLoss() float64 { return t.losses / float64(t.seen) }

// Examples returns how many examples the first so many steps train on.
func (t *Trainer) Examples(steps int) float64 {
	epochs, rest := steps/t.StepsPerEpoch(), steps%t.StepsPerEpoch()
	return float64(epochs*t.examples + rest*t.train.Batch)
}
