package kernel

import "fmt"

// pooling is what paths do with rows of windows. Arguments are those of the functions below.
type pooling struct {
	max, maxGrad func(y []float32, chosen []int32, x []float32, taps []int, step, places, channels int)
	sum, sumGrad func(y, x []float32, scale float32, taps []int, step, places, channels int)
}

// MaxPool sets y, [places × channels], to the largest of each window and channel, and chosen to the tap that it stands
// at. Windows see the elements taps (ascending) from their first one on; those of neighbouring places are step apart.
//
//	for p, c := range y {
//		y[p][c], chosen[p][c] = x[p*step+taps[0]+c], taps[0]
//		for _, tap := range taps[1:] {
//			if v := x[p*step+tap+c]; v > y[p][c] {
//				y[p][c], chosen[p][c] = v, tap
//			}
//		}
//	}
func MaxPool(y []float32, chosen []int32, x []float32, taps []int, step, channels int) {
	if places := pooled(len(y), len(x), len(chosen)-len(y), taps, step, channels); places > 0 {
		current.Load().pooling.max(y, chosen, x, taps, step, places, channels)
	}
}

// MaxPoolGrad adds to dx, given dy by what [MaxPool] has found; the other elements of a window get 0 added.
//
//	for p, tap, c := range windows {
//		dx[p*step+tap+c] += dy[p][c] // 0 unless chosen[p][c] is tap
//	}
func MaxPoolGrad(dx, dy []float32, chosen []int32, taps []int, step, channels int) {
	if places := pooled(len(dy), len(dx), len(chosen)-len(dy), taps, step, channels); places > 0 {
		current.Load().pooling.maxGrad(dy, chosen, dx, taps, step, places, channels)
	}
}

// SumPool sets y, [places × channels], to the sum of each window and channel, begun at 0 and in the order of taps, times
// scale. Windows are those of [MaxPool].
func SumPool(y, x []float32, scale float32, taps []int, step, channels int) {
	if places := pooled(len(y), len(x), 0, taps, step, channels); places > 0 {
		current.Load().pooling.sum(y, x, scale, taps, step, places, channels)
	}
}

// SumPoolGrad adds dy times scale to all elements of each window, in the order of places.
func SumPoolGrad(dx, dy []float32, scale float32, taps []int, step, channels int) {
	if places := pooled(len(dy), len(dx), 0, taps, step, channels); places > 0 {
		current.Load().pooling.sumGrad(dy, dx, scale, taps, step, places, channels)
	}
}

// pooled returns the number of places. It panics where the lengths of the operands do not fit.
func pooled(y, x, more int, taps []int, step, channels int) (places int) {
	places = y / channels
	if y%channels != 0 || more != 0 || len(taps) == 0 || places > 0 && x < (places-1)*step+taps[len(taps)-1]+channels {
		panic(fmt.Sprintf("kernel: %d places of %d channels, %d apart, do not fit %d pooled elements, %d more of them chosen, %d elements and taps %v",
			places, channels, step, y, more, x, taps))
	}
	return places
}
