package kernel

// Huber returns Σ h(y[i] − t[i]) in float64, 16 lanes and a fixed tree: h(d) = ½d² for |d| ≤ delta and
// delta·(|d| − ½delta) beyond (Huber, Robust estimation of a location parameter, 1964).
func Huber(y, t []float32, delta float32) float64 {
	mustMatch("Huber", len(y), len(t))
	bound := float64(delta)
	var s laneSums
	for i, v := range y {
		d := abs64(float64(v) - float64(t[i]))
		if d > bound {
			s[i%lanes] += float64(bound * (d - 0.5*bound))
		} else {
			s[i%lanes] += float64(0.5 * d * d)
		}
	}
	return s.total()
}

// HuberGrad sets dy[i] = scale·d, d being y[i] − t[i] limited to [−delta, delta]. dy may be y.
func HuberGrad(dy, y, t []float32, delta, scale float32) {
	mustMatch("HuberGrad", len(dy), len(y), len(t))
	for i, v := range y {
		d := v - t[i]
		if d > delta {
			d = delta
		}
		if d < -delta {
			d = -delta
		}
		dy[i] = scale * d
	}
}
