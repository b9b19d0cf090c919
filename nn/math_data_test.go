package nn

import (
	"math"
	"testing"
)

func TestTurns(t *testing.T) {
	for i := -4000; i <= 4000; i++ {
		turn := float64(i) / 1000
		sin, cos := math.Sincos(2 * math.Pi * turn)
		// 2π·4 rounded is off by 2⁻⁴⁹, and so are the values to compare with.
		if math.Abs(CosTurns(turn)-cos) > 1e-14 || math.Abs(SinTurns(turn)-sin) > 1e-14 {
			t.Errorf("at %v turns: cos %v, sin %v, wanted %v and %v", turn, CosTurns(turn), SinTurns(turn), cos, sin)
		}
	}
	for _, whole := range []float64{0, 1, -7, 1 << 40} {
		if CosTurns(whole) != 1 || CosTurns(whole+0.5) != -1 || SinTurns(whole+0.25) != 1 || SinTurns(whole-0.25) != -1 {
			t.Errorf("quarters of %v turns are not exact", whole)
		}
	}
}
