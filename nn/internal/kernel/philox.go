package kernel

import "math/bits"

// The constants of Philox4x32.
const (
	philoxM0     = 0xD2511F53
	philoxM1     = 0xCD9E8D57
	philoxW0     = 0x9E3779B9
	philoxW1     = 0xBB67AE85
	philoxRounds = 10
)

// philox returns the block of Philox4x32-10 for a counter and a key (Salmon, Moraes, Dror and Shaw, Parallel random
// numbers: as easy as 1, 2, 3, 2011).
func philox(c [4]uint32, key [2]uint32) [4]uint32 {
	k0, k1 := key[0], key[1]
	for range philoxRounds {
		hi0, lo0 := bits.Mul32(philoxM0, c[0])
		hi1, lo1 := bits.Mul32(philoxM1, c[2])
		c = [4]uint32{hi1 ^ c[1] ^ k0, lo1, hi0 ^ c[3] ^ k1, lo0}
		k0 += philoxW0
		k1 += philoxW1
	}
	return c
}
