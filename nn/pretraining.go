package nn

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// pretraining is the greedy training of a net that is to be trained as a whole.
type pretraining struct {
	design   *Design
	data     Traits
	examples int
	seed     uint64
	net      *Net // the whole
	links    []link
	encoder  int
	stages   []stage
	images   []int // of each stage, the first of its layers in the decoder

	at      int         // the stage at work, or the number of them
	trainer *Trainer    // of that stage; nil before it begins
	same    [][2]*Param // parameters of the whole and of the stage that are the same
	input   *Matrix     // what it is trained on; nil until it is known
	threads int
}

// newPretraining returns nil where none is declared.
func newPretraining(d *Design, data Traits, examples int, seed uint64, n *Net) *pretraining {
	if d.Train.Pretrain == nil {
		return nil
	}
	links, encoder, _ := d.Model.chain(data.Shape)
	p := &pretraining{
		design: d, data: data, examples: examples, seed: seed, net: n, links: links, encoder: encoder,
		stages: stages(links, encoder), threads: 1,
	}
	at := len(links)
	for _, s := range p.stages {
		own, half, _ := d.part(s, links, encoder).Model.chain(links[s.low].in)
		at -= len(own) - half
		p.images = append(p.images, at-encoder)
	}
	return p
}

// steps returns how many steps have been made, and how many there are, given
// those of an epoch.
func (p *pretraining) steps(perEpoch int) (made, all int) {
	if p == nil {
		return 0, 0
	}
	each := p.design.Train.Pretrain.Epochs * perEpoch
	made, all = p.at*each, len(p.stages)*each
	if p.trainer != nil {
		made += p.trainer.step
	}
	return made, all
}

// working tells whether the last step, or the first, is one of a stage.
func (p *pretraining) working() bool { return p != nil && p.at < len(p.stages) }

// finished tells whether every stage has made its last step.
func (p *pretraining) finished() bool {
	return p == nil || p.at == len(p.stages) || p.at == len(p.stages)-1 && p.trainer != nil && p.trainer.Done()
}

// begin builds the trainer of the stage at work, with the weights of the whole.
func (p *pretraining) begin() error {
	s := p.stages[p.at]
	data := Traits{Shape: p.links[s.low].in}
	if s.low == 0 {
		data = p.data
	}
	// The numbers of a stage are its own: seeds of trials are small.
	trainer, err := NewTrainer(p.design.part(s, p.links, p.encoder), data, p.examples, p.seed^uint64(p.at+1)<<48)
	if err != nil {
		return fmt.Errorf("pretrain %s: %w", p.links[s.low].path, err)
	}
	p.trainer, p.input = trainer, nil
	p.trainer.Threads(p.threads)
	byName := map[string]*Param{}
	for _, param := range p.net.Params {
		byName[param.Name] = param
	}
	p.same = p.same[:0]
	for _, part := range p.trainer.net.Params {
		whole := byName[p.nameInWhole(part.Name)]
		if whole == nil || !slices.Equal(whole.Shape, part.Shape) {
			return fmt.Errorf("pretrain %s: the whole has no %s of the shape %s", p.links[s.low].path, p.nameInWhole(part.Name), part.Shape)
		}
		p.same = append(p.same, [2]*Param{whole, part})
		copy(part.Value, whole.Value)
	}
	return nil
}

// nameInWhole is what a parameter of the stage is called in the whole net.
func (p *pretraining) nameInWhole(name string) string {
	s := p.stages[p.at]
	var i int
	switch rest := name[strings.LastIndexByte(name, '.'):]; {
	case scanIndex(name, "encoder[%d]", &i):
		return registry.JoinIndex("encoder", s.low+i) + rest
	case scanIndex(name, "decoder[%d]", &i):
		return registry.JoinIndex("decoder", p.images[p.at]+i) + rest
	}
	return name
}

func scanIndex(name, pattern string, i *int) bool {
	_, err := fmt.Sscanf(name, pattern, i)
	return err == nil
}

// step makes the next step of a stage on the training split x.
func (p *pretraining) step(x *Matrix) float64 {
	if p.trainer != nil && p.trainer.Done() {
		p.next()
	}
	if p.trainer == nil {
		if err := p.begin(); err != nil {
			panic("nn: " + err.Error()) // the whole was built from the same layers
		}
	}
	if p.input == nil {
		p.input = p.inputOf(x)
	}
	objective := p.trainer.Step(p.input)
	if p.trainer.EpochEnded() {
		for _, both := range p.same {
			copy(both[0].Value, both[1].Value)
		}
	}
	return objective
}

// next goes on to the next stage, or to the end.
func (p *pretraining) next() {
	p.trainer.Close()
	p.at, p.trainer, p.input = p.at+1, nil, nil
}

// inputOf returns what the layers in front of the stage make of the examples.
func (p *pretraining) inputOf(x *Matrix) *Matrix {
	low := p.stages[p.at].low
	if low == 0 {
		return x
	}
	out := NewMatrix(x.Rows, p.links[low].in.Size())
	p.net.pass.training, p.net.pass.sampled = false, false
	chunks(x, func(first int, rows *Matrix) {
		p.net.pass.first = first
		copy(out.Slice(first, first+rows.Rows).Data, p.net.forward(rows, 0, low).Data)
	})
	return out
}

// resize sets how many threads share the work.
func (p *pretraining) resize(threads int) {
	if p == nil {
		return
	}
	p.threads = threads
	if p.trainer != nil {
		p.trainer.Threads(threads)
	}
}

func (p *pretraining) close() {
	if p != nil && p.trainer != nil {
		p.trainer.Close()
	}
}
