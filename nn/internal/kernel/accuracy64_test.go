package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// precision is that of the truth: 200 bits for results of 53.
const precision = 200

func exact(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func product2(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Mul(a, b) }

// bigExp returns e^x by the Taylor series of e^(x/2¹²) and twelve squarings (|x| < 800).
func bigExp(x *big.Float) *big.Float {
	r := new(big.Float).SetPrec(precision+40).SetMantExp(x, -12)
	sum, term := new(big.Float).SetPrec(precision+40).SetInt64(1), new(big.Float).SetPrec(precision+40).SetInt64(1)
	for n := int64(1); n < 80; n++ {
		term.Mul(term, r)
		term.Quo(term, new(big.Float).SetInt64(n))
		sum.Add(sum, term)
	}
	for range 12 {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog returns ln x by Newton's method on e^y = x.
func bigLog(x *big.Float) *big.Float {
	f, _ := x.Float64()
	y := exact(math.Log(f))
	for range 3 {
		ratio := product2(x, bigExp(new(big.Float).Neg(y)))
		y = new(big.Float).SetPrec(precision).Add(y, ratio.Sub(ratio, big.NewFloat(1)))
	}
	return y
}

// bigCos returns cos x by its Taylor series, |x| < 20.
func bigCos(x *big.Float) *big.Float {
	sum, term, square := exact(1), exact(1), product2(x, x)
	for n := int64(2); n < 200; n += 2 {
		term = product2(term, square)
		term.Quo(term, big.NewFloat(float64(-n*(n-1))))
		sum.Add(sum, term)
	}
	return sum
}

// ulps64 returns the distance of got from want in units of the last place that a float64 has at want.
func ulps64(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	_, e := math.Frexp(w)
	d, _ := new(big.Float).Sub(exact(got), want).Float64()
	return math.Abs(d) / math.Ldexp(1, max(e-53, -1074))
}

func TestAccuracy64(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	spread := func() float64 { return math.Exp(6 * random.NormFloat64()) }
	var x, y float64
	for _, c := range []struct {
		name  string
		bound float64 // ulp, as promised by the doc comment
		draw  func()
		got   func() float64
		want  func() *big.Float
	}{
		{"exp", 1, func() { x = 1400*random.Float64() - 700 }, func() float64 { return Exp64(x) },
			func() *big.Float { return bigExp(exact(x)) }},
		{"exp near 0", 1, func() { x = random.NormFloat64() }, func() float64 { return Exp64(x) },
			func() *big.Float { return bigExp(exact(x)) }},
		{"log", 1, func() { x = spread() }, func() float64 { return Log64(x) },
			func() *big.Float { return bigLog(exact(x)) }},
		{"log near 1", 1, func() { x = 1 + random.NormFloat64()/100 }, func() float64 { return Log64(x) },
			func() *big.Float { return bigLog(exact(x)) }},
		{"log1p", 1, func() { x = spread() - 0.999 }, func() float64 { return Log1p64(x) },
			func() *big.Float { return bigLog(new(big.Float).SetPrec(precision).Add(exact(x), exact(1))) }},
		{"cos", 1, func() { x = 40*random.Float64() - 20 }, func() float64 { return Cos64(x) },
			func() *big.Float { return bigCos(exact(x)) }},
		{"pow", 2, func() { x, y = spread(), 20*random.NormFloat64() }, func() float64 { return Pow64(x, y) },
			func() *big.Float { return bigExp(product2(bigLog(exact(x)), exact(y))) }},
		{"pow near 1", 2, func() { x, y = 1-random.Float64()/100, 5e4*random.Float64() }, func() float64 { return Pow64(x, y) },
			func() *big.Float { return bigExp(product2(bigLog(exact(x)), exact(y))) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			worst := 0.0
			for range 1000 {
				c.draw()
				want := c.want()
				if e := want.MantExp(nil); e < -1020 || e > 1020 {
					continue // subnormal or infinite as a float64
				}
				got := c.got()
				if u := ulps64(got, want); u > worst {
					worst = u
				}
				if worst > c.bound {
					t.Fatalf("error of %.3f ulp at x = %g, y = %g: got %g, want %g", worst, x, y, got, want)
				}
			}
			t.Logf("largest error %.3f ulp", worst)
		})
	}
}

func TestSpecialValues64(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp(inf)", Exp64(inf), inf}, {"exp(-inf)", Exp64(-inf), 0}, {"exp(nan)", Exp64(nan), nan},
		{"exp(0)", Exp64(0), 1}, {"exp(-745)", Exp64(-745), 5e-324}, {"exp(709.7)", Exp64(709.7), 1.654984e308},
		{"log(inf)", Log64(inf), inf}, {"log(0)", Log64(0), -inf}, {"log(-1)", Log64(-1), nan},
		{"log(nan)", Log64(nan), nan}, {"log(5e-324)", Log64(5e-324), -744.4400719213812}, {"log(1)", Log64(1), 0},
		{"log1p(-1)", Log1p64(-1), -inf}, {"log1p(-2)", Log1p64(-2), nan}, {"log1p(inf)", Log1p64(inf), inf},
		{"log1p(1e-300)", Log1p64(1e-300), 1e-300}, {"log1p(1e300)", Log1p64(1e300), 690.7755278982137},
		{"cos(0)", Cos64(0), 1}, {"cos(pi)", Cos64(math.Pi), -1}, {"cos(inf)", Cos64(inf), nan},
		{"pow(0, 2)", Pow64(0, 2), 0}, {"pow(0, -2)", Pow64(0, -2), inf}, {"pow(inf, -2)", Pow64(inf, -2), 0},
		{"pow(inf, 2)", Pow64(inf, 2), inf}, {"pow(-1, 2)", Pow64(-1, 2), nan}, {"pow(nan, 0)", Pow64(nan, 0), 1},
		{"pow(1, inf)", Pow64(1, inf), 1}, {"pow(2, inf)", Pow64(2, inf), inf}, {"pow(0.5, inf)", Pow64(0.5, inf), 0},
		{"pow(2, -1074)", Pow64(2, -1074), 5e-324}, {"pow(2, 1024)", Pow64(2, 1024), inf}, {"pow(10, 3)", Pow64(10, 3), 1000},
		{"powInt(3, 4)", powInt(3, 4), 81}, {"powInt(2, -3)", powInt(2, -3), 0.125}, {"powInt(0, 0)", powInt(0, 0), 1},
		{"powInt(0.96, 7)", powInt(0.96, 7), 0.7514474781081598},
	} {
		same := c.got == c.want || c.got != c.got && c.want != c.want
		if !same && !(math.Abs(c.got-c.want) <= 1e-6*math.Abs(c.want)) {
			t.Errorf("%s = %g, want %g", c.name, c.got, c.want)
		}
	}
}
