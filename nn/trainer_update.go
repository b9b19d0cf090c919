package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

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
		t.stretch[i].Cuts = t.waiting.cuts
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
	t.optimiser.Step(u)
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
