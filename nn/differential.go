package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// differential is the derivative of a layer but for its activation, or of an
// activation alone, at the examples of the last Forward: for each example a
// linear map D that takes changes of inputs, dx, to changes of outputs, dz.
// Behind each other they are the Jacobian of a stretch of the net.
type differential interface {
	// size returns whether changes are interleaved, and the elements of those
	// of an example. Lanes without an example are 0.
	size() (wide bool, in, out int)
	// begin follows Forward. Where gradients are wanted, those of the last batch
	// are forgotten.
	begin(gradients bool)
	// push sets dz = D·dx, and pull dx = Dᵀ·dz.
	push(dz, dx *Matrix)
	pull(dx, dz *Matrix)
	// add adds the gradient of Σ over examples of dz·D·dx by what D depends on to
	// that of the batch. addGradients adds this, times weight, to what Backward is
	// about to work out.
	add(dx, dz *Matrix)
	addGradients(weight float32)
}

// unitwise is a differential that takes units one by one, so that push and pull
// may write over what they are given: always in the second of two sweeps, and
// in the first unless add reads it.
type unitwise interface {
	differential
	reads() bool
}

// differentials returns those of some layers, in order.
func differentials(layers []Layer) []differential {
	var all []differential
	for _, layer := range layers {
		all = append(all, layer.(interface{ differentials() []differential }).differentials()...)
	}
	return all
}

// undifferentiable returns the first link whose layer has no differentials, or
// nil.
func undifferentiable(links []link) *link {
	for i := range links {
		switch links[i].part.(type) {
		case *Dense, *gaussianCode, *Conv, *ConvTranspose, *MaxPool, *AvgPool, *GlobalAvgPool, *Upsample, *Flatten, *Reshape, *Dropout, *NoiseLayer, *ActivationLayer:
		default:
			return &links[i]
		}
	}
	return nil
}

// Layers that change nothing, or that shift by what does not depend on their
// input, have none.
func (unchanged) differentials() []differential   { return nil }
func (*noiseLayer) differentials() []differential { return nil }
func (*skipped) differentials() []differential    { return nil }

// slopes is the differential of an activation: D = diag(f′(z)).
type slopes struct {
	end    *activated
	wide   bool
	curved bool   // f″ is not 0
	at, by buffer // f′(z), and the gradient by it
	room   buffer
	ones   []float32

	begun, times, adds, bends func(part int) // what the threads do
	to, from, other           *Matrix        // and what of
	weight                    float32
}

// newSlopes returns the differential of an activation, or none of the linear one.
func newSlopes(end *activated, wide bool) []differential {
	if end.linear {
		return nil
	}
	rows, cols := end.y.capacity(), end.y.matrix.Cols
	s := &slopes{end: end, wide: wide, curved: end.curved(), at: newBuffer(rows, cols), ones: make([]float32, slopesAtOnce)}
	if s.curved {
		s.by, s.room = newBuffer(rows, cols), newBuffer(rows, cols)
	}
	kernel.Fill(s.ones, 1)
	s.begun, s.times, s.adds, s.bends = s.doBegin, s.doTimes, s.doAdd, s.doBend
	return []differential{s}
}

// slopesAtOnce is how many slopes are worked out in a call.
const slopesAtOnce = 1 << 12

func (s *slopes) size() (wide bool, in, out int) {
	units := s.at.matrix.Cols
	if s.wide {
		units /= kernel.Lanes
	}
	return s.wide, units, units
}

func (s *slopes) reads() bool { return s.curved }

func (s *slopes) begin(gradients bool) {
	rows := s.end.y.matrix.Rows
	s.at.of(rows)
	s.end.team.each(s.begun)
	if gradients && s.curved {
		s.room.of(rows)
		clear(s.by.of(rows).Data)
	}
}

func (s *slopes) doBegin(part int) {
	at, z, y := s.at.matrix.Data, s.end.z.matrix.Data, s.end.y.matrix.Data
	low, high := s.end.team.span(len(at), cacheLine, part)
	for ; low < high; low += slopesAtOnce {
		next := min(low+slopesAtOnce, high)
		s.end.activation.Backward(at[low:next], s.ones[:next-low], z[low:next], y[low:next])
	}
}

func (s *slopes) push(dz, dx *Matrix) { s.multiply(dz, dx) }
func (s *slopes) pull(dx, dz *Matrix) { s.multiply(dx, dz) }

func (s *slopes) multiply(to, from *Matrix) {
	s.to, s.from = to, from
	s.end.team.each(s.times)
}

func (s *slopes) doTimes(part int) {
	low, high := s.end.team.span(len(s.to.Data), cacheLine, part)
	kernel.Mul(s.to.Data[low:high], s.from.Data[low:high], s.at.matrix.Data[low:high])
}

func (s *slopes) add(dx, dz *Matrix) {
	if s.curved {
		s.from, s.other = dx, dz
		s.end.team.each(s.adds)
	}
}

func (s *slopes) doAdd(part int) {
	low, high := s.end.team.span(len(s.from.Data), cacheLine, part)
	room, by := s.room.matrix.Data[low:high], s.by.matrix.Data[low:high]
	kernel.Mul(room, s.from.Data[low:high], s.other.Data[low:high])
	kernel.Add(by, by, room)
}

// addGradients leaves the gradient by z, that by f′(z) times f″(z), to the
// layer's Backward.
func (s *slopes) addGradients(weight float32) {
	if !s.curved {
		return
	}
	s.weight = weight
	s.end.team.each(s.bends)
	s.end.bendBy(s.room.matrix)
}

func (s *slopes) doBend(part int) {
	low, high := s.end.team.span(len(s.room.matrix.Data), cacheLine, part)
	bend := s.room.matrix.Data[low:high]
	s.end.activation.Curvature(bend, s.end.z.matrix.Data[low:high], s.end.y.matrix.Data[low:high])
	kernel.Mul(bend, bend, s.by.matrix.Data[low:high])
	kernel.ScaleBy(bend, s.weight)
}
