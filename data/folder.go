package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Folder is the kind folder: pictures as PNG and JPEG in a folder. Where they
// lie in folders of it, however deep, a picture's class is the name of the first
// one; otherwise they have no classes. Their order is that of their paths, byte
// by byte, before split: random, which is the default here, because the last
// pictures of sorted classes are all of the last class.
//
// All pictures have one size, or resize: [height, width] gives them one: then a
// pixel is the mean of the area that it covers of the picture, which is
// stretched where its proportions are others. Means are sums of whole numbers
// and one division, the same everywhere.
//
// A pixel is its value divided by the largest one, 255, or 65535 in PNG of 16
// bits. With colour: auto, a set of grey pictures alone is grey, and any other
// has the channels red, green and blue; grey turns colours into
// 0.299·R + 0.587·G + 0.114·B, as Go's color.Gray16Model rounds it, and rgb
// repeats grey in each channel. Pixels that are transparent are refused.
//
// The fingerprint is over paths and pixels before they are resized, not over
// the bytes of the files: what decodes to the same pictures is the same data,
// and a decoder of JPEG that rounds otherwise makes other data.
type Folder struct {
	Train        string   `identity:"no" doc:"folder of the training pictures, relative to the spec"`
	Test         string   `optional:"yes" identity:"no" doc:"folder of the test pictures"`
	TestCount    int      `optional:"yes" range:"[1, inf)" doc:"without a test folder: so many of the last training pictures"`
	TestFraction float64  `optional:"yes" range:"(0, 1)" doc:"without a test folder: this fraction of the training pictures, the last ones; 0.2 where nothing is said"`
	Colour       string   `default:"auto" enum:"auto|grey|rgb" doc:"channels of a picture; auto is grey where all pictures are"`
	Resize       []int    `optional:"yes" range:"[1, inf)" doc:"height and width that all pictures are brought to; without it they must have one size"`
	Validation   int      `default:"0" range:"[0, inf)" doc:"training pictures held out for validation, the last ones"`
	Split        string   `default:"random" enum:"last|random" doc:"random shuffles the training pictures first; last keeps the order of their paths"`
	SplitSeed    int      `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal       []string `optional:"yes" doc:"classes that are trained on and validated with; the test split keeps all"`
	TrainLimit   int      `optional:"yes" range:"[1, inf)" doc:"use only so many training pictures, validation included"`
	TestLimit    int      `optional:"yes" range:"[1, inf)" doc:"use only the first so many test pictures"`
}

func init() {
	registry.Add[Folder](sources, "folder", "pictures as PNG and JPEG, classes from the names of folders")
}

// Normalise implements [registry.Normaliser].
func (*Folder) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := append(normaliseTest(resolved, given), normaliseSplit(resolved, given)...)
	mistakes = append(mistakes, normaliseClasses(resolved, given, "")...)
	if size, ok := resolved["resize"].([]any); ok && len(size) != 2 {
		mistakes = append(mistakes, registry.Mistake{Path: "resize", Message: fmt.Sprintf("resize must be height and width, got %d numbers", len(size)), Hint: "resize: [28, 28]"})
	}
	return mistakes
}

func (d *Folder) split() split {
	return split{
		random: d.Split == "random", seed: d.SplitSeed, testCount: d.TestCount, testFraction: d.TestFraction,
		trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation,
	}
}

// gallery is what the folders of a spec hold, before pictures are decoded.
type gallery struct {
	train, test []picture
	shape       nn.Shape
	classes     []string
	split       split
}

// labels are the classes of pictures, by number; nil where there are none.
func (g *gallery) labels(of []picture) []int32 {
	if len(g.classes) == 0 || len(of) == 0 {
		return nil
	}
	words := make([]string, len(of))
	for i, p := range of {
		words[i] = p.class
	}
	return indicesOf(words, g.classes)
}

// survey lists the pictures and reads their sizes.
func (d *Folder) survey(dir string) (g *gallery, err error) {
	g = &gallery{split: d.split()}
	if g.train, err = picturesIn("train", within(dir, d.Train)); err != nil {
		return nil, err
	}
	if d.Test != "" {
		if g.test, err = picturesIn("test", within(dir, d.Test)); err != nil {
			return nil, err
		}
	}
	for _, p := range slices.Concat(g.train, g.test) {
		if p.class != "" {
			g.classes = append(g.classes, p.class)
		}
	}
	g.classes = classesOf(g.classes)
	if len(g.test) > 0 && (g.train[0].class == "") != (g.test[0].class == "") {
		return nil, fmt.Errorf("test: wanted folders of classes in %s as in %s, or in neither", d.Test, d.Train)
	}
	if g.split.classes, err = namedClasses(d.Normal, g.classes); err != nil {
		return nil, err
	}
	g.shape, err = d.shape(g)
	return g, err
}

// shape is that of all pictures.
func (d *Folder) shape(g *gallery) (nn.Shape, error) {
	all := slices.Concat(g.train, g.test)
	height, width, grey := all[0].height, all[0].width, true
	var others fileMistakes
	for _, p := range all {
		grey = grey && p.grey
		if p.height != height || p.width != width {
			others.add("%s: %s: wanted a picture of %d×%d pixels, height first, as %s has, found %d×%d", p.role, p.path, height, width, all[0].path, p.height, p.width)
		}
	}
	channels := 3
	if d.Colour == "grey" || d.Colour == "auto" && grey {
		channels = 1
	}
	if len(d.Resize) == 2 {
		return nn.Shape{d.Resize[0], d.Resize[1], channels}, nil
	}
	if err := others.err(); err != nil {
		return nil, fmt.Errorf("%w\nresize: [%d, %d] brings all pictures to one size", err, height, width)
	}
	return nn.Shape{height, width, channels}, nil
}

// pictureSum hashes pictures as they are decoded.
type pictureSum struct{ hash.Hash }

// add hashes a picture of a folder: its path, its size and its samples.
func (s pictureSum) add(p picture, pixels samples) {
	fmt.Fprintf(s, "%s %d:%s %d×%d×%d\n", p.role, len(p.name), p.name, pixels.height, pixels.width, pixels.channels)
	bytes := make([]byte, 0, 2*len(pixels.values))
	for _, v := range pixels.values {
		bytes = append(bytes, byte(v>>8), byte(v))
	}
	s.Write(bytes)
}

func (s pictureSum) fingerprint(shape nn.Shape) string {
	return digest("folder 1", strconv.Itoa(shape[2]), hex.EncodeToString(s.Sum(nil)))
}

// decode decodes pictures one by one.
func (g *gallery) decode(ctx context.Context, of []picture, take func(i int, pixels samples) error) error {
	for i, p := range of {
		if err := ctx.Err(); err != nil {
			return err
		}
		pixels, err := p.decode(g.shape[2])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", p.role, p.path, err)
		}
		if err := take(i, pixels); err != nil {
			return err
		}
	}
	return nil
}

// Fingerprint implements [Source]. It decodes all pictures.
func (d *Folder) Fingerprint(dir string) (string, error) {
	g, err := d.survey(dir)
	if err != nil {
		return "", err
	}
	sum := pictureSum{sha256.New()}
	for _, of := range [][]picture{g.train, g.test} {
		err := g.decode(context.Background(), of, func(i int, pixels samples) error {
			sum.add(of[i], pixels)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return sum.fingerprint(g.shape), nil
}

// Describe implements [Source]. It reads the sizes of the pictures alone.
func (d *Folder) Describe(dir string) (Facts, error) {
	g, err := d.survey(dir)
	if err != nil {
		return Facts{}, err
	}
	p, err := g.split.plan(len(g.train), g.labels(g.train), len(g.test))
	return Facts{
		Name: "folder", Summary: d.Train, Shape: g.shape, Low: 0, High: 1,
		Train: p.trained, Validation: p.validated, Test: p.tested, Classes: g.classes,
	}, err
}

// Load implements [Source].
func (d *Folder) Load(ctx context.Context, dir string, _ func(string)) (*Set, error) {
	g, err := d.survey(dir)
	if err != nil {
		return nil, err
	}
	sum := pictureSum{sha256.New()}
	var tables [2]table
	for k, of := range [][]picture{g.train, g.test} {
		if len(of) == 0 {
			continue
		}
		tables[k] = table{x: nn.NewMatrix(len(of), g.shape.Size()), labels: g.labels(of)}
		err := g.decode(ctx, of, func(i int, pixels samples) error {
			sum.add(of[i], pixels)
			pixels.resize(tables[k].x.Row(i), g.shape[0], g.shape[1])
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	set := &Set{Name: "folder", Shape: g.shape, Low: 0, High: 1, Classes: g.classes, Fingerprint: sum.fingerprint(g.shape)}
	return set, g.split.apply(set, tables[0], tables[1])
}
