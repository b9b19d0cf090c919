package main

import (
	"fmt"
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vec is a vector register.
type vec = reg.VecVirtual

// simd is an instruction set: AVX-512 with 16 lanes or AVX2 with 8. Operands of its methods stand in the order in which
// they are written on paper; results come in new registers.
type simd struct {
	name  string
	wide  bool
	table Mem
	rows  [][tableLanes]uint32 // what stands in the table
}

func newSIMD(name string, wide bool) *simd {
	return &simd{name: name, wide: wide, table: GLOBL("constants"+name, RODATA|NOPTR)}
}

// tableLanes is the number of words in a row of the table, enough for the widest vector.
const tableLanes = 16

func (s *simd) lanes() int { return s.bytes() / 4 }

func (s *simd) bytes() int {
	if s.wide {
		return 64
	}
	return 32
}

func (s *simd) reg() vec {
	if s.wide {
		return ZMM()
	}
	return YMM()
}

// word returns a vector of constants with these bits, in memory.
func (s *simd) word(bits uint32) Mem {
	var row [tableLanes]uint32
	for l := range row {
		row[l] = bits
	}
	return s.row(row)
}

// row returns a vector in memory, the first lanes of row.
func (s *simd) row(row [tableLanes]uint32) Mem {
	i := slices.Index(s.rows, row)
	if i < 0 {
		i = len(s.rows)
		s.rows = append(s.rows, row)
	}
	return s.table.Offset(4 * tableLanes * i)
}

// float returns a vector of constants, in memory.
func (s *simd) float(c float32) Mem { return s.word(math.Float32bits(c)) }

// finish writes the table of constants.
func (s *simd) finish() {
	for i, row := range s.rows {
		for l, bits := range row {
			DATA(4*(tableLanes*i+l), U32(bits))
		}
	}
}

func (s *simd) load(from Op) vec {
	v := s.reg()
	VMOVUPS(from, v)
	return v
}

func (s *simd) zero() vec {
	v := s.reg()
	if s.wide {
		VPXORD(v, v, v)
	} else {
		VPXOR(v, v, v)
	}
	return v
}

// broadcast repeats the float32 or the word at an address.
func (s *simd) broadcast(from Mem) vec {
	v := s.reg()
	VBROADCASTSS(from, v)
	return v
}

func (s *simd) binary(f func(...Op), a vec, b Op) vec {
	v := s.reg()
	f(b, a, v)
	return v
}

func (s *simd) add(a vec, b Op) vec { return s.binary(VADDPS, a, b) }
func (s *simd) sub(a vec, b Op) vec { return s.binary(VSUBPS, a, b) }
func (s *simd) mul(a vec, b Op) vec { return s.binary(VMULPS, a, b) }
func (s *simd) div(a vec, b Op) vec { return s.binary(VDIVPS, a, b) }
func (s *simd) and(a vec, b Op) vec { return s.binary(VANDPS, a, b) }
func (s *simd) or(a vec, b Op) vec  { return s.binary(VORPS, a, b) }
func (s *simd) xor(a vec, b Op) vec { return s.binary(VXORPS, a, b) }

// min and max return b where a or b is NaN.
func (s *simd) min(a vec, b Op) vec { return s.binary(VMINPS, a, b) }
func (s *simd) max(a vec, b Op) vec { return s.binary(VMAXPS, a, b) }

func (s *simd) addWords(a vec, b Op) vec { return s.binary(VPADDD, a, b) }
func (s *simd) subWords(a vec, b Op) vec { return s.binary(VPSUBD, a, b) }

func (s *simd) sqrt(a Op) vec {
	v := s.reg()
	VSQRTPS(a, v)
	return v
}

// shift applies a shift by an immediate, such as VPSRLD.
func (s *simd) shift(f func(...Op), a vec, n int) vec {
	v := s.reg()
	f(U8(n), a, v)
	return v
}

// toFloat converts signed words to float32.
func (s *simd) toFloat(a vec) vec {
	v := s.reg()
	VCVTDQ2PS(a, v)
	return v
}

// horner returns p·x + c in p's register.
func (s *simd) horner(p, x vec, c Op) vec {
	VFMADD213PS(c, x, p)
	return p
}

// polynomial returns c[0] + c[1]·x + … as the fused steps of Horner's rule.
func (s *simd) polynomial(x vec, c ...float32) vec {
	p := s.load(s.float(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		p = s.horner(p, x, s.float(c[i]))
	}
	return p
}

// fma returns a·b + c.
func (s *simd) fma(a vec, b Op, c vec) vec {
	v := s.reg()
	VMOVAPS(c, v)
	VFMADD231PS(b, a, v)
	return v
}

// fnma returns c − a·b.
func (s *simd) fnma(a vec, b Op, c vec) vec {
	v := s.reg()
	VMOVAPS(c, v)
	VFNMADD231PS(b, a, v)
	return v
}

// Predicates of comparisons; but for the last, they are false where an operand is NaN.
const (
	less      = 0x11
	lessEqual = 0x12
	greater   = 0x1e
	equal     = 0x00
	notLess   = 0x15 // true where an operand is NaN
)

// choose returns yes where a stands in the relation to b, and no elsewhere.
func (s *simd) choose(a vec, relation int, b, yes Op, no vec) vec {
	v := s.reg()
	if s.wide {
		k := K()
		VCMPPS(U8(relation), b, a, k)
		VBLENDMPS(yes, no, k, v)
		return v
	}
	m := YMM()
	VCMPPS(U8(relation), b, a, m)
	VBLENDVPS(m, yes, no, v)
	return v
}

// magnitude returns |a|, sign the sign bit of a.
func (s *simd) magnitude(a vec) vec { return s.and(a, s.word(0x7fffffff)) }
func (s *simd) sign(a vec) vec      { return s.and(a, s.word(0x80000000)) }

// routine begins a function: its text, its comment, its signature.
func (s *simd) routine(name, signature, does string) {
	TEXT(name+s.name, NOSPLIT, signature)
	Doc(fmt.Sprintf("%s%s %s", name, s.name, does))
	Pragma("noescape")
}

// each runs body for every whole vector of n elements; body gets the offset of the vector in bytes as an index register.
func (s *simd) each(n reg.Register, lanes int, body func(at reg.Register)) {
	at := GP64()
	XORQ(at, at)
	SHLQ(U8(2), n)
	Label("vector")
	body(at)
	ADDQ(U32(4*lanes), at)
	CMPQ(at, n)
	JLT(LabelRef("vector"))
	VZEROUPPER()
	RET()
}

// address returns where a part of the signature stands.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// pointers loads the parameters of these names.
func pointers(names ...string) []reg.Register {
	var p []reg.Register
	for _, name := range names {
		p = append(p, Load(Param(name), GP64()))
	}
	return p
}

// indexed is the memory at base + at.
func indexed(base, at reg.Register) Mem { return Mem{Base: base, Index: at, Scale: 1} }
