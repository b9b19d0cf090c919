package kernel

//go:generate go run -C _asm ./product -out ../product_amd64.s -stubs ../product_stubs_amd64.go -pkg kernel

var tilingAVX512 = tiling{
	lanes:   16,
	heights: []int{8, 4, 2, 1},
	tiles: [][panelVectors]tileFunc{
		{tile8x1AVX512, tile8x2AVX512, tile8x3AVX512},
		{tile4x1AVX512, tile4x2AVX512, tile4x3AVX512},
		{tile2x1AVX512, tile2x2AVX512, tile2x3AVX512},
		{tile1x1AVX512, tile1x2AVX512, tile1x3AVX512},
	},
	copyRows:  [panelVectors]copyRowsFunc{copyRows1AVX512, copyRows2AVX512, copyRows3AVX512},
	transpose: transposeAVX512,
}

var tilingAVX2 = tiling{
	lanes:   8,
	heights: []int{4, 2, 1},
	tiles: [][panelVectors]tileFunc{
		{tile4x1AVX2, tile4x2AVX2, tile4x3AVX2},
		{tile2x1AVX2, tile2x2AVX2, tile2x3AVX2},
		{tile1x1AVX2, tile1x2AVX2, tile1x3AVX2},
	},
	copyRows:  [panelVectors]copyRowsFunc{copyRows1AVX2, copyRows2AVX2, copyRows3AVX2},
	transpose: transposeAVX2,
}
