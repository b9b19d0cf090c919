package main

import (
	"fmt"
	"math"
	"slices"
)

// vec is a vector in the straight-line code of a routine: a register that keeps it all along (below physical), or one of
// the values of a stretch of code, which flush finds registers for.
type vec int

const physical = 32

// instruction is one of a stretch: what to write once its vectors have registers.
type instruction struct {
	text   func(register func(vec) vector) string
	to     vec // what it sets, or none
	from   []vec
	isCopy bool
}

const none vec = -1

// simd writes routines of four float32 lanes. Operands of its methods stand in the order in which they are written on
// paper; results are new vectors.
type simd struct {
	*writer
	code   []instruction
	values vec         // of the stretch so far
	kept   vec         // registers that are kept, from the highest down
	rows   [][4]uint32 // what stands in the table of constants
}

// table is the register that points to the constants.
const table = gp(26)

func newSIMD(w *writer) *simd { return &simd{writer: w} }

// begin starts a routine.
func (s *simd) begin(name, signature, does string) {
	s.routine(name+"NEON", signature, does)
	s.code, s.values, s.kept = nil, 0, 0
	s.op("MOVD", "$constantsNEON<>(SB)", table)
}

// finish writes the table of constants.
func (s *simd) finish() {
	for i, row := range s.rows {
		for l, bits := range row {
			fmt.Fprintf(&s.text, "\nDATA constantsNEON<>+%d(SB)/4, $0x%08x", 16*i+4*l, bits)
		}
	}
	fmt.Fprintf(&s.text, "\nGLOBL constantsNEON<>(SB), RODATA|NOPTR, $%d\n", 16*len(s.rows))
}

// value returns a new vector of the stretch, keep one that stays in its register to the end of the routine.
func (s *simd) value() vec {
	s.values++
	return physical + s.values - 1
}

func (s *simd) keep() vec {
	s.kept++
	return physical - s.kept
}

// flush writes the stretch so far.
func (s *simd) flush() {
	a := s.allocation()
	for i, in := range s.code {
		if in.isCopy && a.ends(in.from[0], i) {
			a.registers[in.to] = a.registers[in.from[0]]
			continue
		}
		for _, v := range slices.Compact(slices.Sorted(slices.Values(in.from))) {
			if v != in.to && a.ends(v, i) {
				a.free = append(a.free, a.registers[v])
			}
		}
		a.take(in.to)
		s.text.WriteString("\t" + in.text(a.register) + "\n")
		if a.ends(in.to, i) {
			a.free = append(a.free, a.registers[in.to])
		}
	}
	s.code, s.values = nil, 0
}

// emit adds an instruction to the stretch.
func (s *simd) emit(text func(register func(vec) vector) string, to vec, from ...vec) {
	s.code = append(s.code, instruction{text, to, from, false})
}

// arrangement says how an instruction parts a register into lanes.
const (
	fourSingles = "4s"
	twoDoubles  = "2d"
	twoSingles  = "2s"
	sixteen     = "16b"
)

// three sets to by a vector instruction with two operands. Go's assembler lacks most of them for floating point, so all
// are written as the words that they are encoded in (Arm Architecture Reference Manual, A64 SIMD instructions): code,
// with the register numbers of m in bits 20–16, of n in 9–5 and of the result in 4–0.
func (s *simd) three(name string, code uint32, arrangement string, to, n, m vec, more ...vec) vec {
	s.emit(func(r func(vec) vector) string {
		return fmt.Sprintf("WORD\t$0x%08x // %s v%d.%s, v%d.%s, v%d.%s", code|uint32(r(m))<<16|uint32(r(n))<<5|uint32(r(to)),
			name, r(to), arrangement, r(n), arrangement, r(m), arrangement)
	}, to, append([]vec{n, m}, more...)...)
	return to
}

// two sets a new vector by an instruction with one operand, in the way of three. to and from are arrangements; suffix
// follows the operand.
func (s *simd) two(name string, code uint32, to, from string, n vec, suffix string) vec {
	d := s.value()
	s.emit(func(r func(vec) vector) string {
		return fmt.Sprintf("WORD\t$0x%08x // %s v%d.%s, v%d.%s%s", code|uint32(r(n))<<5|uint32(r(d)), name, r(d), to, r(n), from, suffix)
	}, d, n)
	return d
}

func (s *simd) singles(name string, code uint32, n, m vec) vec {
	return s.three(name, code, fourSingles, s.value(), n, m)
}

func (s *simd) add(a, b vec) vec { return s.singles("fadd", 0x4e20d400, a, b) }
func (s *simd) sub(a, b vec) vec { return s.singles("fsub", 0x4ea0d400, a, b) }
func (s *simd) mul(a, b vec) vec { return s.singles("fmul", 0x6e20dc00, a, b) }
func (s *simd) div(a, b vec) vec { return s.singles("fdiv", 0x6e20fc00, a, b) }

// min and max are NaN where an operand is, and take +0 for larger than −0.
func (s *simd) min(a, b vec) vec { return s.singles("fmin", 0x4ea0f400, a, b) }
func (s *simd) max(a, b vec) vec { return s.singles("fmax", 0x4e20f400, a, b) }

func (s *simd) addWords(a, b vec) vec { return s.singles("add", 0x4ea08400, a, b) }
func (s *simd) subWords(a, b vec) vec { return s.singles("sub", 0x6ea08400, a, b) }

func (s *simd) bits(name string, code uint32, a, b vec) vec {
	return s.three(name, code, sixteen, s.value(), a, b)
}

