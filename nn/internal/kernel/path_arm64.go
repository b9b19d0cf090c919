package kernel

// paths holds every path of this architecture, the fastest first. Go runs on no arm64 processor that lacks Advanced SIMD.
var paths = []*path{
	{
		name:    "neon",
		product: tilingNEON.product,
		peak:    peakNEON, peakWidth: 24 * 4,
		elementwise: &elementwiseNEON,
		scatter:     scatterTileGeneric,
		pooling:     &poolingGeneric,
		lanes:       &lanesNEON,
	},
	&generic,
}
