package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Blur](corruptions, "blur", "pictures are smoothed with a Gaussian window")
}

// Blur smooths pictures with a Gaussian window, which is cut off beyond 3 of its
// standard deviations. At the edges, the weights of the pixels that there are
// are scaled to sum to 1; others reflect the picture there, as torchvision's
// GaussianBlur and scipy's gaussian_filter do. Nothing is drawn.
type Blur struct {
	Sigma float64 `range:"(0, 8]" short:"yes" doc:"standard deviation of the window, in pixels"`
}

// Once is false: there is nothing to draw.
func (*Blur) Once() bool { return false }

// Fit takes pictures.
func (b *Blur) Fit(shape Shape) (damage, error) {
	if len(shape) != 3 {
		return nil, fmt.Errorf("blur smooths pictures, [height, width, channels], and an example has the shape %s", shape)
	}
	radius := int(math.Ceil(3 * b.Sigma))
	f := &blurrer{shape: shape, window: make([]float32, radius+1)}
	for i := range f.window {
		d := float64(i) / b.Sigma
		f.window[i] = float32(kernel.Exp64(-float64(0.5 * float64(d*d))))
	}
	f.across, f.down = f.shares(shape[1]), f.shares(shape[0])
	return f, nil
}

// mostRadius is a power of 2 beyond the radius of the widest window.
const mostRadius = 32

// blurrer blurs pictures of a shape.
type blurrer struct {
	shape        Shape
	window       []float32 // weight at each distance
	across, down []float32 // 1/Σ of the weights that fall on pixels, by column and by row
}

// shares returns 1/Σ of the weights that fall within n, around each place.
func (b *blurrer) shares(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		sum := 0.0
		for j := max(0, i-len(b.window)+1); j < min(n, i+len(b.window)); j++ {
			sum += float64(b.window[max(i-j, j-i)])
		}
		out[i] = float32(1 / sum)
	}
	return out
}

// Corrupt sets y to x, blurred along rows and then along columns.
func (b *blurrer) Corrupt(y, x []float32, _ kernel.Stream, _ uint64, _, _ float32) {
	width, channels := b.shape[1], b.shape[2]
	for row := 0; row < len(x); row += width * channels {
		for i := range width {
			for ch := range channels {
				sum := float32(0)
				for j := max(0, i-len(b.window)+1); j < min(width, i+len(b.window)); j++ {
					sum += float32(b.window[max(i-j, j-i)] * x[row+j*channels+ch])
				}
				y[row+i*channels+ch] = sum * b.across[i]
			}
		}
	}
	for column := range width * channels {
		b.blurColumn(y[column:], width*channels)
	}
}

// blurColumn blurs y[0], y[stride], … in place. What it has overwritten and
// still needs it keeps in a ring.
func (b *blurrer) blurColumn(y []float32, stride int) {
	var ring [mostRadius]float32
	height := b.shape[0]
	for i := range height {
		ring[i%mostRadius] = y[i*stride]
		sum := float32(0)
		for j := max(0, i-len(b.window)+1); j < min(height, i+len(b.window)); j++ {
			v := ring[j%mostRadius]
			if j > i {
				v = y[j*stride]
			}
			sum += float32(b.window[max(i-j, j-i)] * v)
		}
		y[i*stride] = sum * b.down[i]
	}
}
