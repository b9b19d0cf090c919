package nn

import (
	"encoding/binary"
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// descent is l-bfgs at work. The changes of weights and gradient of the last
// steps are the trainer's slots, pair i in slots i and memory + i.
type descent struct {
	*LBFGS
	values, grads []float32 // of the net, those that are trained
	changes       [][]float32
	count         int  // pairs that were remembered so far, over all steps
	forgotten     int  // of these
	settled       bool // no step can lower the objective any more

	from, gradient, direction []float32 // where a step began
	alphas                    []float64
	at                        float64 // how far along the direction the weights are
	search                    lineSearch
	known                     bool // the gradients are those of values

	evaluate func() float64 // sets the gradients and returns the objective
	try      func(t float64) linePoint
}

// newDescent returns nil for another optimiser.
func newDescent(optimiser Optimiser, n *Net, slots [][]float32, evaluate func() float64) *descent {
	declared, ok := optimiser.(*LBFGS)
	if !ok {
		return nil
	}
	size := len(n.Grads)
	d := &descent{
		evaluate: evaluate,
		LBFGS:    declared, values: n.Values[:size], grads: n.Grads, changes: slots,
		from: make([]float32, size), gradient: make([]float32, size), direction: make([]float32, size),
		alphas: make([]float64, declared.Memory),
	}
	d.try = d.doTry
	return d
}

// pair returns the changes of weights and gradient of a remembered step.
func (d *descent) pair(i int) (s, y []float32) {
	return d.changes[i%d.Memory], d.changes[d.Memory+i%d.Memory]
}

// step moves the weights along a direction of descent. objective is that at the
// weights, whose gradient is known.
func (d *descent) step(objective float64) {
	if d.settled {
		return
	}
	d.known = true
	copy(d.from, d.values)
	copy(d.gradient, d.grads)
	for {
		first := 1.0
		if d.remembered() == 0 {
			first = min(1, 1/kernel.SumAbs(d.gradient))
		}
		d.aim()
		slope := kernel.Dot(d.gradient, d.direction)
		if slope < 0 && d.descend(objective, slope, first) {
			d.remember()
			return
		}
		copy(d.values, d.from)
		copy(d.grads, d.gradient)
		d.known = false // what else was measured is that of another point
		if d.remembered() == 0 {
			d.settled = true
			return
		}
		d.forgotten = d.count
	}
}

// remembered is how many pairs make the direction.
func (d *descent) remembered() int { return min(d.count-d.forgotten, d.Memory) }

// aim sets the direction, −H·g (Nocedal and Wright 2006, algorithm 7.4).
func (d *descent) aim() {
	copy(d.direction, d.gradient)
	kernel.ScaleBy(d.direction, -1)
	oldest := d.count - d.remembered()
	for i := d.count - 1; i >= oldest; i-- {
		s, y := d.pair(i)
		alpha := kernel.Dot(s, d.direction) / kernel.Dot(s, y)
		d.alphas[i%d.Memory] = alpha
		kernel.Axpy(d.direction, float32(-alpha), y)
	}
	if oldest < d.count {
		s, y := d.pair(d.count - 1)
		kernel.ScaleBy(d.direction, float32(kernel.Dot(s, y)/kernel.Dot(y, y)))
	}
	for i := oldest; i < d.count; i++ {
		s, y := d.pair(i)
		beta := kernel.Dot(y, d.direction) / kernel.Dot(s, y)
		kernel.Axpy(d.direction, float32(d.alphas[i%d.Memory]-beta), s)
	}
}

// leastCurvature is what the product of the two changes of a step must exceed
// for the step to be remembered.
const leastCurvature = 1e-10

// remember takes note of the step that was made.
func (d *descent) remember() {
	s, y := d.pair(d.count)
	copy(s, d.values)
	kernel.Axpy(s, -1, d.from)
	copy(y, d.grads)
	kernel.Axpy(y, -1, d.gradient)
	if kernel.Dot(s, y) > leastCurvature {
		d.count++
	} else if d.count-d.forgotten >= d.Memory { // the oldest pair was overwritten
		d.forgotten = d.count - d.Memory + 1
	}
}

// descend looks for a point along the direction that is good enough, and moves
// there. It reports whether the objective is lower there.
func (d *descent) descend(objective, slope, first float64) bool {
	d.search = newLineSearch(d.Evaluations, linePoint{0, objective, slope})
	best := d.search.run(first, d.try)
	if !(best.value < objective) {
		return false
	}
	if best.t != d.at {
		d.try(best.t)
	}
	return true
}

// doTry moves the weights to a point on the line.
func (d *descent) doTry(t float64) linePoint {
	d.at = t
	copy(d.values, d.from)
	kernel.Axpy(d.values, float32(t), d.direction)
	value := d.evaluate()
	return linePoint{t, value, kernel.Dot(d.grads, d.direction)}
}

// size is the number of bytes that append adds.
func (d *descent) size() int {
	if d == nil {
		return 0
	}
	return 3 * 8
}

func (d *descent) append(out []byte) []byte {
	if d == nil {
		return out
	}
	settled := uint64(0)
	if d.settled {
		settled = 1
	}
	for _, n := range []uint64{uint64(d.count), uint64(d.forgotten), settled} {
		out = binary.LittleEndian.AppendUint64(out, n)
	}
	return out
}

func (d *descent) read(from []byte) (rest []byte) {
	if d == nil {
		return from
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(from[8*i:]) }
	d.count, d.forgotten, d.settled, d.known = int(word(0)), int(word(1)), word(2) == 1, false
	return from[d.size():]
}

// finite tells whether a number is one.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
