package nn

import (
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Param is a tensor that belongs to a layer: weights, biases, or its state.
type Param struct {
	Name  string // such as encoder[0].w
	Shape Shape
	Bias  bool // of single units: a bias or a factor, no weight between two
	// State is what a layer remembers of the examples that it was trained on. The
	// layer itself changes it, in Backward; the optimiser does not, and it has
	// no gradient.
	State bool
	// Value and Grad are windows of the net's two arrays that hold all
	// parameters one behind the other.
	Value, Grad []float32

	fanIn, fanOut int
	initialiser   Initialiser // the layer's own, or nil for the model's
	// first, if it is there, changes what the initialiser has drawn from the
	// stream.
	first func(values []float32, stream kernel.Stream)
	added bool // Grad holds gradients of this step
}

// start tells a kernel whether to add to what Grad holds, which is so from the
// second time in a step on.
func (p *Param) start() kernel.Start {
	if p.added {
		return kernel.Keep
	}
	p.added = true
	return kernel.Zero
}

// addGradient adds sums to what Grad holds in this step.
func (p *Param) addGradient(sums []float64) {
	if p.start() == kernel.Zero {
		clear(p.Grad)
	}
	for j, v := range sums {
		p.Grad[j] += float32(v)
	}
}

// addScaled adds weight·g to the gradients of this step.
func (p *Param) addScaled(weight float32, g []float32) {
	if p.start() == kernel.Zero {
		clear(p.Grad)
	}
	kernel.Axpy(p.Grad, weight, g)
}

// buffer is room for a matrix with up to so many rows.
type buffer struct {
	matrix *Matrix
	data   []float32
}

func newBuffer(rows, cols int) buffer {
	matrix := NewMatrix(rows, cols)
	return buffer{matrix, matrix.Data}
}

// capacity is how many rows there can be.
func (b buffer) capacity() int { return len(b.data) / b.matrix.Cols }

// of returns the buffer's matrix, made to have so many rows.
func (b buffer) of(rows int) *Matrix {
	b.matrix.Rows = rows
	b.matrix.Data = b.data[:rows*b.matrix.Cols]
	return b.matrix
}

// shared is a buffer for a gradient by a layer's inputs. Every other one has the
// same room, since a layer's Backward needs none but that of the layer behind it.
type shared struct {
	matrix *Matrix
	room   *[]float32
}

// of returns the buffer's matrix, made to have so many rows.
func (s shared) of(rows int) *Matrix {
	s.matrix.Rows = rows
	s.matrix.Data = (*s.room)[:rows*s.matrix.Cols]
	return s.matrix
}

// gradient returns a buffer for a gradient by so many inputs. It holds until the
// layer but one in front of it is at work.
func (b *Builder) gradient(cols int) shared {
	room := &b.rooms[b.gradients%len(b.rooms)]
	b.gradients++
	if *room == nil {
		*room = new([]float32)
	}
	if len(**room) < b.rows*cols {
		**room = make([]float32, b.rows*cols)
	}
	return shared{&Matrix{Cols: cols}, *room}
}

// Builder hands out parameters and scratch space to layers that are being built.
type Builder struct {
	rows   int    // of the matrices that the layer exchanges: examples in a pass at most, or groups of them
	codes  int    // in a pass at most: more than examples, where an example has several
	prefix string // of the layer that is being built
	// initialiser is the own one of the layer that is being built, or nil.
	initialiser Initialiser
	params      []*Param
	team        *team
	pass        *pass

	examples int  // that the layer sees in a pass at most
	ends     bool // the layer is the net's last

	rooms     [2]*[]float32 // of the gradients by inputs, in turns
	gradients int           // how many there are

	decoding bool              // the layer belongs to the decoder
	drawings map[uint32]uint32 // layers that draw numbers of a purpose, so far
}

// Weights declares a matrix of weights of shape [in × out], to be drawn by the
// initialiser of the layer or, where it has none of its own, of the model.
func (b *Builder) Weights(name string, in, out int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{in, out}, fanIn: in, fanOut: out})
}

// Biases declares a vector of n biases of units with so many inputs each, zero
// unless the initialiser says otherwise.
func (b *Builder) Biases(name string, n, fanIn int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{n}, Bias: true, fanIn: fanIn, fanOut: n})
}

// Factors declares n factors of single units, 1 at first.
func (b *Builder) Factors(name string, n int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{n}, Bias: true, fanIn: n, fanOut: n, first: constant(1)})
}

// Shifts declares n numbers that are added to single units, 0 at first.
func (b *Builder) Shifts(name string, n int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{n}, Bias: true, fanIn: n, fanOut: n, first: constant(0)})
}

// State declares n numbers that the layer remembers, all of them v at first.
func (b *Builder) State(name string, n int, v float32) *Param {
	return b.add(&Param{Name: name, Shape: Shape{n}, State: true, fanIn: n, fanOut: n, first: constant(v)})
}

func constant(v float32) func([]float32, kernel.Stream) {
	return func(values []float32, _ kernel.Stream) { kernel.Fill(values, v) }
}

func (b *Builder) add(p *Param) *Param {
	p.Name, p.initialiser = b.prefix+"."+p.Name, b.initialiser
	b.params = append(b.params, p)
	return p
}

// allocate lays out all parameters in two arrays and returns those. States come
// last, so that the gradients are those of the first values.
func (b *Builder) allocate() (values, grads []float32) {
	slices.SortStableFunc(b.params, func(p, q *Param) int {
		switch {
		case p.State == q.State:
			return 0
		case q.State:
			return -1
		}
		return 1
	})
	total, trained := 0, 0
	for _, p := range b.params {
		total += p.Shape.Size()
		if !p.State {
			trained = total
		}
	}
	values, grads = make([]float32, total), make([]float32, trained)
	first := 0
	for _, p := range b.params {
		next := first + p.Shape.Size()
		p.Value = values[first:next:next]
		if !p.State {
			p.Grad = grads[first:next:next]
		}
		first = next
	}
	return values, grads
}
