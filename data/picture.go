package data

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // decodes
	_ "image/png"  // decodes
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// picture is a file of a folder of pictures.
type picture struct {
	role          string // the parameter that gives the folder
	name          string // path within the folder, with slashes
	path          string
	class         string // the first folder in name, or ""
	height, width int
	grey          bool
}

// readable and foreign are the endings of pictures that are read, and of those
// that are not, but must not be passed over either.
var (
	readable = []string{".png", ".jpg", ".jpeg"}
	foreign  = []string{".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".avif", ".pgm", ".ppm", ".svg"}
)

// maxPixels is more than any training could use; it bounds what a damaged or
// hostile file can ask for.
const maxPixels = 1 << 26

// picturesIn lists the pictures of a folder that a spec gave as the value of
// role, in the order of their names, and reads their sizes. Files whose names
// begin with a dot, and those that are no pictures, are passed over.
func picturesIn(role, root string) ([]picture, error) {
	names, err := pictureNames(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %s: no such folder; relative paths start from the folder of the spec", role, root)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", role, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: %s: wanted pictures, found no file that ends in %s", role, root, strings.Join(readable, ", "))
	}
	var mistakes fileMistakes
	found := make([]picture, len(names))
	for i, name := range names {
		found[i] = picture{role: role, name: name, path: filepath.Join(root, filepath.FromSlash(name))}
		found[i].class, _, _ = strings.Cut(name, "/")
		if !strings.Contains(name, "/") {
			found[i].class = ""
		}
		if (found[i].class == "") != (found[0].class == "") {
			mistakes.add("%s: wanted all pictures in folders of their classes, or none; %s is otherwise", found[i].path, found[0].path)
		}
		if err := found[i].measure(); err != nil {
			mistakes.add("%s: %v", found[i].path, err)
		}
	}
	if err := mistakes.err(); err != nil {
		return nil, fmt.Errorf("%s: %w", role, err)
	}
	return found, nil
}

// pictureNames are the paths within root, sorted.
func pictureNames(root string) ([]string, error) {
	info, err := os.Stat(root)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s: wanted a folder, found a file", root)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	// With the separator, a root that is a link is followed.
	err = filepath.WalkDir(root+string(filepath.Separator), func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(entry.Name(), ".") {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		wanted, err := isPicture(file, entry)
		if wanted {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// isPicture tells whether a file is to be read.
func isPicture(file string, entry fs.DirEntry) (bool, error) {
	ending := strings.ToLower(path.Ext(entry.Name()))
	if entry.Type()&fs.ModeSymlink != 0 {
		info, err := os.Stat(file)
		if err != nil {
			return false, err
		}
		if info.IsDir() {
			return false, fmt.Errorf("%s: wanted a folder, found a link to one, which is not followed; name it in the spec, or copy it", file)
		}
	} else if entry.IsDir() {
		return false, nil
	}
	if slices.Contains(foreign, ending) {
		return false, fmt.Errorf("%s: wanted PNG or JPEG; convert it, or take it out of the folder", file)
	}
	return slices.Contains(readable, ending), nil
}

// measure reads size and kind of a picture, without decoding it.
func (p *picture) measure() error {
	file, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer file.Close()
	config, format, err := image.DecodeConfig(file)
	if err == nil && format != "png" && format != "jpeg" {
		err = image.ErrFormat // another package of the program can read it
	}
	if err != nil {
		return undecoded(err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return fmt.Errorf("wanted at most %d pixels, found %d×%d", maxPixels, config.Height, config.Width)
	}
	p.height, p.width = config.Height, config.Width
	p.grey = config.ColorModel == color.GrayModel || config.ColorModel == color.Gray16Model
	return nil
}

func undecoded(err error) error {
	if errors.Is(err, image.ErrFormat) {
		return errors.New("wanted PNG or JPEG, as its name says, found something else")
	}
	return fmt.Errorf("the picture is damaged: %w", explain(err))
}

// samples are the pixels of a picture, height × width × channels, as whole
// numbers up to 65535.
type samples struct {
	height, width, channels int
	values                  []uint16
	coloured                bool // made grey, and seen not to be
}

// decode reads the pixels in so many channels, 1 or 3.
func (p *picture) decode(channels int) (samples, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return samples{}, err
	}
	defer file.Close()
	decoded, _, err := image.Decode(file)
	if err != nil {
		return samples{}, undecoded(err)
	}
	bounds := decoded.Bounds()
	if bounds.Dy() != p.height || bounds.Dx() != p.width {
		return samples{}, errors.New("the picture changes while it is read")
	}
	s := samples{height: p.height, width: p.width, channels: channels, values: make([]uint16, 0, p.height*p.width*channels)}
	at, deep := pixelsOf(decoded), sixteenBits(decoded)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			pixel := at(x, y)
			if pixel.A != 0xffff {
				return s, fmt.Errorf("pixel (%d, %d), row first: wanted an opaque one, found a transparent one; put the picture on a background beforehand", y-bounds.Min.Y, x-bounds.Min.X)
			}
			s.append(pixel, deep)
		}
	}
	return s, nil
}

// greyNoise is how far apart JPEG takes the channels of a grey picture.
const greyNoise = 8 * 0x101

// append adds a pixel. Samples of 8 bits, which JPEG rounds to, are v·257, so
// that 255 is 65535.
func (s *samples) append(pixel color.RGBA64, deep bool) {
	if !deep {
		pixel.R, pixel.G, pixel.B = pixel.R>>8*0x101, pixel.G>>8*0x101, pixel.B>>8*0x101
	}
	if s.channels == 1 {
		most, least := max(pixel.R, pixel.G, pixel.B), min(pixel.R, pixel.G, pixel.B)
		s.coloured = s.coloured || most-least > greyNoise
		// The weights of color.Gray16Model.
		s.values = append(s.values, uint16((19595*uint32(pixel.R)+38470*uint32(pixel.G)+7471*uint32(pixel.B)+1<<15)>>16))
		return
	}
	s.values = append(s.values, pixel.R, pixel.G, pixel.B)
}

// pixelsOf returns what reads a pixel, without allocation where the type can.
func pixelsOf(decoded image.Image) func(x, y int) color.RGBA64 {
	if fast, ok := decoded.(image.RGBA64Image); ok {
		return fast.RGBA64At
	}
	return func(x, y int) color.RGBA64 {
		return color.RGBA64Model.Convert(decoded.At(x, y)).(color.RGBA64)
	}
}

func sixteenBits(decoded image.Image) bool {
	switch decoded.(type) {
	case *image.Gray16, *image.RGBA64, *image.NRGBA64:
		return true
	}
	return false
}
