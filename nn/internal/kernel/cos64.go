package kernel

import "math"

// π/2 in two parts of 53 bits and one to follow.
const (
	halfPi1 = 0x1.921fb54442d18p+0
	halfPi2 = 0x1.1a62633145c07p-54
	halfPi3 = -0x1.f1976b7ed8fbcp-110
)

// Taylor-like coefficients of FreeBSD's k_sin.c and k_cos.c for |r| ≤ π/4, errors below 2⁻⁵⁸.
var (
	sin64S = []float64{
		-1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04,
		2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10,
	}
	cos64C = []float64{
		4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
		-2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11,
	}
)

// Cos64 returns cos x in float64 for |x| ≤ 2²⁰, with an error below 1 ulp, the same bits on every architecture; NaN
// beyond.
func Cos64(x float64) float64 {
	if !(math.Abs(x) <= 1<<20) {
		return math.NaN()
	}
	k := math.Floor(float64(x*(1/halfPi1)) + 0.5)
	a := math.FMA(-k, halfPi1, x)
	b := k * halfPi2
	r := a - float64(b)
	lost := ((a - r) - float64(b)) - (math.FMA(k, halfPi2, -float64(b)) + float64(k*halfPi3))
	switch int64(k) & 3 {
	case 1:
		return -sin64(r, lost)
	case 2:
		return -cos64(r, lost)
	case 3:
		return sin64(r, lost)
	}
	return cos64(r, lost)
}

// sin64 returns sin(r + lost) for |r| ≤ π/4.
func sin64(r, lost float64) float64 {
	z := float64(r * r)
	v := float64(z * r)
	tail := polynomial64(z, sin64S[1:])
	return r - ((float64(z*(float64(0.5*lost)-float64(v*tail))) - lost) - float64(v*sin64S[0]))
}

// cos64 returns cos(r + lost) for |r| ≤ π/4.
func cos64(r, lost float64) float64 {
	z := float64(r * r)
	tail := float64(z * float64(z*polynomial64(z, cos64C)))
	half := float64(0.5 * z)
	w := 1 - half
	return w + (((1 - w) - half) + (tail - float64(r*lost)))
}
