package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// Corruption damages the input in training, while the target stays clean
// (Vincent et al. 2008).
type Corruption interface {
	// Corrupt sets y to x with damage drawn from the positions of a stream
	// from first on, one or more for each element. Values lie in [low, high].
	Corrupt(y, x []float32, stream kernel.Stream, first uint64, low, high float32)
}

var corruptions = registry.NewRole[Corruption]("corruption", "damage to the input in training, while the target stays clean")

// corrupter applies a corruption to batches.
type corrupter struct {
	part      Corruption
	low, high float32
	y         buffer
	team      *team

	corrupt func(part int)
	x       *Matrix
	stream  kernel.Stream
	first   int // number of the first row's example
}

func newCorrupter(part Corruption, n *Net, elements int, low, high float64) *corrupter {
	if part == nil {
		return nil
	}
	c := &corrupter{part: part, low: float32(low), high: float32(high), y: newBuffer(n.rows, elements), team: n.team}
	c.corrupt = c.doCorrupt
	return c
}

// training returns the damaged rows of a batch; without a corruption, the rows
// themselves.
func (c *corrupter) training(x *Matrix, p *pass) *Matrix {
	if c == nil {
		return x
	}
	return c.apply(x, kernel.Stream{Seed: p.seed, Purpose: purposeCorruption, Epoch: p.epoch, Step: p.step}, 0)
}

// evaluation returns damaged rows of a split, drawn once for all trials; first
// is the number of the first.
func (c *corrupter) evaluation(x *Matrix, first int) *Matrix {
	return c.apply(x, kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationCorruption}, first)
}

func (c *corrupter) apply(x *Matrix, stream kernel.Stream, first int) *Matrix {
	c.x, c.stream, c.first = x, stream, first
	y := c.y.of(x.Rows)
	c.team.each(c.corrupt)
	return y
}

func (c *corrupter) doCorrupt(part int) {
	low, high := c.team.span(c.x.Rows, 1, part)
	for i := low; i < high; i++ {
		c.part.Corrupt(c.y.matrix.Row(i), c.x.Row(i), c.stream, uint64(c.first+i)*uint64(c.x.Cols), c.low, c.high)
	}
}
