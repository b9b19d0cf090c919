package kernel

import "time"

// Peak measures the floating-point operations per nanosecond (GFLOP/s) of one core that does nothing but independent
// fused multiply-adds of the path in use: the speed that products are held against. It takes some 20 ms. As clocks
// change under load, compare only numbers of the same moment.
func Peak() float64 {
	const rounds = 320 * genericRun
	p := current.Load()
	best := 0.0
	for range 32 {
		start := time.Now()
		p.peak(rounds)
		if took := time.Since(start).Nanoseconds(); took > 0 {
			best = max(best, float64(2*rounds*p.peakWidth)/float64(took))
		}
	}
	return best
}

// peakGeneric runs the tile of the generic path on operands in the first level of the cache.
func peakGeneric(rounds int) {
	var c genericSums
	var a [genericRun]genericA
	var b [genericRun]genericB
	for l := range a {
		a[l], b[l] = genericA{1.25, 1.5}, genericB{0.25, 0.5, 0.75}
	}
	for range rounds / genericRun {
		c.add(a[:], b[:], true)
	}
}
