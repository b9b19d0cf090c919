package kernel

var (
	poolingAVX512 = pooling{max: poolMaxAVX512, maxGrad: poolMaxGradAVX512, sum: poolSumAVX512, sumGrad: poolSumGradAVX512}
	poolingAVX2   = pooling{max: poolMaxAVX2, maxGrad: poolMaxGradAVX2, sum: poolSumAVX2, sumGrad: poolSumGradAVX2}
)
