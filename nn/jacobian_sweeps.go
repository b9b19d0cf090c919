package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// sweptJacobian is the Jacobian J, [outputs × inputs] for each example, of some
// neighbouring layers, as a product of differentials. A sweep multiplies all of
// them by a vector, from the outputs, vᵀ·J, or from the inputs, J·v.
//
// Exactly, ‖J‖² is the sum of the squared lengths that a sweep with each unit
// vector comes to. Estimated, it is the mean of a number of sweeps with vectors
// of independent random signs, whose expectation is ‖J‖², since E v·vᵀ = I
// (Hutchinson 1990).
//
// The gradient needs a second sweep, back with what the first has come to: with
// x = Jᵀ·v, the gradient of ‖x‖² is 2·∂(vᵀ·J·x) with v and x held, to which a
// differential D adds that of dz·D·dx, where dz is what the first sweep brought
// to it and dx the second; and the other way round from the inputs.
type sweptJacobian struct {
	net     *Net
	all     []differential
	inwards bool // sweeps begin at the outputs
	units   int  // that v has
	draws   int  // vectors of signs; 0 for all unit vectors

	v       buffer
	borders []*crossing // in front of each differential, and behind the last; nil where the layout stays
	rooms   []buffer    // of what the first sweep comes to
	met     []*Matrix   // what it brought to each
	turns   [2][]float32
	moving  [2]Matrix // of the second sweep
	turn    int
	wide    bool // the layout that a sweep is in
}

// newSweptJacobian takes the layers from … to − 1 of n. v has so many units of
// the outputs, or of the inputs; where those are more, it is 0 at the others.
func newSweptJacobian(n *Net, from, to, units int, inwards bool, draws int) *sweptJacobian {
	s := &sweptJacobian{net: n, all: differentials(n.layers[from:to]), inwards: inwards, units: units, draws: draws}
	width, largest := units, 0
	for i, d := range s.all {
		wide, in, out := d.size()
		rows, lanes := n.rows, 1
		if wide {
			rows, lanes = groups(n.rows), kernel.Lanes
		}
		largest = max(largest, rows*lanes*max(in, out))
		s.borders = append(s.borders, newCrossing(n.team, n.rows, in))
		s.rooms = append(s.rooms, s.room(d, rows, lanes))
		if i == len(s.all)-1 {
			s.borders = append(s.borders, newCrossing(n.team, n.rows, out))
			if inwards {
				width = out
			}
		}
	}
	for i := range s.turns {
		s.turns[i] = make([]float32, largest)
	}
	s.v, s.met = newBuffer(n.rows, width), make([]*Matrix, len(s.all))
	return s
}

// room is for what the first sweep comes to behind d: none where it is written
// over what it was.
func (s *sweptJacobian) room(d differential, rows, lanes int) buffer {
	if u, ok := d.(unitwise); ok && !u.reads() {
		return buffer{}
	}
	_, in, out := d.size()
	if s.inwards {
		return newBuffer(rows, in*lanes)
	}
	return newBuffer(rows, out*lanes)
}

// norm returns Σ over examples of ‖J‖², or its estimate. With gradients it adds
// up those of the mean over examples.
func (s *sweptJacobian) norm(gradients bool) float64 {
	for _, d := range s.all {
		d.begin(gradients)
	}
	sweeps, draws := s.units, 1.0
	if s.draws > 0 {
		sweeps, draws = s.draws, float64(s.draws)
	}
	sum := 0.0
	for i := range sweeps {
		s.begin(i)
		x := s.first()
		sum += kernel.SumSquares(x.Data)
		if gradients {
			kernel.ScaleBy(x.Data, float32(2/(draws*float64(s.net.pass.rows))))
			s.second(x)
		}
	}
	return sum / draws
}

func (s *sweptJacobian) addGradients(weight float64) {
	for _, d := range s.all {
		d.addGradients(float32(weight))
	}
}

// begin sets v for sweep i: to unit vector i, or to signs.
func (s *sweptJacobian) begin(i int) {
	v := s.v.of(s.net.pass.rows)
	clear(v.Data)
	stream, first := s.net.pass.signs(!s.inwards, s.draws*s.units)
	for r := range v.Rows {
		if s.draws == 0 {
			v.Row(r)[i] = 1
			continue
		}
		row := v.Row(r)[:s.units]
		stream.Mask(row, first+uint64((r*s.draws+i)*s.units), 0.5)
		for j, drawn := range row {
			row[j] = 2*drawn - 1
		}
	}
}

// first is the first sweep.
func (s *sweptJacobian) first() *Matrix {
	x := s.v.matrix
	s.wide = false
	for k := range s.all {
		i := k
		if s.inwards {
			i = len(s.all) - 1 - k
		}
		x = s.cross(i, x, s.inwards)
		s.met[i] = x
		y := x
		if s.rooms[i].matrix != nil {
			y = s.rooms[i].of(x.Rows)
		}
		s.apply(s.all[i], y, x, s.inwards)
		x = y
	}
	return x
}

// second is the second sweep, back again from x. Nobody needs what it comes to.
func (s *sweptJacobian) second(x *Matrix) {
	for k := range s.all {
		i := k
		if !s.inwards {
			i = len(s.all) - 1 - k
		}
		d := s.all[i]
		x = s.cross(i, x, !s.inwards)
		if s.inwards {
			d.add(x, s.met[i])
		} else {
			d.add(s.met[i], x)
		}
		if k == len(s.all)-1 {
			return
		}
		y := x
		if _, ok := d.(unitwise); !ok {
			y = s.next(d, x)
		}
		s.apply(d, y, x, !s.inwards)
		x = y
	}
}

// next returns room for what d makes of x in the second sweep.
func (s *sweptJacobian) next(d differential, x *Matrix) *Matrix {
	_, in, out := d.size()
	cols := x.Cols / in * out
	if !s.inwards {
		cols = x.Cols / out * in
	}
	s.turn = 1 - s.turn
	y := &s.moving[s.turn]
	y.Rows, y.Cols, y.Data = x.Rows, cols, s.turns[s.turn][:x.Rows*cols]
	return y
}

func (s *sweptJacobian) apply(d differential, y, x *Matrix, inwards bool) {
	if inwards {
		d.pull(y, x)
	} else {
		d.push(y, x)
	}
}

// cross takes x to the layout of differential i, which a sweep enters from its
// outputs or its inputs.
func (s *sweptJacobian) cross(i int, x *Matrix, fromOutputs bool) *Matrix {
	was := s.wide
	s.wide, _, _ = s.all[i].size()
	border := s.borders[i]
	if fromOutputs {
		border = s.borders[i+1]
	}
	switch {
	case s.wide == was:
		return x
	case s.wide:
		return border.interleave(x, true)
	}
	return border.flatten(x, s.net.pass.rows)
}
