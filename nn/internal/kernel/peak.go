package kernel

import "time"

// Peak measures the floating-point operations per nanosecond (GFLOP/s) of one core that does nothing but independent
// fused multiply-adds of the path in use: the speed that products are held against. It takes some 20 ms. As clocks
// change under load, compare only numbers of the same moment.
func Peak() float64 {
	const rounds = 20_000
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
	const steps = 64
	var c [genericRows * genericCols]float64
	var a [genericRows * steps]float64
	var b [genericCols * steps]float64
	for i := range a {
		a[i] = 1.5
	}
	for i := range b {
		b[i] = 0.25
	}
	for range rounds / steps {
		genericTile(&c, a[:], b[:])
	}
}
