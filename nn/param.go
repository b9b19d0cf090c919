package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Param is a tensor of trainable numbers: weights, or biases.
type Param struct {
	Name  string // such as encoder[0].w
	Shape Shape
	Bias  bool
	// Value and Grad are windows of the net's two arrays that hold all
	// parameters one behind the other.
	Value, Grad []float32

	fanIn, fanOut int
	added         bool // Grad holds gradients of this step
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

// buffer is room for a matrix with up to so many rows.
type buffer struct {
	matrix *Matrix
	data   []float32
}

func newBuffer(rows, cols int) buffer {
	matrix := NewMatrix(rows, cols)
	return buffer{matrix, matrix.Data}
}

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
	rows   int    // examples in a pass at most
	prefix string // of the layer that is being built
	params []*Param
	team   *team
	pass   *pass

	rooms     [2]*[]float32 // of the gradients by inputs, in turns
	gradients int           // how many there are
}

// Weights declares a matrix of weights of shape [in × out], to be drawn by the
// model's initialiser.
func (b *Builder) Weights(name string, in, out int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{in, out}, fanIn: in, fanOut: out})
}

// Biases declares a vector of n biases of units with so many inputs each, zero
// unless the initialiser says otherwise.
func (b *Builder) Biases(name string, n, fanIn int) *Param {
	return b.add(&Param{Name: name, Shape: Shape{n}, Bias: true, fanIn: fanIn, fanOut: n})
}

func (b *Builder) add(p *Param) *Param {
	p.Name = b.prefix + "." + p.Name
	b.params = append(b.params, p)
	return p
}

// allocate lays out all parameters in two arrays and returns those.
func (b *Builder) allocate() (values, grads []float32) {
	total := 0
	for _, p := range b.params {
		total += p.Shape.Size()
	}
	values, grads = make([]float32, total), make([]float32, total)
	first := 0
	for _, p := range b.params {
		next := first + p.Shape.Size()
		p.Value, p.Grad = values[first:next:next], grads[first:next:next]
		first = next
	}
	return values, grads
}
