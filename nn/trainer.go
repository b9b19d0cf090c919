package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Trainer trains one autoencoder, a step at a time.
type Trainer struct {
	net       *Net
	objective *objective
	corrupter *corrupter // nil without a corruption
	train     *Train
	stopping  *stopping // nil without early stopping
	seed      uint64
	examples  int // in the training split

	batch    buffer  // gathered examples
	order    []int32 // of the examples in this epoch
	slots    [][]float32
	carried  float64
	squares  []float64 // of blocks of gradients
	stretch  []Update  // of each thread
	early    *early    // nil where weights can only change once all gradients are known
	gathered *Matrix   // where examples are gathered from

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
	batch, input := min(d.Train.Batch, examples), data.Shape
	net, err := d.Model.Build(input, max(batch, evaluationRows), seed)
	if err != nil {
		return nil, err
	}
	net.terms = newTerms(d.Regularisers, net)
	objective, err := newObjective(d.Loss, net, data)
	if err != nil {
		return nil, err
	}
	corrupter, err := newCorrupter(d.Model.Corruption, net, data)
	if err != nil {
		return nil, err
	}
	t := &Trainer{
		net: net, train: d.Train, seed: seed, examples: examples,
		objective: objective,
		corrupter: corrupter,
		batch:     newBuffer(batch, input.Size()),
		order:     make([]int32, examples),
		stopping:  newStopping(d.Train.Stop, len(net.Values)),
		early:     newEarly(d, net),
		carried:   1,
		squares:   make([]float64, (len(net.Grads)+squareBlock-1)/squareBlock),
	}
	for range d.Train.Optimiser.Slots() {
		t.slots = append(t.slots, make([]float32, len(net.Grads)))
	}
	t.gather, t.square, t.update = t.doGather, t.doSquare, t.doUpdate
	t.Threads(1)
	if !t.Done() {
		t.shuffle()
	}
	return t, nil
}

// Threads sets how many threads share the work from the next step on. It does
// not change any result.
func (t *Trainer) Threads(n int) {
	if n == t.net.team.parts && len(t.stretch) >= n {
		return
	}
	t.net.team.resize(n)
	for len(t.stretch) < n {
		t.stretch = append(t.stretch, Update{Slots: make([][]float32, len(t.slots))})
	}
}

// Close ends the trainer's threads. It can go on with one.
func (t *Trainer) Close() { t.net.team.close() }

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

// Done tells whether all epochs are complete, or early stopping has ended the
// training.
func (t *Trainer) Done() bool { return t.Epoch() >= t.train.Epochs || t.stopping.ended() }

// shuffle draws the order of the epoch that is about to begin.
func (t *Trainer) shuffle() {
	stream := kernel.Stream{Seed: t.seed, Purpose: purposeShuffle, Epoch: uint32(t.Epoch() + 1)}
	stream.Permutation(t.order)
	t.inStep, t.losses, t.seen = 0, 0, 0
	for i := range t.net.terms {
		t.net.terms[i].sum, t.net.terms[i].shown = 0, 0
	}
}

// Step makes the next step on the training split x, which has as many rows as
// NewTrainer was told. It returns the objective of the batch before the step,
// per example; where that is not finite the training has diverged, and the
// weights are left as they were.
func (t *Trainer) Step(x *Matrix) float64 {
	if t.EpochEnded() {
		t.shuffle()
	}
	batch := t.next(x)
	pass := t.net.pass
	pass.training, pass.epoch, pass.step, pass.epochs = true, uint32(t.Epoch()+1), uint32(t.inStep), t.epochs()
	y := t.net.Forward(t.corrupter.training(batch, pass, t.order[t.inStep*t.train.Batch:]))
	loss := t.objective.mean(t.objective.sum(y, batch), batch.Rows)
	objective := loss + t.penalties(float64(batch.Rows))
	t.step++
	t.inStep++
	if math.IsNaN(objective) || math.IsInf(objective, 0) {
		return objective
	}
	t.losses += float64(loss * float64(batch.Rows))
	t.seen += batch.Rows
	t.learn(t.objective.grad(y, batch))
	return objective
}

// penalties sets the weights of the penalties for this step and returns their
// weighted sum. rows is the number of examples that they count for.
func (t *Trainer) penalties(rows float64) float64 {
	sum := 0.0
	for i := range t.net.terms {
		term := &t.net.terms[i]
		term.weight = term.factor.At(t.epochs())
		value := term.value()
		shown := value
		if r, ok := term.penalty.(reporter); ok {
			shown = r.reported()
		}
		term.sum += float64(value * rows)
		term.shown += float64(shown * rows)
		sum += float64(term.weight * value)
	}
	return sum
}

