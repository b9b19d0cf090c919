package kernel

import "testing"

// The known answers of Random123 (its file kat_vectors, philox4x32 10).
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	for _, c := range []struct {
		counter, want [4]uint32
		key           [2]uint32
	}{
		{[4]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, [2]uint32{}},
		{[4]uint32{ones, ones, ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, [2]uint32{ones, ones}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}, [2]uint32{0xa4093822, 0x299f31d0}},
	} {
		if got := philox(c.counter, c.key); got != c.want {
			t.Errorf("philox(%08x, %08x) = %08x, want %08x", c.counter, c.key, got, c.want)
		}
	}
}

func TestStreamCountsAsDocumented(t *testing.T) {
	s := Stream{Seed: 0x299f31d0a4093822, Purpose: 0x03707344, Epoch: 0x13198a2e, Step: 0x85a308d3}
	var got [1]uint32
	s.Uint32s(got[:], 4*0x243f6a88+2)
	if got[0] != 0x5001e420 {
		t.Errorf("word is %08x, want word 2 of the third known answer, 5001e420", got[0])
	}
}
