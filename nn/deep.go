package nn

// deep runs neighbouring layers of interleaved batches together: each group of
// examples goes through all of them while it is near. What is added up over
// groups is added in their order, so that the bits are those of a layer after
// the other.
type deep struct {
	net    *Net
	layers []groupLayer // at work
	groups int
	run    func(part int)

	top, bottom int          // the layers whose Backward has run ahead; none where top < bottom
	turns       [2][]float32 // room for the gradient by an input, of one group, for layers in turns
	rooms       [][]float32  // of the layers at work
	dx          *Matrix      // by the input of the bottom one
}

func (d *deep) init(n *Net) {
	d.net, d.top, d.bottom = n, -1, 0
	d.layers, d.rooms = make([]groupLayer, 0, len(n.layers)), make([][]float32, len(n.layers))
	d.run = d.doRun
	largest := 0
	for _, layer := range n.layers {
		if l, ok := layer.(groupLayer); ok {
			if dx := l.inputGradient(1); dx != nil {
				largest = max(largest, dx.Cols)
			}
		}
	}
	for i := range d.turns {
		d.turns[i] = make([]float32, largest)
	}
}

// forward runs layers from i on, those before to that follow each other up to
// one that ends in rows, and returns the first that it did not.
func (d *deep) forward(i, to int, x *Matrix) int {
	d.layers, d.groups = d.layers[:0], x.Rows
	for ; i < to; i++ {
		layer, ok := d.net.layers[i].(groupLayer)
		if !ok {
			break
		}
		x = layer.begin(x)
		d.layers, d.net.outputs[i] = append(d.layers, layer), x
		if layer.ends() {
			i++
			break
		}
	}
	d.net.team.each(d.run)
	if last := d.layers[len(d.layers)-1]; last.ends() {
		d.net.outputs[i-1] = last.finishRows()
	}
	return i
}

func (d *deep) doRun(part int) {
	low, high := d.net.team.span(d.groups, 1, part)
	for g := low; g < high; g++ {
		for _, layer := range d.layers {
			layer.forwardGroup(part, g)
		}
	}
}

// back runs the Backward of layer i and of those in front of it that only its
// gradient goes to. It reports false where that would help nothing: threads that
// share the sums over groups take a layer after the other.
func (d *deep) back(i int, dy *Matrix) bool {
	bottom := d.lowest(i)
	if bottom > i || d.net.team.parts > 1 {
		return false
	}
	d.top, d.bottom = i, bottom
	d.layers, d.dx = d.layers[:0], nil
	turn := 0
	for k := i; k >= bottom; k-- {
		layer := d.net.layers[k].(groupLayer)
		if g := layer.beginBack(dy, k > 0); k == i {
			dy = g
		}
		d.rooms[len(d.layers)] = nil
		if dx := layer.inputGradient(1); dx != nil {
			d.rooms[len(d.layers)] = d.turns[turn%2][:dx.Cols]
			turn++
		}
		d.layers = append(d.layers, layer)
	}
	if bottom > 0 {
		d.dx = d.layers[len(d.layers)-1].inputGradient(dy.Rows)
	}
	for g := range dy.Rows {
		d.backGroup(g, dy.Row(g))
	}
	return true
}

// lowest returns the lowest layer that can run together with i, which is no
// skipped one, or a number above i.
func (d *deep) lowest(i int) int {
	bottom := i + 1
	for k := i; k >= 0; k-- {
		layer, ok := d.net.layers[k].(groupLayer)
		if !ok || k < i && (d.net.borders.observed[k] || layer.ends()) {
			break
		}
		if layer.inputGradient(1) != nil {
			bottom = k
		}
	}
	return bottom
}

func (d *deep) backGroup(g int, dy []float32) {
	for k, layer := range d.layers {
		dx := d.rooms[k]
		switch {
		case dx == nil: // a skipped layer
			dx = dy
		case k == len(d.layers)-1:
			dx = nil
			if d.dx != nil {
				dx = d.dx.Row(g)
			}
		}
		layer.backGroup(g, dy, dx)
		dy = dx
	}
}

// ahead tells whether the Backward of layer i has run.
func (d *deep) ahead(i int) bool { return d.bottom <= i && i <= d.top }

// finish completes the gradients by the weights of layer i, and returns that by
// the input of the bottom layer where i is that.
func (d *deep) finish(i int) *Matrix {
	d.net.layers[i].(groupLayer).endBack()
	d.top = i - 1
	if i == d.bottom {
		return d.dx
	}
	return nil
}
