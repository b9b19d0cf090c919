package nn

import (
	"fmt"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SSIM](losses, "ssim", "1 − the mean structural similarity of two pictures")
}

// SSIM is 1 minus the mean structural similarity of a picture and its
// reconstruction (Wang et al. 2004, with their window and constants as
// defaults), over the places where the window fits whole and over channels, so
// that it lies in [0, 2]. The range of the values is that of the data. A picture
// is one value: there is nothing to reduce.
//
// scikit-image has the same with gaussian_weights=True and
// use_sample_covariance=False, but for the places: it cuts off the margin of its
// own padding, which are those of a window of 11.
type SSIM struct {
	Window int     `default:"11" range:"[1, 255]" doc:"height and width of the window, an odd number of pixels"`
	Sigma  float64 `default:"1.5" range:"(0, inf)" doc:"standard deviation of the window's weights, in pixels"`
	K1     float64 `default:"0.01" range:"(0, 1]" doc:"keeps the term of the means from dividing by 0"`
	K2     float64 `default:"0.03" range:"(0, 1]" doc:"keeps the term of the variances from dividing by 0"`
}

// Normalise refuses a window without a middle.
func (*SSIM) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if window := resolved["window"].(float64); int(window)%2 == 0 {
		return registry.Mistakes{{Path: "window", Message: "window must be odd, got " + registry.FormatNumber(window), Hint: "such as 11"}}
	}
	return nil
}

// Mean is false: a picture is one value.
func (*SSIM) Mean() bool { return false }

// Fit makes room for pictures. It fails for what are none, or smaller than the
// window, or all of one value.
func (l *SSIM) Fit(data Traits) (exampleLoss, error) {
	switch {
	case !data.Picture():
		return nil, fmt.Errorf("ssim compares pictures, [height, width, channels], and an example has the shape %s", data.Shape)
	case data.Shape[0] < l.Window || data.Shape[1] < l.Window:
		fits := min(data.Shape[0], data.Shape[1])
		fits -= 1 - fits%2 // to an odd number
		return nil, fmt.Errorf("the window of ssim, %d × %d pixels, must fit into a picture, and an example has the shape %s; window: %d would fit", l.Window, l.Window, data.Shape, fits)
	case !(data.High > data.Low):
		return nil, fmt.Errorf("ssim needs values that differ, and all are %g", data.Low)
	}
	return &dissimilarity{newSimilarity(data.Shape, data.High-data.Low, l.Window, l.Sigma, l.K1, l.K2)}, nil
}

// dissimilarity is 1 − the similarity of one picture.
type dissimilarity struct{ similarity *similarity }

func (d *dissimilarity) Sum(y, t []float32) float64 { return 1 - d.similarity.of(y, t) }

func (d *dissimilarity) Grad(dy, y, t []float32, scale float32) {
	d.similarity.grad(dy, y, t, -float64(scale))
}
