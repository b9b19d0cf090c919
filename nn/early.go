package nn

import "strings"

// early lets the optimiser change the weights of a layer as soon as Backward
// is done with the layer: their gradients are complete then, and nothing reads
// the old weights any more. The gradients of all layers share one piece of
// memory, which so stays in the cache; those of a large net, one layer behind
// the other, push weights and what the optimiser keeps out of it.
//
// The bits are those of a change at the end of the step.
type early struct {
	layers []ownParams // in the order of Params
	params []*Param    // those that are trained
	own    [][]float32 // the gradients of each in the net's array
	shared [][]float32 // and in the memory that layers share
	room   []float32   // that memory
}

// ownParams are the parameters of a layer: values low to high − 1 of the net.
type ownParams struct {
	params    []*Param
	low, high int
}

// newEarly returns nil where gradients of several layers are needed at once:
// for their common norm, for weights that two layers share, for penalties,
// which may add to gradients before Backward does, and for a learned variance,
// which is no layer's.
func newEarly(d *Design, n *Net) *early {
	if _, all := d.Train.Optimiser.(*LBFGS); all {
		return nil
	}
	if d.Train.Clip != nil || d.Model.Tied || len(n.terms) > 0 || n.logVariance != nil {
		return nil
	}
	e := &early{params: n.trained()}
	low, largest := 0, 0
	for i, p := range e.params {
		if i == 0 || layerOf(p) != layerOf(e.params[i-1]) {
			e.layers = append(e.layers, ownParams{low: low, high: low})
		}
		layer := &e.layers[len(e.layers)-1]
		low += len(p.Value)
		layer.params, layer.high = append(layer.params, p), low
		largest = max(largest, layer.high-layer.low)
	}
	e.room = make([]float32, largest)
	for _, layer := range e.layers {
		room := e.room
		for _, p := range layer.params {
			size := len(p.Grad)
			e.own, e.shared = append(e.own, p.Grad), append(e.shared, room[:size:size])
			room = room[size:]
		}
	}
	return e
}

// layerOf is what the name of a parameter says of its layer.
func layerOf(p *Param) string { return p.Name[:strings.LastIndexByte(p.Name, '.')] }

// backward is Net.Backward without penalties, and changes the weights on its way.
func (e *early) backward(t *Trainer, dy *Matrix) {
	n := t.net
	for i, p := range e.params {
		p.added, p.Grad = false, e.shared[i]
	}
	left := len(e.layers)
	for i := len(n.layers) - 1; i >= 0; i-- {
		dy = n.back(i, dy)
		if left > 0 && e.layers[left-1].params[0].added {
			left--
			t.changeStretch(e.layers[left].low, e.layers[left].high, e.room)
		}
	}
	for i, p := range e.params {
		p.Grad = e.own[i]
	}
}
