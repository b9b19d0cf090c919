package kernel

var tilingNEON = tiling{
	lanes:   4,
	heights: []int{8, 4, 2, 1},
	tiles: [][panelVectors]tileFunc{
		{tile8x1NEON, tile8x2NEON, tile8x3NEON},
		{tile4x1NEON, tile4x2NEON, tile4x3NEON},
		{tile2x1NEON, tile2x2NEON, tile2x3NEON},
		{tile1x1NEON, tile1x2NEON, tile1x3NEON},
	},
	copyRows:  [panelVectors]copyRowsFunc{copyRows1NEON, copyRows2NEON, copyRows3NEON},
	transpose: transposeNEON,
}
