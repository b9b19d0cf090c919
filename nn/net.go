package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// Net is an autoencoder with its weights and buffers.
type Net struct {
	Params []*Param
	// Values and Grads hold all parameters and their gradients, in the order
	// of Params. The states of layers are the last of the values, and have no
	// gradients.
	Values, Grads []float32

	rows      int // codes in a pass at most
	examples  int // in a pass at most: fewer, where an example has several codes
	links     []link
	layers    []Layer
	widths    []int      // elements of an output of each layer
	activated []bool     // whether they come from an activation
	outputs   []*Matrix  // of each layer in the last Forward, in its layout
	encoder   int        // layers that lead to the code
	lowest    int        // the first layer that has parameters
	last      *activated // the end of the output layer, where it has one
	team      *team
	pass      *pass
	terms     []term

	logVariance *Param // of the loss, where it learns one

	borders borders
	deep    deep
}

// Build makes an autoencoder for examples of a shape, in passes of at most
// rows examples, and draws its weights. The mistakes in the error have paths
// below model.
func (a *Autoencoder) Build(input Shape, rows int, seed uint64) (*Net, error) {
	return a.build(input, rows, rows, seed, nil)
}

// build is Build for passes of at most so many examples, and so many codes of
// them all, with a variance beside the weights where one is learned.
func (a *Autoencoder) build(input Shape, rows, codes int, seed uint64, learned *LearnedVariance) (*Net, error) {
	links, encoder, mistakes := a.chain(input)
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	n := &Net{rows: codes, examples: rows, links: links, encoder: encoder, team: newTeam(), pass: &pass{seed: seed}}
	b := &Builder{codes: codes, team: n.team, pass: n.pass}
	n.build(b, links)
	n.logVariance = learned.declare(b, input.Size())
	n.outputs = make([]*Matrix, len(n.layers))
	n.borders = newBorders(n, links)
	n.deep.init(n)
	n.Params = b.params
	n.Values, n.Grads = b.allocate()
	if last, ok := n.layers[len(n.layers)-1].(interface{ output() *activated }); ok {
		n.last = last.output()
	}
	a.initialise(n.Params, seed)
	return n, nil
}

func (a *Autoencoder) initialise(params []*Param, seed uint64) {
	for i, p := range params {
		stream := weightStream(seed, i)
		initialiser := p.initialiser
		if initialiser == nil {
			initialiser = a.Initialiser
		}
		if p.Bias {
			initialiser.DrawBiases(p.Value, p.fanIn, stream)
		} else {
			initialiser.Draw(p.Value, p.fanIn, p.fanOut, stream)
		}
		if p.first != nil {
			p.first(p.Value, stream)
		}
	}
}

// trained returns the parameters that have gradients.
func (n *Net) trained() []*Param {
	i := slices.IndexFunc(n.Params, func(p *Param) bool { return p.State })
	if i < 0 {
		return n.Params
	}
	return n.Params[:i]
}

// build allocates the layers.
func (n *Net) build(b *Builder, links []link) {
	for i, l := range links {
		b.prefix, b.decoding, b.initialiser = l.path, i >= n.encoder, nil
		if own, ok := l.part.(initialised); ok {
			b.initialiser = own.ownInitialiser()
		}
		b.examples, b.ends = n.rows, i == len(links)-1
		if i < n.encoder {
			b.examples = n.examples
		}
		b.rows = b.examples
		if _, ok := l.part.(picturePart); ok {
			b.rows = groups(b.examples)
		}
		var before, after *link
		if i > 0 {
			before = &links[i-1]
		}
		if i+1 < len(links) && i+1 != n.encoder {
			after = &links[i+1]
		}
		if up, _ := upsampled(&l, after); up != nil {
			n.layers = append(n.layers, &skipped{part: up, in: l.in, net: n, at: i})
		} else if up, conv := upsampled(before, &l); up != nil && i != n.encoder {
			n.layers = append(n.layers, conv.buildUpsampled(b, up, before.in))
		} else {
			n.layers = append(n.layers, buildLink(b, l, n.layers))
		}
		if len(b.params) == 0 {
			n.lowest = i + 1
		}
		n.widths = append(n.widths, l.out.Size())
		own, _ := l.part.Activated(nil)
		n.activated = append(n.activated, own != nil)
	}
	b.initialiser = nil
}

func buildLink(b *Builder, l link, built []Layer) Layer {
	if l.tied < 0 {
		return l.part.Build(b, l.in)
	}
	return buildTwin(b, l, built[l.tied])
}

// Forward returns the reconstructions of x, at most as many rows as the net
// was built for. They are valid until the next call.
func (n *Net) Forward(x *Matrix) *Matrix { return n.forward(x, 0, len(n.layers)) }

// Encode returns the codes of x, valid until the next call.
func (n *Net) Encode(x *Matrix) *Matrix { return n.forward(x, 0, n.encoder) }

// Decode returns the reconstructions of codes h, valid until the next call.
func (n *Net) Decode(h *Matrix) *Matrix { return n.forward(h, n.encoder, len(n.layers)) }

// Backward sets Grads, given the gradient by the reconstructions, which it
// overwrites. The gradients of the penalties come to it.
func (n *Net) Backward(dy *Matrix) {
	for _, p := range n.Params {
		p.added = false
	}
	for i := range n.terms {
		n.terms[i].atWeights(n.terms[i].weight)
	}
	for i := len(n.layers) - 1; i >= 0; i-- {
		dy = n.back(i, dy)
	}
}

// tensorPrefix is how many bytes of a tensor's digest [Net.TensorDigests] holds.
const tensorPrefix = 4

// TensorDigests returns the first four bytes of the SHA-256 of each parameter,
// in the order of Params: enough to tell in which of them two nets differ.
func (n *Net) TensorDigests() []byte {
	out := make([]byte, 0, tensorPrefix*len(n.Params))
	for _, p := range n.Params {
		digest := digestOf(p.Value)
		out = append(out, digest[:tensorPrefix]...)
	}
	return out
}

// Digest returns the SHA-256 of all parameters as little-endian float32, in
// the order of Params.
func (n *Net) Digest() [sha256.Size]byte { return digestOf(n.Values) }

func digestOf(values []float32) [sha256.Size]byte {
	hash := sha256.New()
	var chunk [4096]byte
	for rest := values; len(rest) > 0; {
		k := min(len(rest), len(chunk)/4)
		for i, v := range rest[:k] {
			binary.LittleEndian.PutUint32(chunk[4*i:], math.Float32bits(v))
		}
		hash.Write(chunk[:4*k])
		rest = rest[k:]
	}
	var digest [sha256.Size]byte
	hash.Sum(digest[:0])
	return digest
}
