package data

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxRatio is more than gzip can pack: 1032 to 1 at best.
const maxRatio = 1040

// packedFile reads a file, unpacking it where it is packed with gzip.
type packedFile struct {
	io.Reader
	bound int64 // no more bytes can come out
	file  *os.File
}

func openPacked(path string) (*packedFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	packed, err := newPackedFile(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", path, explain(err))
	}
	return packed, nil
}

func newPackedFile(file *os.File) (*packedFile, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("wanted a file, found a folder or a device")
	}
	buffered := bufio.NewReaderSize(file, 1<<16)
	begin, _ := buffered.Peek(2)
	if string(begin) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(buffered)
		return &packedFile{unpacked, info.Size() * maxRatio, file}, err
	}
	if strings.HasSuffix(file.Name(), ".gz") {
		return nil, fmt.Errorf("wanted a file packed with gzip, as its name says, found one that begins with %q", begin)
	}
	return &packedFile{buffered, info.Size(), file}, nil
}

func (p *packedFile) Close() error { return p.file.Close() }

// explain puts the errors of damaged files into words.
func explain(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the file is cut short")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, zip.ErrChecksum):
		return fmt.Errorf("the file is damaged: %w", err)
	}
	return err
}
