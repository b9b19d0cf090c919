package data

import (
	"context"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Shapes is the kind shapes: grey pictures of one bright shape on black, each
// of five factors drawn by itself, for measures of how well a code takes them
// apart. It follows dSprites (L. Matthey, I. Higgins, D. Hassabis, A. Lerchner,
// 2017), with drawn instead of all combinations and smooth edges.
//
// A picture has side × side pixels; its five uniform numbers u give, in this
// order, with ⌊u·L⌋ = j of L levels:
//
//	shape        one of shapes, in the order square, ellipse, heart
//	size         radius r = side·(1 + (j + 1)/L)/8, L = sizes
//	orientation  θ = j/L turns, L = orientations
//	x, y         centre, side/4 + (side/2)·(j + ½)/L pixels from the left and
//	             from the top, L = positions
//
// Shapes fit into the unit circle; a point at (dx, dy) pixels from the centre,
// dy downwards, has there the coordinates
//
//	a = (dx·cos θ + dy·sin θ)/r,    b = (dy·cos θ − dx·sin θ)/r
//
// and lies inside where
//
//	square   |a| ≤ 0.7 and |b| ≤ 0.7
//	ellipse  a² + 4b² ≤ 1
//	heart    (p² + q² − 1)³ ≤ p²q³, p = 1.43a, q = −1.43b
//
// A pixel is the fraction of its 16 points that do; the points of the pixel in
// row i and column j are (j + (2m + 1)/8, i + (2n + 1)/8), m, n = 0 … 3. All of
// that is in float64, each product rounded, sine and cosine those of nn.
//
// The class of a picture is its shape. Its factors are the number of its shape
// (0 for square, 1 for ellipse, 2 for heart), its radius in pixels, its
// orientation in turns and its centre in pixels. A square looks the same after
// each quarter turn, an ellipse after each half.
type Shapes struct {
	Examples     int      `default:"10000" range:"[1, inf)" doc:"training examples, validation included"`
	TestCount    int      `default:"2000" range:"[1, inf)" doc:"test examples"`
	Side         int      `default:"32" range:"[8, inf)" doc:"height and width of a picture, in pixels"`
	Shapes       []string `default:"all" word:"all" doc:"which are drawn: square, ellipse, heart"`
	Sizes        int      `default:"6" range:"[1, inf)" doc:"levels of size"`
	Orientations int      `default:"40" range:"[1, inf)" doc:"levels of orientation"`
	Positions    int      `default:"32" range:"[1, inf)" doc:"levels of position, across and down"`
	Seed         int      `default:"1" range:"[0, inf)" doc:"of all that is drawn"`
	Validation   int      `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Normal       []string `optional:"yes" doc:"shapes that are trained on and validated with; the test split keeps all"`
}

const shapesSummary = "pictures of a square, ellipse or heart of known size, orientation and position"

func init() {
	registry.Add[Shapes](sources, "shapes", shapesSummary)
}

var shapeNames = []string{"square", "ellipse", "heart"}

// insideShape tells for each of shapeNames whether a point lies in it.
var insideShape = []func(a, b float64) bool{
	func(a, b float64) bool { return -0.7 <= a && a <= 0.7 && -0.7 <= b && b <= 0.7 },
	func(a, b float64) bool { return float64(a*a)+float64(4*float64(b*b)) <= 1 },
	func(a, b float64) bool {
		p, q := 1.43*a, -1.43*b
		pp, qq := float64(p*p), float64(q*q)
		w := pp + qq - 1
		return float64(w*w)*w <= float64(pp*qq)*q
	},
}

// Normalise implements [registry.Normaliser].
func (*Shapes) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	mistakes := normaliseWords(resolved, "shapes", shapeNames)
	drawn := shapeNames
	if list, ok := resolved["shapes"].([]any); ok && len(mistakes) == 0 {
		drawn = nil
		for _, name := range list {
			drawn = append(drawn, name.(string))
		}
		if len(drawn) == len(shapeNames) {
			resolved["shapes"] = "all"
		}
	}
	return append(mistakes, normaliseGenerated(resolved, drawn)...)
}

// drawn are the names of the shapes in the pictures.
func (s *Shapes) drawn() []string {
	if len(s.Shapes) == 0 {
		return shapeNames
	}
	return s.Shapes
}

func (s *Shapes) generated() (*generated, error) {
	drawn := s.drawn()
	classes, err := namedClasses(s.Normal, drawn)
	return &generated{
		facts: Facts{
			Name: "shapes", Summary: shapesSummary, Shape: pictures(s.Side, s.Side), Low: 0, High: 1,
			Classes: drawn, Factors: []string{"shape", "size", "orientation", "x", "y"},
		},
		examples: s.Examples, tests: s.TestCount, seed: s.Seed, width: 5,
		train: partShapesTrain, test: partShapesTest, split: split{validation: s.Validation, classes: classes},
		label: func(u []float32) int32 { return int32(pick(u[0], len(drawn))) },
		draw:  s.draw,
	}, err
}

func (s *Shapes) draw(x, factors, u []float32) {
	drawn := s.drawn()
	shape := slices.Index(shapeNames, drawn[pick(u[0], len(drawn))])
	side := float64(s.Side)
	radius := side * (1 + float64(pick(u[1], s.Sizes)+1)/float64(s.Sizes)) / 8
	turns := float64(pick(u[2], s.Orientations)) / float64(s.Orientations)
	var centre [2]float64
	for i := range centre {
		centre[i] = side/4 + float64(side/2*((float64(pick(u[3+i], s.Positions))+0.5)/float64(s.Positions)))
	}
	stamp{insideShape[shape], radius, nn.CosTurns(turns), nn.SinTurns(turns), centre[0], centre[1]}.press(x, s.Side)
	for i, factor := range []float64{float64(shape), radius, turns, centre[0], centre[1]} {
		factors[i] = float32(factor)
	}
}

// stamp is a shape at its place.
type stamp struct {
	inside           func(a, b float64) bool
	radius, cos, sin float64
	x, y             float64
}

// press draws the stamp on a black picture of side × side pixels.
func (s stamp) press(picture []float32, side int) {
	left, right := max(0, int(s.x-s.radius)), min(side-1, int(s.x+s.radius))
	top, bottom := max(0, int(s.y-s.radius)), min(side-1, int(s.y+s.radius))
	for row := top; row <= bottom; row++ {
		for column := left; column <= right; column++ {
			picture[row*side+column] = s.pixel(float64(row)-s.y, float64(column)-s.x)
		}
	}
}

// pixel is the fraction of a pixel's points that are inside; its corner lies dy below and dx right of the centre.
func (s stamp) pixel(dy, dx float64) float32 {
	count := 0
	for n := range 4 {
		for m := range 4 {
			px, py := dx+float64(2*m+1)/8, dy+float64(2*n+1)/8
			a := (float64(px*s.cos) + float64(py*s.sin)) / s.radius
			b := (float64(py*s.cos) - float64(px*s.sin)) / s.radius
			if s.inside(a, b) {
				count++
			}
		}
	}
	return float32(count) / 16
}

// Fingerprint implements [Source].
func (s *Shapes) Fingerprint(string) (string, error) {
	numbers := []float64{
		float64(s.Examples), float64(s.TestCount), float64(s.Seed), float64(s.Side),
		float64(s.Sizes), float64(s.Orientations), float64(s.Positions),
	}
	for _, name := range s.drawn() {
		numbers = append(numbers, float64(slices.Index(shapeNames, name)))
	}
	return numbersFingerprint("shapes 1", numbers...), nil
}

// Describe implements [Source]. With normal, the classes are drawn for it.
func (s *Shapes) Describe(string) (Facts, error) {
	g, err := s.generated()
	if err != nil {
		return Facts{}, err
	}
	return g.describe()
}

// Load implements [Source].
func (s *Shapes) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := s.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	g, err := s.generated()
	if err != nil {
		return nil, err
	}
	return g.load(fingerprint, nil)
}