// epochs is how many epochs have passed before the next step, fractions
// included.
func (t *Trainer) epochs() float64 { return float64(t.step) / float64(t.StepsPerEpoch()) }

// next gathers the examples of the next batch.
func (t *Trainer) next(x *Matrix) *Matrix {
	first := t.inStep * t.train.Batch
	batch := t.batch.of(min(t.train.Batch, t.examples-first))
	t.gathered = x
	t.net.team.each(t.gather)
	return batch
}

func (t *Trainer) doGather(part int) {
	batch := t.batch.matrix
	rows := t.order[t.inStep*t.train.Batch:]
	low, high := t.net.team.span(batch.Rows, 1, part)
	for i := low; i < high; i++ {
		copy(batch.Row(i), t.gathered.Row(int(rows[i])))
	}
}

// learn works out the gradients, given that by the reconstructions, and lets
// the optimiser make its step. At the end of an epoch the gradients are needed
// together, for their norm.
func (t *Trainer) learn(dy *Matrix) {
	if carrier, ok := t.train.Optimiser.(Carrier); ok {
		t.carried = carrier.Carry(t.step, t.carried)
	}
	if t.early != nil && !t.EpochEnded() {
		t.prepare(1)
		t.early.backward(t, dy)
		return
	}
	t.net.Backward(dy)
	if t.EpochEnded() {
		t.norm = t.gradientNorm()
	}
	t.prepare(t.clip())
	t.changeStretch(0, len(t.net.Grads), t.net.Grads)
}

// prepare tells all threads about the step that the optimiser is to make.
func (t *Trainer) prepare(scale float32) {
	for i := range t.stretch {
		t.stretch[i].Number = t.step
		t.stretch[i].Epochs = float64(t.step-1) / float64(t.StepsPerEpoch())
		t.stretch[i].Scale = scale
		t.stretch[i].Carried = t.carried
	}
}

// changeStretch lets the optimiser change the parameters low to high − 1, whose
// gradients are at the beginning of grads.
func (t *Trainer) changeStretch(low, high int, grads []float32) {
	t.low, t.high, t.grads = low, high, grads
	t.net.team.each(t.update)
}

func (t *Trainer) doUpdate(part int) {
	u := &t.stretch[part]
	low, high := t.net.team.span(t.high-t.low, cacheLine, part)
	u.W, u.G = t.net.Values[t.low+low:t.low+high], t.grads[low:high]
	for i, slot := range t.slots {
		u.Slots[i] = slot[t.low+low : t.low+high]
	}
	if clip := t.train.Clip; clip != nil && clip.Value > 0 {
		kernel.Clamp(u.G, u.G, -float32(clip.Value), float32(clip.Value))
	}
	t.train.Optimiser.Step(u)
}

// squareBlock is how many gradients are squared and summed at a time; the sums
// of the blocks are added in order. It is part of the numerics version.
const squareBlock = 1 << 14

// clip returns what gradients are multiplied by: bound/(norm + 1e-6) where
// their norm is above the bound, as PyTorch's clip_grad_norm_ does, else 1.
func (t *Trainer) clip() float32 {
	if t.train.Clip == nil || t.train.Clip.Norm == 0 {
		return 1
	}
	norm := t.gradientNorm()
	return float32(min(1, t.train.Clip.Norm/(norm+1e-6)))
}

// gradientNorm is the Euclidean norm of all gradients.
func (t *Trainer) gradientNorm() float64 {
	t.net.team.each(t.square)
	sum := 0.0
	for _, block := range t.squares {
		sum += block
	}
	return math.Sqrt(sum)
}

func (t *Trainer) doSquare(part int) {
	grads := t.net.Grads
	low, high := t.net.team.span(len(t.squares), 1, part)
	for i := low; i < high; i++ {
		t.squares[i] = kernel.SumSquares(grads[i*squareBlock : min((i+1)*squareBlock, len(grads))])
	}
}

// Running returns means over the examples of this epoch so far, each taken
// before its step: of the reconstruction loss as loss, of each penalty by its
// name, unweighted, and where there are penalties of their weighted sum as
// objective, with the weights of the last step.
func (t *Trainer) Running() map[string]float64 {
	out := map[string]float64{"loss": t.losses / float64(t.seen)}
	objective := out["loss"]
	for i := range t.net.terms {
		term := &t.net.terms[i]
		out[term.name] = term.shown / float64(t.seen)
		objective += float64(term.weight * (term.sum / float64(t.seen)))
	}
	if len(t.net.terms) > 0 {
		out["objective"] = objective
	}
	return out
}

// Examples returns how many examples the first so many steps train on.
func (t *Trainer) Examples(steps int) float64 {
	epochs, rest := steps/t.StepsPerEpoch(), steps%t.StepsPerEpoch()
	return float64(epochs*t.examples + rest*t.train.Batch)
}
