package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"
	"testing"
)

// elementwiseDigest is the SHA-256 of what all functions of the package but the products return on fixed inputs. It is
// the same on every architecture, and a change of it is a change of the numerics version.
const elementwiseDigest = "6cceb74c1762fe448af764b59fe19d7651e6f9e48e06b968dde636fc36cceaa3"

// canonical gives every NaN the same bits.
func canonical(x float64) uint64 {
	if x != x {
		x = math.NaN()
	}
	return math.Float64bits(x)
}

func hashNumbers(h hash.Hash, x ...float64) {
	for _, v := range x {
		h.Write(binary.LittleEndian.AppendUint64(nil, canonical(v)))
	}
}

func TestElementwiseDigest(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		h := sha256.New()
		random := rand.New(rand.NewPCG(11, 12))
		for _, c := range kernelCases {
			for _, values := range []func(*rand.Rand, int) []float32{ordinary, awkward} {
				var v [][]float32
				for range c.slices {
					v = append(v, values(random, 1001))
				}
				hashNumbers(h, c.run(v))
				for _, x := range v[0] {
					hashNumbers(h, float64(x))
				}
			}
		}
		for range 1000 {
			x, y := 20*bell(random), bell(random)
			hashNumbers(h, Exp64(x), Log64(x*x), Log1p64(y), Cos64(x), Pow64(x*x, y), powInt(y, int(x)))
		}
		for _, x := range awkward(random, 1000) {
			hashNumbers(h, float64(ErfOne(x)))
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != elementwiseDigest {
			t.Errorf("digest is %s, want %s", got, elementwiseDigest)
		}
	})
}
