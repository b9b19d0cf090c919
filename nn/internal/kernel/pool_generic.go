package kernel

var poolingGeneric = pooling{max: poolMaxGeneric, maxGrad: poolMaxGradGeneric, sum: poolSumGeneric, sumGrad: poolSumGradGeneric}

func poolMaxGeneric(y []float32, chosen []int32, x []float32, taps []int, step, places, channels int) {
	for p := range places {
		best, from := y[p*channels:(p+1)*channels], chosen[p*channels:(p+1)*channels]
		copy(best, x[p*step+taps[0]:])
		for c := range from {
			from[c] = int32(taps[0])
		}
		for _, tap := range taps[1:] {
			for c, v := range x[p*step+tap:][:channels] {
				if v > best[c] {
					best[c], from[c] = v, int32(tap)
				}
			}
		}
	}
}

func poolMaxGradGeneric(dy []float32, chosen []int32, dx []float32, taps []int, step, places, channels int) {
	for p := range places {
		own, from := dy[p*channels:(p+1)*channels], chosen[p*channels:(p+1)*channels]
		for _, tap := range taps {
			to := dx[p*step+tap:][:channels]
			for c, v := range own {
				if from[c] != int32(tap) {
					v = 0
				}
				to[c] += v
			}
		}
	}
}

func poolSumGeneric(y, x []float32, scale float32, taps []int, step, places, channels int) {
	for p := range places {
		sums := y[p*channels : (p+1)*channels]
		clear(sums)
		for _, tap := range taps {
			for c, v := range x[p*step+tap:][:channels] {
				sums[c] += v
			}
		}
		for c := range sums {
			sums[c] *= scale
		}
	}
}

func poolSumGradGeneric(dy, dx []float32, scale float32, taps []int, step, places, channels int) {
	for p := range places {
		own := dy[p*channels : (p+1)*channels]
		for _, tap := range taps {
			for c, v := range own {
				dx[p*step+tap+c] += float32(v * scale)
			}
		}
	}
}
