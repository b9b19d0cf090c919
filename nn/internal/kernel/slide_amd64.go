package kernel

var windowsAVX512 = windowTiling{
	tiling: &tilingAVX512,
	tiles: windowTiles{
		lanes: 16,
		narrow: []windowFunc{
			nil, window1x1AVX512, window2x1AVX512, window3x1AVX512, window4x1AVX512, window5x1AVX512, window6x1AVX512, window7x1AVX512,
			window8x1AVX512, window9x1AVX512, window10x1AVX512, window11x1AVX512, window12x1AVX512, window13x1AVX512, window14x1AVX512,
		},
	},
	half: windowTiles{
		lanes: 8,
		narrow: []windowFunc{
			nil, window1x1Half, window2x1Half, window3x1Half, window4x1Half, window5x1Half, window6x1Half, window7x1Half,
			window8x1Half, window9x1Half, window10x1Half, window11x1Half, window12x1Half, window13x1Half, window14x1Half,
		},
	},
	wide: [][panelVectors]windowFunc{
		{},
		{window1x1AVX512, window1x2AVX512, window1x3AVX512},
		{window2x1AVX512, window2x2AVX512, window2x3AVX512},
		{window3x1AVX512, window3x2AVX512, window3x3AVX512},
	},
}

var windowsAVX2 = windowTiling{
	tiling: &tilingAVX2,
	tiles:  windowTilesAVX2,
	half:   windowTilesAVX2,
	wide: [][panelVectors]windowFunc{
		{},
		{window1x1AVX2, window1x2AVX2, window1x3AVX2},
		{window2x1AVX2, window2x2AVX2, window2x3AVX2},
		{window3x1AVX2, window3x2AVX2, window3x3AVX2},
	},
}

var windowTilesAVX2 = windowTiles{
	lanes: 8,
	narrow: []windowFunc{
		nil, window1x1AVX2, window2x1AVX2, window3x1AVX2, window4x1AVX2, window5x1AVX2, window6x1AVX2,
		window7x1AVX2, window8x1AVX2, window9x1AVX2, window10x1AVX2, window11x1AVX2, window12x1AVX2,
	},
}
