package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// Corruption damages the input in training, while the target stays clean
// (Vincent et al. 2008).
type Corruption interface {
	// Fit returns what damages examples of a shape, or why nothing can.
	Fit(shape Shape) (damage, error)
	// Once tells whether an example is damaged alike in every epoch.
	Once() bool
}

// damage is a corruption at work on examples of a shape.
type damage interface {
	// Corrupt sets y to x, one example, with damage drawn from the positions of
	// a stream from first on, one or more for each element. Values lie in [low, high].
	Corrupt(y, x []float32, stream kernel.Stream, first uint64, low, high float32)
}

var corruptions = registry.NewRole[Corruption]("corruption", "damage to the input in training, while the target stays clean")

// dropUnfixed makes fixed: false the same as none.
func dropUnfixed(resolved registry.Tree) {
	if resolved["fixed"] == false {
		delete(resolved, "fixed")
	}
}

// corrupter applies a corruption to batches.
type corrupter struct {
	damage    damage
	once      bool
	low, high float32
	y         buffer
	team      *team

	corrupt  func(part int)
	x        *Matrix
	stream   kernel.Stream
	first    int     // number of the first row's example
	examples []int32 // number of each row's example, where that is what the damage depends on
}

// newCorrupter returns nil without a corruption. It fails where the corruption
// does not suit the data.
func newCorrupter(part Corruption, n *Net, data Traits) (*corrupter, error) {
	if part == nil {
		return nil, nil
	}
	at, err := part.Fit(data.Shape)
	if err != nil {
		return nil, err
	}
	c := &corrupter{
		damage: at, once: part.Once(), low: float32(data.Low), high: float32(data.High),
		y: newBuffer(n.rows, data.Shape.Size()), team: n.team,
	}
	c.corrupt = c.doCorrupt
	return c, nil
}

// training returns the damaged rows of a batch, given the numbers of their
// examples in the training split; without a corruption, the rows themselves.
func (c *corrupter) training(x *Matrix, p *pass, examples []int32) *Matrix {
	if c == nil {
		return x
	}
	stream := kernel.Stream{Seed: p.seed, Purpose: purposeCorruption, Epoch: p.epoch, Step: p.step}
	if c.once { // epochs count from 1
		c.examples, stream.Epoch = examples, 0
	}
	return c.apply(x, stream, 0)
}

// evaluation returns damaged rows of a split, drawn once for all trials; first
// is the number of the first.
func (c *corrupter) evaluation(x *Matrix, first int) *Matrix {
	c.examples = nil
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
		stream, first := c.stream, uint64(c.first+i)*uint64(c.x.Cols)
		if c.examples != nil {
			stream.Step, first = uint32(c.examples[i]), 0
		}
		c.damage.Corrupt(c.y.matrix.Row(i), c.x.Row(i), stream, first, c.low, c.high)
	}
}
