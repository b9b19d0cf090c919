package data

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/nn"
)

// within returns path as seen from dir.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// mustExist puts into words what is wrong with a path that a spec gave as the
// value of name.
func mustExist(name, path string) error {
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return fmt.Errorf("%s: %s: no such file; relative paths start from the folder of the spec", name, path)
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: %s: wanted a file, found a folder or a device", name, path)
	}
	return nil
}

// fileSum is the SHA-256 of a file's unpacked content, in hex. In text, the
// end of a line is the same with and without a carriage return.
func fileSum(path string, text bool) (string, error) {
	file, err := openPacked(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if text {
		err = copyLines(sum, file)
	} else {
		_, err = io.Copy(sum, file)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, explain(err))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// copyLines copies text, with \n for \r\n.
func copyLines(dst io.Writer, src io.Reader) error {
	lines := bufio.NewReader(src)
	for {
		line, err := lines.ReadSlice('\n')
		end := len(line)
		if end > 1 && line[end-1] == '\n' && line[end-2] == '\r' {
			line[end-2] = '\n'
			end--
		}
		if _, err := dst.Write(line[:end]); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
}

// filesFingerprint is a digest over the files of a spec, by the names of the
// parameters that give them. how says how they are read.
func filesFingerprint(how, dir string, text bool, names, paths []string) (string, error) {
	words := []string{how}
	for i, path := range paths {
		if path == "" {
			continue
		}
		if err := mustExist(names[i], within(dir, path)); err != nil {
			return "", err
		}
		sum, err := fileSum(within(dir, path), text)
		if err != nil {
			return "", fmt.Errorf("%s: %w", names[i], err)
		}
		words = append(words, names[i], sum)
	}
	return digest(words...), nil
}

// shaped returns the shape that a spec gives to examples of another one, or
// their own where it gives none.
func shaped(given []int, own nn.Shape) (nn.Shape, error) {
	if len(given) == 0 {
		return own, nil
	}
	shape := nn.Shape(slices.Clone(given))
	if shape.Size() != own.Size() {
		return nil, fmt.Errorf("shape: wanted %d elements, as examples have, got %v, which has %d", own.Size(), shape, shape.Size())
	}
	return shape, nil
}

// classesOf returns the labels that occur, in numerical order where all are
// numbers and in alphabetical order otherwise.
func classesOf(labels ...[]string) []string {
	classes := slices.Concat(labels...)
	slices.Sort(classes)
	classes = slices.Compact(classes)
	numbers := make(map[string]float64, len(classes))
	for _, class := range classes {
		number, err := strconv.ParseFloat(class, 64)
		if err != nil {
			return classes
		}
		numbers[class] = number
	}
	slices.SortStableFunc(classes, func(a, b string) int {
		switch {
		case numbers[a] < numbers[b]:
			return -1
		case numbers[a] > numbers[b]:
			return 1
		}
		return 0
	})
	return classes
}

// indicesOf returns the index of each label in classes; nil for none.
func indicesOf(labels, classes []string) []int32 {
	if labels == nil {
		return nil
	}
	index := make(map[string]int32, len(classes))
	for i, class := range classes {
		index[class] = int32(i)
	}
	out := make([]int32, len(labels))
	for i, label := range labels {
		out[i] = index[label]
	}
	return out
}

// namedClasses returns the indices of the classes that a spec trains on.
func namedClasses(wanted, classes []string) ([]int32, error) {
	var out []int32
	for _, class := range wanted {
		i := slices.Index(classes, class)
		if i < 0 {
			return nil, fmt.Errorf("normal: no example is of class %q; the classes are %s", class, abridged(classes))
		}
		out = append(out, int32(i))
	}
	return out, nil
}

// abridged lists the first few of many words.
func abridged(words []string) string {
	const most = 12
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}

// extremes is the smallest and the largest value of some splits.
func extremes(splits ...*nn.Matrix) (low, high float32) {
	first := true
	for _, x := range splits {
		if x == nil {
			continue
		}
		if first {
			low, high, first = x.Data[0], x.Data[0], false
		}
		for _, v := range x.Data {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}
