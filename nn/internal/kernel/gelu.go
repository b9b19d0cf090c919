package kernel

import "math"

const (
	// geluBound is where the distribution function and its density have become 0 and 1 even after a product with x.
	geluBound  = 15
	invSqrt2Pi = 0.3989422804014327
)

// Gelu sets y[i] = x[i]·Φ(x[i]), Φ the standard normal distribution function: the erf form (Hendrycks and Gimpel,
// Gaussian error linear units, 2016). y may be x. The error is below 7 ulp, also for very negative x, where
// ½x(1 + erf(x/√2)) has lost all digits.
func Gelu(y, x []float32) {
	mustMatch("Gelu", len(y), len(x))
	e := current.Load().elementwise
	n := e.gelu.begin(e, y, x)
	geluGeneric(y[n:], x[n:])
}

func geluGeneric(y, x []float32) {
	for i, v := range x {
		cumulative, _, _ := normalAt(v)
		y[i] = max(v, -geluBound) * cumulative
	}
}

// GeluGrad sets dx[i] = dy[i]·(Φ(x[i]) + x[i]·φ(x[i])), φ the standard normal density. The sum is fused. dx may be dy.
func GeluGrad(dx, dy, x []float32) {
	mustMatch("GeluGrad", len(dx), len(dy), len(x))
	e := current.Load().elementwise
	n := e.geluGrad.begin(e, dx, dy, x)
	geluGradGeneric(dx[n:], dy[n:], x[n:])
}

func geluGradGeneric(dx, dy, x []float32) {
	for i, v := range x {
		cumulative, density, bounded := normalAt(v)
		dx[i] = dy[i] * FMA(bounded, density, cumulative)
	}
}

// normalAt returns Φ(x), φ(x) and x limited to ±15.
func normalAt(x float32) (cumulative, density, bounded float32) {
	sign := math.Float32bits(x) & signBit
	a := math.Float32frombits(math.Float32bits(x) &^ signBit)
	if a > geluBound {
		a = geluBound
	}
	e := expSquare(a, 0.5)
	cumulative = float32(e * phiTail(1/FMA(phiScale, a, 1)))
	if !(x < 0) {
		cumulative = 1 - cumulative
	}
	return cumulative, e * invSqrt2Pi, math.Float32frombits(math.Float32bits(a) | sign)
}
