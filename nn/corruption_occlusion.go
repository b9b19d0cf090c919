package nn

import (
	"fmt"
	"math/bits"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Occlusion](corruptions, "occlusion", "a square of each picture is covered")
}

// Occlusion sets a square of a picture to one value, in all channels, at a place
// that is drawn from all at which it lies inside (DeVries and Taylor 2017,
// cutout, whose squares may hang over the edge).
type Occlusion struct {
	Size  int     `range:"[1, 65536]" short:"yes" doc:"height and width of the square, in pixels"`
	Value float64 `default:"0" doc:"what its elements are set to"`
	Fixed bool    `optional:"yes" doc:"damage an example alike in every epoch"`
}

// Normalise makes fixed: false the same as none.
func (*Occlusion) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	dropUnfixed(resolved)
	return nil
}

// Once tells whether an example is damaged alike in every epoch.
func (o *Occlusion) Once() bool { return o.Fixed }

// Fit takes pictures that are at least as large as the square.
func (o *Occlusion) Fit(shape Shape) (damage, error) {
	switch {
	case len(shape) != 3:
		return nil, fmt.Errorf("occlusion covers pictures, [height, width, channels], and an example has the shape %s", shape)
	case o.Size > shape[0] || o.Size > shape[1]:
		return nil, fmt.Errorf("the square of occlusion, %d × %d pixels, must fit into a picture, and an example has the shape %s", o.Size, o.Size, shape)
	}
	return &occluder{o, shape}, nil
}

// occluder is an occlusion of pictures of a shape.
type occluder struct {
	*Occlusion
	shape Shape
}

// Corrupt copies x and covers a square. Its corner comes from the words at the
// first two positions: the upper half of a word times the number of places.
func (o *occluder) Corrupt(y, x []float32, stream kernel.Stream, first uint64, _, _ float32) {
	var words [2]uint32
	stream.Uint32s(words[:], first)
	top, _ := bits.Mul32(words[0], uint32(o.shape[0]-o.Size+1))
	left, _ := bits.Mul32(words[1], uint32(o.shape[1]-o.Size+1))
	copy(y, x)
	channels := o.shape[2]
	for r := range o.Size {
		from := ((int(top)+r)*o.shape[1] + int(left)) * channels
		kernel.Fill(y[from:from+o.Size*channels], float32(o.Value))
	}
}
