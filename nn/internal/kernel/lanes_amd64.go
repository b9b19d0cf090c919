package kernel

var lanesAVX512 = laneTiling{
	tiling: &tilingAVX512,
	weighs: [][]laneFunc{
		nil,
		{nil, weigh1x1AVX512, weigh2x1AVX512, weigh3x1AVX512, weigh4x1AVX512, weigh5x1AVX512, weigh6x1AVX512, weigh7x1AVX512, weigh8x1AVX512, weigh9x1AVX512, weigh10x1AVX512, weigh11x1AVX512, weigh12x1AVX512, weigh13x1AVX512, weigh14x1AVX512},
		{nil, weigh1x2AVX512, weigh2x2AVX512, weigh3x2AVX512, weigh4x2AVX512, weigh5x2AVX512, weigh6x2AVX512, weigh7x2AVX512, weigh8x2AVX512, weigh9x2AVX512, weigh10x2AVX512},
		{nil, weigh1x3AVX512, weigh2x3AVX512, weigh3x3AVX512, weigh4x3AVX512, weigh5x3AVX512, weigh6x3AVX512, weigh7x3AVX512},
		{nil, weigh1x4AVX512, weigh2x4AVX512, weigh3x4AVX512, weigh4x4AVX512, weigh5x4AVX512, weigh6x4AVX512},
	},
	products: [][]laneFunc{
		nil,
		{nil, correlate1x1AVX512, correlate2x1AVX512, correlate3x1AVX512, correlate4x1AVX512, correlate5x1AVX512, correlate6x1AVX512, correlate7x1AVX512, correlate8x1AVX512, correlate9x1AVX512, correlate10x1AVX512, correlate11x1AVX512, correlate12x1AVX512, correlate13x1AVX512, correlate14x1AVX512},
		{nil, correlate1x2AVX512, correlate2x2AVX512, correlate3x2AVX512, correlate4x2AVX512, correlate5x2AVX512, correlate6x2AVX512, correlate7x2AVX512, correlate8x2AVX512, correlate9x2AVX512, correlate10x2AVX512},
		{nil, correlate1x3AVX512, correlate2x3AVX512, correlate3x3AVX512, correlate4x3AVX512, correlate5x3AVX512, correlate6x3AVX512, correlate7x3AVX512},
		{nil, correlate1x4AVX512, correlate2x4AVX512, correlate3x4AVX512, correlate4x4AVX512, correlate5x4AVX512, correlate6x4AVX512},
	},
}

var lanesAVX2 = laneTiling{
	tiling: &tilingAVX2,
	weighs: [][]laneFunc{
		nil,
		{nil, weigh1x1AVX2, weigh2x1AVX2, weigh3x1AVX2, weigh4x1AVX2, weigh5x1AVX2, weigh6x1AVX2, weigh7x1AVX2, weigh8x1AVX2, weigh9x1AVX2, weigh10x1AVX2, weigh11x1AVX2, weigh12x1AVX2},
		{nil, weigh1x2AVX2, weigh2x2AVX2, weigh3x2AVX2, weigh4x2AVX2, weigh5x2AVX2},
		{nil, weigh1x3AVX2, weigh2x3AVX2, weigh3x3AVX2},
		{nil, weigh1x4AVX2, weigh2x4AVX2, weigh3x4AVX2},
	},
	products: [][]laneFunc{
		nil,
		{nil, correlate1x1AVX2, correlate2x1AVX2, correlate3x1AVX2, correlate4x1AVX2, correlate5x1AVX2, correlate6x1AVX2, correlate7x1AVX2, correlate8x1AVX2, correlate9x1AVX2, correlate10x1AVX2, correlate11x1AVX2, correlate12x1AVX2},
		{nil, correlate1x2AVX2, correlate2x2AVX2, correlate3x2AVX2, correlate4x2AVX2, correlate5x2AVX2},
		{nil, correlate1x3AVX2, correlate2x3AVX2, correlate3x3AVX2},
		{nil, correlate1x4AVX2, correlate2x4AVX2, correlate3x4AVX2},
	},
}
