package nn

// borders are where batches go from one layout to the other between the layers
// of a net. Room for a border is made when it is first crossed.
type borders struct {
	net       *Net
	inputs    []*crossing // to layer i; the last is the net's output
	views     []*crossing // of the output of layer i, for whoever looks at it
	gradients []*crossing // by the output of layer i, for penalties
	viewed    []*Matrix   // outputs in rows, or nil where nobody has looked
	sizes     []int       // elements of an input of each layer, and of the net's output
	observed  []bool      // penalties add to the gradient by the output of layer i
}

func newBorders(n *Net, links []link) borders {
	layers := len(links)
	b := borders{
		net: n, inputs: make([]*crossing, layers+1), views: make([]*crossing, layers), gradients: make([]*crossing, layers),
		viewed: make([]*Matrix, layers), observed: make([]bool, layers),
	}
	for _, l := range links {
		b.sizes = append(b.sizes, l.in.Size())
	}
	b.sizes = append(b.sizes, links[layers-1].out.Size())
	return b
}

// at returns one of the crossings.
func (b *borders) at(of []*crossing, i, size int) *crossing {
	if of[i] == nil {
		of[i] = newCrossing(b.net.team, b.net.rows, size)
	}
	return of[i]
}

func (b *borders) input(i int) *crossing    { return b.at(b.inputs, i, b.sizes[i]) }
func (b *borders) view(i int) *crossing     { return b.at(b.views, i, b.net.widths[i]) }
func (b *borders) gradient(i int) *crossing { return b.at(b.gradients, i, b.net.widths[i]) }

// forward runs the layers from … to − 1. x and the result have an example a row.
func (n *Net) forward(x *Matrix, from, to int) *Matrix {
	n.pass.rows, n.pass.examples = x.Rows, x.Rows
	clear(n.borders.viewed)
	for i := from; i < to; {
		if _, ok := n.layers[i].(groupLayer); !ok {
			x = n.layers[i].Forward(x)
			n.pass.rows = x.Rows // a code may be several
			n.outputs[i] = x
			i++
			continue
		}
		i = n.deep.forward(i, to, n.borders.input(i).interleave(x, false))
		x = n.outputs[i-1]
		if _, wide := layouts(n.layers[i-1]); wide {
			x = n.output(i - 1)
		}
	}
	return x
}

// rowsOf is how many rows the output of a layer has in the last Forward.
func (n *Net) rowsOf(i int) int {
	if i < n.encoder-1 {
		return n.pass.examples
	}
	return n.pass.rows
}

// output returns the output of a layer in the last Forward, an example a row.
func (n *Net) output(i int) *Matrix {
	if _, wide := layouts(n.layers[i]); !wide {
		return n.outputs[i]
	}
	if n.borders.viewed[i] == nil {
		if hidden, ok := n.layers[i].(*skipped); ok {
			n.borders.viewed[i] = hidden.show()
		} else {
			n.borders.viewed[i] = n.borders.view(i).flatten(n.outputs[i], n.rowsOf(i))
		}
	}
	return n.borders.viewed[i]
}

// back runs the Backward of a layer, with the gradients of the penalties. None is
// needed in front of the lowest layer that has parameters.
func (n *Net) back(i int, dy *Matrix) *Matrix {
	if n.deep.ahead(i) {
		return n.deep.finish(i)
	}
	if i < n.lowest {
		return nil
	}
	_, wide := layouts(n.layers[i])
	from := false // the layout of dy
	if i+1 < len(n.layers) {
		from, _ = layouts(n.layers[i+1])
	}
	if from && (!wide || n.borders.observed[i]) {
		dy, from = n.borders.gradient(i).flatten(dy, n.rowsOf(i)), false
	}
	if !from {
		for j := range n.terms {
			n.terms[j].atOutput(i, dy, n.terms[j].weight)
		}
	}
	if wide && !from {
		dy = n.borders.gradient(i).interleave(dy, true)
	}
	if n.deep.back(i, dy) {
		return n.deep.finish(i)
	}
	return n.layers[i].Backward(dy, i > n.lowest)
}

// upsampled returns the parts of two neighbouring layers where the second is a
// convolution that can run over the input of the first instead.
func upsampled(first, second *link) (*Upsample, *Conv) {
	if first == nil || second == nil || second.tied >= 0 {
		return nil, nil
	}
	up, ok := first.part.(*Upsample)
	conv, follows := second.part.(*Conv)
	if !ok || !follows || conv.Stride > 1 || !up.whole(first.in) {
		return nil, nil
	}
	return up, conv
}

// skipped is an upsampling whose work the convolution behind it does. It passes
// on what it gets.
type skipped struct {
	part *Upsample
	in   Shape
	net  *Net
	at   int

	shown *upsampling // for whoever looks at the output
}

func (*skipped) Forward(x *Matrix) *Matrix            { return x }
func (*skipped) Backward(dy *Matrix, _ bool) *Matrix  { return dy }
func (*skipped) begin(x *Matrix) *Matrix              { return x }
func (*skipped) beginBack(dy *Matrix, _ bool) *Matrix { return dy }
func (*skipped) forwardGroup(part, g int)             {}
func (*skipped) backGroup(g int, dy, dx []float32)    {}
func (*skipped) endBack()                             {}
func (*skipped) inputGradient(int) *Matrix            { return nil }
func (*skipped) ends() bool                           { return false }
func (*skipped) finishRows() *Matrix                  { return nil }

// show upsamples the layer's input.
func (s *skipped) show() *Matrix {
	if s.shown == nil {
		from, to := s.part.grids(s.in)
		s.shown = s.part.build(s.net.rows, from, to)
	}
	x := s.net.borders.input(s.at).flatten(s.net.outputs[s.at], s.net.rowsOf(s.at))
	y := s.shown.begin(x)
	for e := range x.Rows {
		s.shown.forwardGroup(0, e)
	}
	return y
}
