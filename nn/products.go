package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// products hands matrix products to all threads of a team.
type products struct {
	team *team
	task func(part int)
	of   operands
}

func newProducts(t *team) *products {
	p := &products{team: t}
	p.task = func(part int) {
		o := &p.of
		o.form(o.dst, o.a, o.b, o.m, o.n, o.k, o.start, nil, p.team.scratch[part])
	}
	return p
}

// product computes one of them.
func (p *products) product(o operands) {
	p.of = o
	p.team.each(p.task)
}

// operands are those of a product.
type operands struct {
	form      func(dst, a, b []float32, m, n, k int, start kernel.Start, bias []float32, s *kernel.Scratch)
	dst, a, b []float32
	m, n, k   int
	start     kernel.Start
}
