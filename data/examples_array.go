package data

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// mostTurned is how many elements an array in the order of Fortran has at most:
// they take a gigabyte.
const mostTurned = 1 << 27

// readNPY reads an array of NumPy.
func (b *batch) readNPY(path string) error {
	file, err := openPacked(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return b.readArray(file, file.bound)
}

// readNPZ reads an array of an archive: FILE.npz:NAME, or the only one.
func (b *batch) readNPZ(path string) error {
	path, name, named := cutArchive(path)
	if !named {
		var err error
		if name, err = onlyArray(path); err != nil {
			return err
		}
	}
	array, err := openNpzArray(path, "file", name)
	if err != nil {
		return err
	}
	defer array.Close()
	if err := b.readArray(array, array.bound); err != nil && !b.failed {
		return fmt.Errorf("%s: %w", name, explain(err))
	} else if err != nil {
		return err
	}
	return nil
}

// cutArchive parts FILE.npz:NAME.
func cutArchive(path string) (file, name string, named bool) {
	if before, after, found := strings.Cut(path, ".npz:"); found && after != "" {
		return before + ".npz", after, true
	}
	return path, "", false
}

// onlyArray returns the name of the one array of an archive.
func onlyArray(path string) (string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return "", errors.New("wanted CSV, npy, npz, IDX or pictures, found an archive that is damaged, or none of numpy.savez")
	}
	defer archive.Close()
	var names []string
	for _, entry := range archive.File {
		if name, is := strings.CutSuffix(entry.Name, ".npy"); is {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	switch len(names) {
	case 0:
		return "", errors.New("wanted an archive of numpy.savez, found one without arrays; unpack it beforehand")
	case 1:
		return names[0], nil
	}
	return "", fmt.Errorf("the archive has the arrays %s; say which, such as %s:%s", abridged(names), path, names[0])
}

// readArray reads an array of NumPy, of which no more than bound bytes come.
func (b *batch) readArray(src io.Reader, bound int64) error {
	array, err := openNpy(src, bound)
	if err != nil {
		return err
	}
	if err := array.mustHoldExamples(); err != nil {
		return err
	}
	steps := b.steps(array.dims)
	if err := b.mustFit(array.dims[1:]); err != nil && !steps {
		return err
	}
	divisor := b.divisor(array.kind == "u1")
	c := &cutter{batch: b, width: b.x.Cols, window: 1, stride: 1}
	if steps {
		c = b.cutter(array.dims[1])
	} else {
		b.whole = false
	}
	take := func(_ int, chunk []float64) error {
		for i, v := range chunk {
			chunk[i] = v / divisor
		}
		return c.take(chunk)
	}
	if array.fortran {
		err = array.readTurned(mostTurned, take)
	} else {
		err = array.read(take)
	}
	if err != nil {
		return err
	}
	return c.end()
}

// readTurned reads the elements of an array in the order of Fortran, and hands
// them on in that of C, the elements of its first dimension one after the other.
func (a *npyArray) readTurned(most int, take func(first int, chunk []float64) error) error {
	size := a.size()
	if size > most {
		return fmt.Errorf("the array is in the order of Fortran, in which no example stands by itself, and with %d elements too large to be turned in memory, at most %d; save numpy.ascontiguousarray of it", size, most)
	}
	all := make([]float64, size)
	err := a.read(func(first int, chunk []float64) error {
		for i, v := range chunk {
			all[a.place(first+i)] = v
		}
		return nil
	})
	width := size / a.dims[0]
	for first := 0; err == nil && first < size; first += width {
		err = take(first, all[first:first+width])
	}
	return err
}
