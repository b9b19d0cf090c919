package kernel

import "fmt"

// Start says what the elements of a product start from.
type Start int

const (
	Zero Start = iota // zero
	Keep              // what dst holds already
	Bias              // the bias of their column
)

// Multiply sets dst (m×n) to the product of a (m×k) and b (k×n):
//
//	for i := range m {
//		for j := range n {
//			acc := float32(0) // Zero; dst[i*n+j] for Keep; bias[j] for Bias
//			for l := range k {
//				acc = FMA(a[i*k+l], b[l*n+j], acc)
//			}
//			dst[i*n+j] = acc
//		}
//	}
//
// bias (n) is read for Bias alone and may be nil otherwise. dst must not overlap a, b or bias.
func Multiply(dst, a, b []float32, m, n, k int, start Start, bias []float32, s *Scratch) {
	multiply(&s.product, product{
		dst: dst, dstRow: n, m: m, n: n, k: k,
		a: a, aRow: k, aStep: 1,
		b: b, bStep: n, bCol: 1,
		start: start, bias: bias,
	}, s)
}

// MultiplyTA is Multiply with a given transposed (k×m), the form of a weight gradient: a[i*k+l] reads a[l*m+i].
func MultiplyTA(dst, a, b []float32, m, n, k int, start Start, bias []float32, s *Scratch) {
	multiply(&s.product, product{
		dst: dst, dstRow: n, m: m, n: n, k: k,
		a: a, aRow: 1, aStep: m,
		b: b, bStep: n, bCol: 1,
		start: start, bias: bias,
	}, s)
}

// MultiplyTB is Multiply with b given transposed (n×k), the form of an input gradient: b[l*n+j] reads b[j*k+l].
func MultiplyTB(dst, a, b []float32, m, n, k int, start Start, bias []float32, s *Scratch) {
	multiply(&s.product, product{
		dst: dst, dstRow: n, m: m, n: n, k: k,
		a: a, aRow: k, aStep: 1,
		b: b, bStep: 1, bCol: k,
		start: start, bias: bias,
	}, s)
}

// product is a matrix product with strides: the element of a in row i at step l is a[i*aRow+l*aStep], that of b at
// step l in column j is b[l*bStep+j*bCol], that of dst is dst[i*dstRow+j].
type product struct {
	dst         []float32
	dstRow      int
	m, n, k     int
	a           []float32
	aRow, aStep int
	b           []float32
	bStep, bCol int
	start       Start
	bias        []float32
}

// multiply checks p and hands it to the current path by way of at, which lives in the scratch and so costs no allocation.
func multiply(at *product, p product, s *Scratch) {
	p.check()
	p.share(s.part, s.parts)
	if p.m == 0 || p.n == 0 {
		return
	}
	*at = p
	current.Load().product(at, s)
	*at = product{}
}

// check panics where the lengths of the operands do not fit their shapes.
func (p *product) check() {
	if p.m < 0 || p.n < 0 || p.k < 0 {
		panic(fmt.Sprintf("kernel: want sizes of at least 0, got m=%d n=%d k=%d", p.m, p.n, p.k))
	}
	want := func(name string, got, want int) {
		if got != want {
			panic(fmt.Sprintf("kernel: %s of a product with m=%d n=%d k=%d has %d elements, want %d",
				name, p.m, p.n, p.k, got, want))
		}
	}
	want("dst", len(p.dst), p.m*p.n)
	want("a", len(p.a), p.m*p.k)
	want("b", len(p.b), p.k*p.n)
	if p.start == Bias {
		want("bias", len(p.bias), p.n)
	}
}

// Rows and columns are shared in units that suit the blocks of all paths.
const (
	shareRows    = 8
	shareColumns = 16
)

// share narrows p to one of so many shares of dst: a range of rows or one of columns, whichever makes the largest share
// smaller; columns where they are equal, as rows would make each share pack all of b. With k = 0, a and b are empty.
func (p *product) share(part, parts int) {
	if parts == 1 {
		return
	}
	if p.m*largestShare(p.n, shareColumns, parts) <= p.n*largestShare(p.m, shareRows, parts) {
		low, high := shareOf(p.n, shareColumns, part, parts)
		p.n = high - low
		p.dst, p.b = p.dst[min(low, len(p.dst)):], p.b[min(low*p.bCol, len(p.b)):]
		if p.start == Bias {
			p.bias = p.bias[low:high]
		}
		return
	}
	low, high := shareOf(p.m, shareRows, part, parts)
	p.m = high - low
	p.dst, p.a = p.dst[low*p.dstRow:], p.a[min(low*p.aRow, len(p.a)):]
}

// shareOf returns the range [low, high) of total that is the share of part, in whole units but for the last.
func shareOf(total, unit, part, parts int) (low, high int) {
	units := (total + unit - 1) / unit
	return min(total, part*units/parts*unit), min(total, (part+1)*units/parts*unit)
}

// largestShare returns the length of the largest share of total.
func largestShare(total, unit, parts int) int {
	units := (total + unit - 1) / unit
	return min(total, (units+parts-1)/parts*unit)
}

// split cuts [0, total) into equal blocks of at most size, and returns the length of a block, a multiple of unit.
func split(total, size, unit int) int {
	blocks := max(1, (total+size-1)/size)
	return max(unit, ((total+blocks-1)/blocks+unit-1)/unit*unit)
}
