package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[MedianFilter](baselines, "median", "the median of the pixels around each, in the window that is best against noise")
	registry.Add[GaussianFilter](baselines, "gaussian-filter", "a blurred picture, of the width that is best against noise")
	registry.Add[DenoisingPCA](baselines, "pca-denoising", "principal components, as many as are best against noise")
}

// MedianFilter is a classic denoiser of pictures. The side of its window is the
// one, of 1, 3 and 5, with the lowest squared error on the validation split
// damaged by normal noise.
type MedianFilter struct {
	Noise float64 `default:"0.3" range:"(0, inf)" short:"yes" doc:"standard deviation of the noise that it is at its best against"`
}

// Check takes pictures.
func (*MedianFilter) Check(data Traits) error { return needsPictures(data) }

func needsPictures(data Traits) error {
	if !data.Picture() {
		return fmt.Errorf("this baseline filters pictures, [height, width, channels], and an example has the shape %s", data.Shape)
	}
	return nil
}

// Fit chooses the side.
func (m *MedianFilter) Fit(s *Statistics) (Fitted, error) {
	if err := needsPictures(s.data); err != nil {
		return nil, err
	}
	var candidates []Fitted
	for _, side := range []int{1, 3, 5} {
		f := &filter{shape: s.data.Shape, y: newBuffer(evaluationRows, s.data.Shape.Size())}
		around := make([]float32, 0, side*side)
		f.apply = func(y, x []float32) { medians(y, x, f.shape, side/2, around) }
		candidates = append(candidates, f)
	}
	return bestAgainst(s, m.Noise, candidates), nil
}

// filter is a model that changes each picture by itself.
type filter struct {
	shape Shape
	y     buffer
	apply func(y, x []float32)
}

func (f *filter) Forward(x *Matrix) *Matrix {
	y := f.y.of(x.Rows)
	for i := range x.Rows {
		f.apply(y.Row(i), x.Row(i))
	}
	return y
}

// Parameters is 1, what was chosen.
func (*filter) Parameters() int { return 1 }

// medians sets each element of y to the median of those of x, of the same
// channel, at most radius pixels away each way. Beyond the edges the outermost
// pixels are repeated.
func medians(y, x []float32, shape Shape, radius int, around []float32) {
	height, width, channels := shape[0], shape[1], shape[2]
	for at := range y {
		ch, column, row := at%channels, at/channels%width, at/channels/width
		around = around[:0]
		for i := row - radius; i <= row+radius; i++ {
			for j := column - radius; j <= column+radius; j++ {
				v := x[(min(max(i, 0), height-1)*width+min(max(j, 0), width-1))*channels+ch]
				around = insert(around, v)
			}
		}
		y[at] = around[len(around)/2]
	}
}

// insert keeps a short list in order.
func insert(list []float32, v float32) []float32 {
	list = append(list, v)
	for i := len(list) - 1; i > 0 && list[i-1] > v; i-- {
		list[i], list[i-1] = list[i-1], v
	}
	return list
}

// GaussianFilter blurs pictures as the corruption [Blur] does. The width of its
// window is the one, of 0.3 to 2 pixels, that does best on the validation split.
type GaussianFilter struct {
	Noise float64 `default:"0.3" range:"(0, inf)" short:"yes" doc:"standard deviation of the noise that it is at its best against"`
}

// Check takes pictures.
func (*GaussianFilter) Check(data Traits) error { return needsPictures(data) }

// Fit chooses the width.
func (g *GaussianFilter) Fit(s *Statistics) (Fitted, error) {
	if err := needsPictures(s.data); err != nil {
		return nil, err
	}
	var candidates []Fitted
	for width := 3; width <= 20; width++ {
		blur, err := (&Blur{Sigma: float64(width) / 10}).Fit(s.data.Shape)
		if err != nil {
			return nil, err
		}
		f := &filter{shape: s.data.Shape, y: newBuffer(evaluationRows, s.data.Shape.Size())}
		f.apply = func(y, x []float32) { blur.Corrupt(y, x, kernel.Stream{}, 0, 0, 0) }
		candidates = append(candidates, f)
	}
	return bestAgainst(s, g.Noise, candidates), nil
}

// bestAgainst returns the model with the lowest squared error on held-out
// examples damaged by normal noise; of equal ones the first.
func bestAgainst(s *Statistics, noise float64, candidates []Fitted) Fitted {
	x := s.held()
	damaged := noisy(x, noise)
	var chosen Fitted
	least := math.Inf(1)
	for _, f := range candidates {
		sum := 0.0
		chunks(damaged, func(first int, rows *Matrix) {
			sum += kernel.SquaredError(f.Forward(rows).Data, x.Slice(first, first+rows.Rows).Data)
		})
		if sum < least {
			least, chosen = sum, f
		}
	}
	return chosen
}

// DenoisingPCA keeps as many principal components of the clean training split
// as leave the lowest squared error on the validation split damaged by normal
// noise: components that hold less than the noise are left out.
type DenoisingPCA struct {
	Noise float64 `default:"0.3" range:"(0, inf)" short:"yes" doc:"standard deviation of the noise that it is at its best against"`
}

// Fit chooses the number of components. With t the projections of a clean
// example and c those of the damaged one, k of them leave ‖x‖² − Σ t² + Σ (c − t)².
func (p *DenoisingPCA) Fit(s *Statistics) (Fitted, error) {
	d, err := s.Decomposition()
	if err != nil {
		return nil, err
	}
	clean := s.held()
	damaged := noisy(clean, p.Noise)
	whole := newProjection(s.Mean(), d.First(d.Rank()))
	changes := make([]float64, d.Rank())
	chunks(clean, func(first int, rows *Matrix) {
		t := whole.Encode(rows)
		c := whole.Encode(damaged.Slice(first, first+rows.Rows))
		for i := range t.Rows {
			for j, v := range t.Row(i) {
				wrong := float64(c.Row(i)[j]) - float64(v)
				changes[j] += float64(wrong*wrong) - float64(float64(v)*float64(v))
			}
		}
	})
	kept, sum, least := 0, 0.0, 0.0
	for j, change := range changes {
		sum += change
		if sum < least {
			kept, least = j+1, sum
		}
	}
	return newProjection(s.Mean(), d.First(kept)), nil
}
