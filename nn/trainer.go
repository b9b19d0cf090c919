package nn

import (
	"fmt"
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Trainer trains one autoencoder, a step at a time.
type Trainer struct {
	net        *Net
	objective  *objective
	importance *importance // nil without the importance-weighted bound
	corrupter  *corrupter  // nil without a corruption
	train      *Train
	stopping   *stopping    // nil without early stopping
	waiting    waiting      // for a plateau
	pre        *pretraining // nil without
	seed       uint64
	examples   int // in the training split
	rows       int // of a batch

	batch     buffer   // gathered examples
	copies    *copies  // nil where each example has one code
	binarise  bool     // draw each element of an example, which is the probability of a 1
	order     []int32  // of the examples in this epoch
	optimiser stepper  // nil beside l-bfgs
	descent   *descent // nil but for l-bfgs
	steady    bool     // the objective is one function throughout
	tried     tried
	slots     [][]float32
	carried   float64
	squares   []float64 // of blocks of gradients
	stretch   []Update  // of each thread
	early     *early    // nil where weights can only change once all gradients are known
	first     int       // of the batch in the order
	whole     *Matrix   // the batch of l-bfgs
	gathered  *Matrix   // where examples are gathered from

	low, high int       // the parameters that are being changed
	grads     []float32 // and their gradients

	step   int     // steps made, over all epochs
	inStep int     // steps made in this epoch
	losses float64 // summed over this epoch's examples
	seen   int     // examples of this epoch
	norm   float64 // of the gradient at the end of the last epoch

	gather, square, update func(part int) // what the threads do
}

// NewTrainer builds the net of a design and makes it ready to train on so many
// examples of data with these traits. The mistakes in the error have paths below model.
func NewTrainer(d *Design, data Traits, examples int, seed uint64) (*Trainer, error) {
	batch, input, copies := d.Train.rows(examples), data.Shape, d.Model.copies()
	net, err := d.build(input, max(batch, evaluationRows), max(batch*copies, evaluationRows), seed)
	if err != nil {
		return nil, err
	}
	net.terms = append(newTerms(d.Regularisers, net), net.ownTerms(d.Loss)...)
	objective, err := newObjective(d.Loss, net, data)
	if err != nil {
		return nil, err
	}
	corrupter, err := newCorrupter(d.Model.Corruption, net, data)
	if err != nil {
		return nil, err
	}
	t := &Trainer{
		net: net, train: d.Train, seed: seed, examples: examples, rows: batch,
		objective:  objective,
		corrupter:  corrupter,
		batch:      newBuffer(batch, input.Size()),
		copies:     newCopies(copies, batch, input.Size()),
		importance: newImportance(d, net),
		binarise:   data.Binarise,
		order:      make([]int32, examples),
		stopping:   newStopping(d.Train.Stop, len(net.Values)),
		waiting:    newWaiting(plateauIn(d.Rate)),
		early:      newEarly(d, net),
		carried:    1,
		squares:    make([]float64, (len(net.Grads)+squareBlock-1)/squareBlock),
	}
	t.equip(d)
	t.Threads(1)
	if !t.Done() {
		t.shuffle()
	}
	t.pre = newPretraining(d, data, examples, seed, net)
	return t, nil
}

// equip gives the trainer its optimiser and the work of its threads.
func (t *Trainer) equip(d *Design) {
	for range d.Train.Optimiser.Slots() {
		t.slots = append(t.slots, make([]float32, len(t.net.Grads)))
	}
	t.gather, t.square, t.update = t.doGather, t.doSquare, t.doUpdate
	t.optimiser, _ = d.Train.Optimiser.(stepper)
	t.descent = newDescent(d.Train.Optimiser, t.net, t.slots, t.evaluate)
	t.steady = isSteady(d, t.net)
}

// Threads sets how many threads share the work from the next step on. It does
// not change any result.
func (t *Trainer) Threads(n int) {
	t.pre.resize(n)
	if n == t.net.team.parts && len(t.stretch) >= n {
		return
	}
	t.net.team.resize(n)
	for len(t.stretch) < n {
		t.stretch = append(t.stretch, Update{Slots: make([][]float32, len(t.slots))})
	}
}

// Close ends the trainer's threads. It can go on with one.
func (t *Trainer) Close() {
	t.pre.close()
	t.net.team.close()
}

// Net returns the net that is being trained.
func (t *Trainer) Net() *Net { return t.net }

// StepsPerEpoch is the number of batches of an epoch, the last one smaller
// where they do not come out even.
func (t *Trainer) StepsPerEpoch() int { return (t.examples + t.rows - 1) / t.rows }

// Rows is how many examples a step takes.
func (t *Trainer) Rows() int { return t.rows }

// Steps returns how many steps have been made, and how many there are in all,
// those of pretraining included.
func (t *Trainer) Steps() (made, all int) {
	made, all = t.pre.steps(t.StepsPerEpoch())
	return made + t.step, all + t.StepsPerEpoch()*t.train.Epochs
}

// Epoch returns how many epochs are complete, and Epochs how many there are,
// those of pretraining included.
func (t *Trainer) Epoch() int {
	made, _ := t.Steps()
	return made / t.StepsPerEpoch()
}

// Epochs is the last Epoch of a training that nothing stops.
func (t *Trainer) Epochs() int {
	_, all := t.Steps()
	return all / t.StepsPerEpoch()
}

// Phase names what the last step was a part of: train, or the stages of
// pretraining, pretrain_1, pretrain_2 and on.
func (t *Trainer) Phase() string {
	if t.pre.working() {
		return fmt.Sprintf("pretrain_%d", t.pre.at+1)
	}
	return "train"
}

// Pretraining tells whether the last step was one of pretraining.
func (t *Trainer) Pretraining() bool { return t.pre.working() }

// EpochEnded tells whether the last step was the last one of its epoch.
func (t *Trainer) EpochEnded() bool {
	if t.pre.working() {
		return t.pre.trainer != nil && t.pre.trainer.EpochEnded()
	}
	return t.inStep == t.StepsPerEpoch()
}

// Done tells whether all epochs are complete, or early stopping has ended the
// training.
func (t *Trainer) Done() bool {
	return t.pre.finished() && (t.epoch() >= t.train.Epochs || t.stopping.ended())
}

// epoch is how many epochs of the whole net are complete.
func (t *Trainer) epoch() int { return t.step / t.StepsPerEpoch() }

// shuffle draws the order of the epoch that is about to begin.
func (t *Trainer) shuffle() {
	stream := kernel.Stream{Seed: t.seed, Purpose: purposeShuffle, Epoch: uint32(t.epoch() + 1)}
	stream.Permutation(t.order)
	if t.descent != nil { // always the same order
		slices.Sort(t.order)
	}
	t.inStep, t.losses, t.seen = 0, 0, 0
	if t.importance != nil {
		t.importance.sum = 0
	}
	for i := range t.net.terms {
		t.net.terms[i].sum, t.net.terms[i].shown = 0, 0
	}
}

// Step makes the next step on the training split x, which has as many rows as
// NewTrainer was told. It returns the objective of the batch before the step,
// per example; where that is not finite the training has diverged, and the
// weights are left as they were.
func (t *Trainer) Step(x *Matrix) float64 {
	if t.pre.working() {
		if !t.pre.finished() {
			return t.pre.step(x)
		}
		t.pre.next()
	}
	if t.EpochEnded() {
		t.shuffle()
	}
	pass := t.net.pass
	pass.training, pass.epoch, pass.step, pass.epochs = true, uint32(t.epoch()+1), uint32(t.inStep), t.epochs()
	defer func() { pass.training = false }() // for whoever uses the net between steps
	if t.descent != nil {
		return t.descend(x)
	}
	objective := t.measureBatch(t.next(x))
	t.step++
	t.inStep++
	if !finite(objective) {
		return objective
	}
	t.note()
	t.learn(t.gradient())
	return objective
}

// tried is what the last batch that went forward came to.
type tried struct {
	y, target *Matrix
	rows      int     // examples
	loss      float64 // reconstruction loss
	aim       float64 // that, or the bound in its place
	objective float64
}

// measureBatch returns the objective of a batch, per example.
func (t *Trainer) measureBatch(batch *Matrix) float64 {
	now := &t.tried
	now.rows = batch.Rows
	now.y = t.net.Forward(t.corrupter.training(batch, t.net.pass, t.order[t.first:]))
	now.target = t.copies.of(batch)
	now.loss = t.objective.mean(t.objective.sum(now.y, now.target), now.y.Rows)
	now.aim = now.loss
	if t.importance != nil {
		now.aim = t.importance.weigh(t.objective.sums[:now.y.Rows])
	}
	now.objective = now.aim + t.penalties()
	return now.objective
}

// gradient returns that by the reconstructions of the last batch.
func (t *Trainer) gradient() *Matrix {
	if t.importance != nil && t.objective.learned != nil {
		t.objective.learned.weights = t.importance.rows
	}
	dy := t.objective.grad(t.tried.y, t.tried.target)
	if t.importance != nil {
		t.importance.scale(dy)
	}
	return dy
}

// epochs is how many epochs have passed before the next step, fractions
// included.
func (t *Trainer) epochs() float64 { return float64(t.step) / float64(t.StepsPerEpoch()) }

// Examples returns how many examples the first so many steps train on.
func (t *Trainer) Examples(steps int) float64 {
	epochs, rest := steps/t.StepsPerEpoch(), steps%t.StepsPerEpoch()
	return float64(epochs*t.examples + rest*t.rows)
}
