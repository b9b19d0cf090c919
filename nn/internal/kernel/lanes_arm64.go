package kernel

var lanesNEON = laneTiling{
	tiling: &tilingNEON,
	weighs: [][]laneFunc{
		nil,
		{nil, weigh1x1NEON, weigh2x1NEON, weigh3x1NEON, weigh4x1NEON, weigh5x1NEON, weigh6x1NEON, weigh7x1NEON, weigh8x1NEON, weigh9x1NEON, weigh10x1NEON, weigh11x1NEON, weigh12x1NEON, weigh13x1NEON, weigh14x1NEON},
		{nil, weigh1x2NEON, weigh2x2NEON, weigh3x2NEON, weigh4x2NEON, weigh5x2NEON, weigh6x2NEON, weigh7x2NEON, weigh8x2NEON, weigh9x2NEON, weigh10x2NEON},
		{nil, weigh1x3NEON, weigh2x3NEON, weigh3x3NEON, weigh4x3NEON, weigh5x3NEON, weigh6x3NEON, weigh7x3NEON},
		{nil, weigh1x4NEON, weigh2x4NEON, weigh3x4NEON, weigh4x4NEON, weigh5x4NEON, weigh6x4NEON},
	},
	products: [][]laneFunc{
		nil,
		{nil, correlate1x1NEON, correlate2x1NEON, correlate3x1NEON, correlate4x1NEON, correlate5x1NEON, correlate6x1NEON, correlate7x1NEON, correlate8x1NEON, correlate9x1NEON, correlate10x1NEON, correlate11x1NEON, correlate12x1NEON, correlate13x1NEON, correlate14x1NEON},
		{nil, correlate1x2NEON, correlate2x2NEON, correlate3x2NEON, correlate4x2NEON, correlate5x2NEON, correlate6x2NEON, correlate7x2NEON, correlate8x2NEON, correlate9x2NEON, correlate10x2NEON},
		{nil, correlate1x3NEON, correlate2x3NEON, correlate3x3NEON, correlate4x3NEON, correlate5x3NEON, correlate6x3NEON, correlate7x3NEON},
		{nil, correlate1x4NEON, correlate2x4NEON, correlate3x4NEON, correlate4x4NEON, correlate5x4NEON, correlate6x4NEON},
	},
}
