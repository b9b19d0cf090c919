package data

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// greyPNG is a picture of height rows whose pixels are values, one after another.
func greyPNG(t *testing.T, height int, values ...byte) []byte {
	t.Helper()
	width := len(values) / height
	return pngOf(t, &image.Gray{Pix: values, Stride: width, Rect: image.Rect(0, 0, width, height)})
}

func pngOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// onePixel is a colour picture of one pixel.
func onePixel(c color.NRGBA) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	picture.SetNRGBA(0, 0, c)
	return picture
}

func folderOf(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

func loadFolder(t *testing.T, files map[string][]byte, given registry.Tree) (*Set, error) {
	t.Helper()
	dir := folderOf(t, files)
	source, _ := resolve(t, given.With("kind", "folder"))
	facts, _ := source.Describe(dir)
	set, err := source.Load(t.Context(), dir, nil)
	if err != nil {
		return nil, err
	}
	if facts.Train != set.Train.Rows || facts.Validation != rowsOf(set.Validation) || facts.Test != set.Test.Rows || facts.Shape.String() != set.Shape.String() ||
		!slices.Equal(facts.Classes, set.Classes) || !facts.Within(0, 1) {
		t.Errorf("described as %+v, holds %d, %d, %d of %v", facts, set.Train.Rows, rowsOf(set.Validation), set.Test.Rows, set.Shape)
	}
	if print, err := source.Fingerprint(dir); err != nil || print != set.Fingerprint {
		t.Errorf("fingerprint %s, loaded as %s: %v", print, set.Fingerprint, err)
	}
	return set, nil
}

func TestFolderOfClasses(t *testing.T) {
	files := map[string][]byte{
		"train/b/1.png": greyPNG(t, 1, 10, 20), "train/b/deep/0.PNG": greyPNG(t, 1, 30, 40), "train/a/9.png": greyPNG(t, 1, 50, 60),
		"train/a/.hidden.png": []byte("x"), "train/.git/b.png": []byte("x"), "train/notes.txt": []byte("x"),
		"test/c/1.png": greyPNG(t, 1, 0, 255), "test/a/1.png": greyPNG(t, 1, 1, 2),
	}
	given := registry.Tree{"train": "train", "test": "test", "split": "last"}
	set, err := loadFolder(t, files, given)
	if err != nil {
		t.Fatal(err)
	}
	var values []int
	for _, v := range set.Train.Data {
		values = append(values, int(v*255+0.5))
	}
	if !slices.Equal(values, []int{50, 60, 10, 20, 30, 40}) || !slices.Equal(set.TrainLabels, []int32{0, 1, 1}) || !slices.Equal(set.Classes, []string{"a", "b", "c"}) {
		t.Errorf("pixels %v of %v, classes %v", values, set.TrainLabels, set.Classes)
	}
	if set.Shape.String() != "1×2×1" || !slices.Equal(set.Test.Row(1), []float32{0, 1}) || set.Train.Data[0] != float32(50)/255 {
		t.Errorf("shape %v, test %v, first pixel %v", set.Shape, set.Test.Row(1), set.Train.Data[0])
	}
	normal, err := loadFolder(t, files, given.With("normal", []any{"b"}))
	if err != nil || normal.Train.Rows != 2 || normal.Test.Rows != 2 {
		t.Errorf("normal: b trains on %+v: %v", normal, err)
	}
	delete(files, "train/b/deep/0.PNG")
	files["train/b/deep/1.png"] = greyPNG(t, 1, 30, 40)
	renamed, err := loadFolder(t, files, given)
	if err != nil || renamed.Fingerprint == set.Fingerprint {
		t.Errorf("another name leaves the fingerprint as it is: %v", err)
	}
}

func TestFolderIsShuffledUnlessToldOtherwise(t *testing.T) {
	files := map[string][]byte{}
	for i := range 40 {
		files[[]string{"a/", "b/"}[i/20]+string(rune('A'+i))+".png"] = greyPNG(t, 1, byte(i))
	}
	set, err := loadFolder(t, files, registry.Tree{"train": "."})
	if err != nil {
		t.Fatal(err)
	}
	if set.Test.Rows != 8 || !slices.Contains(set.TestLabels, 0) || !slices.Contains(set.TestLabels, 1) {
		t.Errorf("tested on classes %v, wanted eight pictures of both", set.TestLabels)
	}
}

func TestFolderColours(t *testing.T) {
	red := pngOf(t, onePixel(color.NRGBA{255, 51, 0, 255}))
	grey := greyPNG(t, 1, 102)
	deep := image.NewGray16(image.Rect(0, 0, 1, 1))
	deep.SetGray16(0, 0, color.Gray16{Y: 1000})
	// 0.299·255 + 0.587·51 in 65536ths: 19595·65535 + 38470·13107, rounded.
	luma := float32(float64((19595*65535+38470*13107+1<<15)>>16) / 65535)
	cases := []struct {
		name   string
		colour string
		first  []byte
		want   []float32
	}{
		{"colour", "auto", red, []float32{1, 0.2, 0}},
		{"grey", "auto", grey, []float32{0.4}},
		{"grey as rgb", "rgb", grey, []float32{0.4, 0.4, 0.4}},
		{"colour as grey", "grey", red, []float32{luma}},
		{"16 bits", "auto", pngOf(t, deep), []float32{float32(float64(1000) / 65535)}},
	}
	for _, c := range cases {
		set, err := loadFolder(t, map[string][]byte{"1.png": c.first, "2.png": c.first}, registry.Tree{"train": ".", "colour": c.colour, "test_count": 1.0})
		if err != nil || !slices.Equal(set.Train.Data, c.want) {
			t.Errorf("%s: read %+v, wanted %v: %v", c.name, set, c.want, err)
		}
	}
	mixed, err := loadFolder(t, map[string][]byte{"1.png": red, "2.png": grey}, registry.Tree{"train": ".", "split": "last", "test_count": 1.0})
	if err != nil || !slices.Equal(mixed.Test.Data, []float32{0.4, 0.4, 0.4}) {
		t.Errorf("grey among colours: %+v, %v", mixed, err)
	}
}

func TestFolderReadsJPEG(t *testing.T) {
	even := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range even.Pix {
		even.Pix[i] = 128 // the one value that JPEG keeps to the bit, its zero
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, even, nil); err != nil {
		t.Fatal(err)
	}
	set, err := loadFolder(t, map[string][]byte{"1.jpg": out.Bytes(), "2.JPEG": out.Bytes()}, registry.Tree{"train": ".", "test_count": 1.0})
	if err != nil || set.Shape.String() != "8×8×1" || set.Train.Data[63] != float32(128)/255 {
		t.Errorf("read %+v: %v", set, err)
	}
}

func TestResize(t *testing.T) {
	cases := []struct {
		name          string
		height        int // of the picture
		values        []byte
		toRows, toCol int
		want          []float32
	}{
		{"to a half", 2, []byte{0, 255, 255, 0, 255, 0, 0, 0}, 1, 2, []float32{0.5, 0.25}},
		{"to the double", 1, []byte{0, 255}, 2, 4, []float32{0, 0, 1, 1, 0, 0, 1, 1}},
		{"three to two", 1, []byte{0, 255, 0}, 1, 2, []float32{float32(1. / 3), float32(1. / 3)}},
		{"two to three", 1, []byte{0, 255}, 1, 3, []float32{0, 0.5, 1}},
		{"to its own", 2, []byte{1, 2, 3, 4}, 2, 2, []float32{float32(1) / 255, float32(2) / 255, float32(3) / 255, float32(4) / 255}},
	}
	for _, c := range cases {
		file := greyPNG(t, c.height, c.values...)
		set, err := loadFolder(t, map[string][]byte{"1.png": file, "2.png": file, "3.png": greyPNG(t, 1, 7)}, registry.Tree{
			"train": ".", "split": "last", "test_count": 1.0, "resize": []any{float64(c.toRows), float64(c.toCol)},
		})
		if err != nil || !slices.Equal(set.Train.Row(0), c.want) {
			t.Errorf("%s: %+v, wanted %v: %v", c.name, set, c.want, err)
		}
	}
}

func TestFolderErrors(t *testing.T) {
	good := greyPNG(t, 2, 1, 2, 3, 4)
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewGray(image.Rect(0, 0, 2, 2)), nil); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		files map[string][]byte
		given registry.Tree
		words []string
	}{
		{"another size", map[string][]byte{"a/1.png": good, "b/2.png": greyPNG(t, 1, 1, 2, 3)}, nil, []string{
			filepath.Join("b", "2.png") + ": wanted a picture of 2×2 pixels, height first", "found 1×3", "resize: [2, 2] brings all pictures to one size"}},
		{"none", map[string][]byte{"notes.txt": nil}, nil, []string{"train: ", "wanted pictures, found no file that ends in .png, .jpg, .jpeg"}},
		{"a kind that is not read", map[string][]byte{"1.png": good, "2.gif": moving.Bytes()}, nil, []string{"2.gif: wanted PNG or JPEG; convert it"}},
		{"no picture", map[string][]byte{"1.png": good, "2.png": []byte("hello")}, nil, []string{"2.png: wanted PNG or JPEG, as its name says, found something else"}},
		{"another format by its name", map[string][]byte{"1.png": good, "2.png": moving.Bytes()}, nil, []string{"2.png: wanted PNG or JPEG, as its name says"}},
		{"cut short", map[string][]byte{"1.png": good, "2.png": good[:len(good)-14]}, nil, []string{"2.png: the picture is damaged"}},
		{"empty", map[string][]byte{"1.png": good, "2.png": nil}, nil, []string{"2.png: wanted PNG or JPEG"}},
		{"some in folders", map[string][]byte{"1.png": good, "a/2.png": good}, nil, []string{"wanted all pictures in folders of their classes, or none"}},
		{"transparent", map[string][]byte{"1.png": pngOf(t, onePixel(color.NRGBA{9, 9, 9, 128})), "2.png": pngOf(t, onePixel(color.NRGBA{9, 9, 9, 255}))}, nil, []string{"1.png: pixel (0, 0), row first: wanted an opaque one"}},
		{"an unknown class", map[string][]byte{"cat/1.png": good, "cat/2.png": good}, registry.Tree{"normal": []any{"dog"}}, []string{`no example is of class "dog"; the classes are cat`}},
		{"classes to train on alone", map[string][]byte{"t/cat/1.png": good, "u/2.png": good}, registry.Tree{"train": "t", "test": "u"}, []string{"test: wanted folders of classes in u as in t, or in neither"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given := registry.Tree{"train": ".", "test_count": 1.0}
			if c.given["test"] != nil {
				given = registry.Tree{}
			}
			for name, value := range c.given {
				given = given.With(name, value)
			}
			_, err := loadFolder(t, c.files, given)
			mustFail(t, err, c.words...)
		})
	}
	source, _ := resolve(t, registry.Tree{"kind": "folder", "train": "absent"})
	_, err := source.Describe(t.TempDir())
	mustFail(t, err, "train: ", "absent: no such folder; relative paths start from the folder of the spec")
	_, mistakes := sources.Resolve(registry.Tree{"kind": "folder", "train": ".", "resize": []any{28.0}})
	mustFail(t, mistakes, "resize must be height and width, got 1 numbers (resize: [28, 28])")
}

func TestFolderBehindALink(t *testing.T) {
	dir := folderOf(t, map[string][]byte{"real/1.png": greyPNG(t, 1, 1), "real/2.png": greyPNG(t, 1, 2)})
	if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil {
		t.Skip("needs symbolic links: ", err)
	}
	source, _ := resolve(t, registry.Tree{"kind": "folder", "train": "link", "test_count": 1.0})
	if set := load(t, source, dir); set.Train.Rows != 1 {
		t.Errorf("trained on %d pictures", set.Train.Rows)
	}
	source, _ = resolve(t, registry.Tree{"kind": "folder", "train": ".", "test_count": 1.0})
	_, err := source.Load(t.Context(), dir, nil)
	mustFail(t, err, "link: wanted a folder, found a link to one, which is not followed")
}