func (s *simd) and(a, b vec) vec { return s.bits("and", 0x4e201c00, a, b) }
func (s *simd) or(a, b vec) vec  { return s.bits("orr", 0x4ea01c00, a, b) }
func (s *simd) xor(a, b vec) vec { return s.bits("eor", 0x6e201c00, a, b) }

func (s *simd) sqrt(a vec) vec    { return s.two("fsqrt", 0x6ea1f800, fourSingles, fourSingles, a, "") }
func (s *simd) toFloat(a vec) vec { return s.two("scvtf", 0x4e21d800, fourSingles, fourSingles, a, "") }

// Shifts of words: left, right with zeros, right with the sign.
func (s *simd) left(a vec, n int) vec {
	return s.two("shl", 0x4f005400|uint32(32+n)<<16, fourSingles, fourSingles, a, fmt.Sprintf(", #%d", n))
}

func (s *simd) right(a vec, n int) vec {
	return s.two("ushr", 0x6f000400|uint32(64-n)<<16, fourSingles, fourSingles, a, fmt.Sprintf(", #%d", n))
}

func (s *simd) rightSigned(a vec, n int) vec {
	return s.two("sshr", 0x4f000400|uint32(64-n)<<16, fourSingles, fourSingles, a, fmt.Sprintf(", #%d", n))
}

// copied returns a copy, which the next instruction overwrites. It costs nothing where a is not read again.
func (s *simd) copied(a vec) vec {
	d := s.value()
	s.code = append(s.code, instruction{func(r func(vec) vector) string {
		return fmt.Sprintf("VMOV\t%v.B16, %v.B16", r(a), r(d))
	}, d, []vec{a}, true})
	return d
}

// fma returns a·b + c, fnma c − a·b.
func (s *simd) fma(a, b, c vec) vec {
	d := s.copied(c)
	return s.three("fmla", 0x4e20cc00, fourSingles, d, a, b, d)
}

func (s *simd) fnma(a, b, c vec) vec {
	d := s.copied(c)
	return s.three("fmls", 0x4ea0cc00, fourSingles, d, a, b, d)
}

// polynomial returns c[0] + c[1]·x + … as the fused steps of Horner's rule.
func (s *simd) polynomial(x vec, c ...float32) vec {
	p := s.float(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		p = s.fma(p, x, s.float(c[i]))
	}
	return p
}

// relation is a comparison; but for notLess, it is false where an operand is NaN.
type relation int

const (
	less relation = iota
	lessEqual
	greater
	equal
	notLess
)

// choose returns yes where a stands in the relation to b, and no elsewhere.
func (s *simd) choose(a vec, is relation, b, yes, no vec) vec {
	var mask vec
	switch is {
	case less:
		mask = s.singles("fcmgt", 0x6ea0e400, b, a)
	case lessEqual:
		mask = s.singles("fcmge", 0x6e20e400, b, a)
	case greater:
		mask = s.singles("fcmgt", 0x6ea0e400, a, b)
	case equal:
		mask = s.singles("fcmeq", 0x4e20e400, a, b)
	case notLess:
		mask, yes, no = s.singles("fcmgt", 0x6ea0e400, b, a), no, yes
	}
	return s.three("bsl", 0x6e601c00, sixteen, mask, yes, no, mask)
}

// row returns a vector of constants from the table.
func (s *simd) row(row [4]uint32) vec {
	i := slices.Index(s.rows, row)
	if i < 0 {
		i = len(s.rows)
		s.rows = append(s.rows, row)
	}
	return s.load(table, 16*i)
}

func (s *simd) word(bits uint32) vec { return s.row([4]uint32{bits, bits, bits, bits}) }
func (s *simd) float(c float32) vec  { return s.word(math.Float32bits(c)) }
func (s *simd) zero() vec            { return s.word(0) }
func (s *simd) magnitude(a vec) vec  { return s.and(a, s.word(0x7fffffff)) }
func (s *simd) sign(a vec) vec       { return s.and(a, s.word(0x80000000)) }

func (s *simd) load(base gp, at int) vec {
	d := s.value()
	s.emit(func(r func(vec) vector) string { return fmt.Sprintf("FMOVQ\t%d(%v), %s", at, base, r(d).float()) }, d)
	return d
}

func (s *simd) store(v vec, base gp, at int) {
	s.emit(func(r func(vec) vector) string { return fmt.Sprintf("FMOVQ\t%s, %d(%v)", r(v).float(), at, base) }, none, v)
}

// spread keeps a float32 or a word of the signature, repeated.
func (s *simd) spread(argument string) vec {
	v := s.keep()
	s.op("FMOVS", argument, vector(v).float())
	s.op("VDUP", lane(vector(v), 0), vector(v).s4())
	return v
}

// parameter keeps the parameter of that name, coefficients the elements of the array c.
func (s *simd) parameter(name string) vec { return s.spread(s.argument(name)) }

func (s *simd) coefficients(n int) []vec {
	v := make([]vec, n)
	for i := range v {
		v[i] = s.spread(s.element("c", i, 4))
	}
	return v
}

// pointers loads the parameters of these names.
func (s *simd) pointers(names ...string) []gp {
	p := make([]gp, len(names))
	for i, name := range names {
		p[i] = gp(i)
		s.writer.load(name, p[i])
	}
	return p
}

// each runs body for every group of so many elements that p point to; the last of p is the number of elements.
func (s *simd) each(p []gp, elements int, body func()) {
	n := p[len(p)-1]
	again := s.label("vector")
	s.place(again)
	body()
	s.flush()
	for _, base := range p[:len(p)-1] {
		s.op("ADD", immediate(4*elements), base)
	}
	s.op("SUBS", immediate(elements), n)
	s.op("BNE", again)
}
