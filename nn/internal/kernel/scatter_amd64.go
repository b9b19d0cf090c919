package kernel

//go:generate go run -C _asm ./scatter -out ../scatter_amd64.s -stubs ../scatter_stubs_amd64.go -pkg kernel

func scatterAVX512(c []float64, cRow int, a []panelRow, first int, b []panelRow) {
	scatterTileAVX512(&c[0], &a[0][first], &b[0][0], 8*cRow, len(b))
}

func scatterAVX2(c []float64, cRow int, a []panelRow, first int, b []panelRow) {
	scatterTileAVX2(&c[0], &a[0][first], &b[0][0], 8*cRow, len(b))
}
