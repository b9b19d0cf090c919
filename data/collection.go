package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2/maybe"
)

// collection is the files of a data set that is fetched.
type collection struct {
	name    string // of its folder in the cache
	title   string // for people
	size    string // of what is fetched, for people
	files   []collected
	origins []origin // the nearest first
	hint    string   // what else helps, or ""
}

// collected is a file of a collection. It is fetched packed with gzip, as
// name.gz; in the cache it may also lie unpacked, as name.
type collected struct {
	name   string
	size   int64  // bytes, unpacked
	sha256 string // of the unpacked content, so that packing it again does not matter
}

// fileWithin is how long one file of a collection may take to arrive.
const fileWithin = 20 * time.Minute

// packingOverhead is more than gzip adds to what it cannot make smaller.
const packingOverhead = 1 << 20

// folder is where the collection lies in the cache.
func (c *collection) folder() (string, error) {
	dir, err := cacheDir()
	return filepath.Join(dir, c.name), err
}

// find returns the path of a file in folder, or "".
func (f collected) find(folder string) string {
	for _, name := range []string{f.name + ".gz", f.name} {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// missing returns the files that are not in folder.
func (c *collection) missing(folder string) []collected {
	var missing []collected
	for _, file := range c.files {
		if file.find(folder) == "" {
			missing = append(missing, file)
		}
	}
	return missing
}

// fetch brings the files that are missing into the cache, from the first
// origin that has them.
func (c *collection) fetch(ctx context.Context, report func(string)) error {
	folder, err := c.folder()
	if err != nil {
		return err
	}
	missing := c.missing(folder)
	if len(missing) == 0 {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("keep %s: %w", c.title, err)
	}
	var failures []string
	for _, from := range c.origins {
		if report != nil {
			report(fmt.Sprintf("fetching %s from %s, %s", c.title, from, c.size))
		}
		missing, err = fetchAll(ctx, folder, missing, from)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", c.title, ctx.Err())
		}
		failures = append(failures, fmt.Sprintf("  %s: %v", from, err))
	}
	return c.unavailable(folder, missing, failures)
}

func (c *collection) unavailable(folder string, missing []collected, failures []string) error {
	names := make([]string, len(missing))
	for i, file := range missing {
		names[i] = file.name + ".gz"
	}
	remedy := "fetch it where there is a network, or put " + strings.Join(names, ", ") + " into that folder by hand, packed or unpacked"
	if c.hint != "" {
		remedy += "; " + c.hint
	}
	return fmt.Errorf("%s is not in %s, and could not be fetched:\n%s\n%s", c.title, folder, strings.Join(failures, "\n"), remedy)
}

// fetchAll fetches files in order, and returns those that are still missing
// when one of them fails.
func fetchAll(ctx context.Context, folder string, files []collected, from origin) ([]collected, error) {
	for i, file := range files {
		if err := file.fetch(ctx, folder, from); err != nil {
			return files[i:], err
		}
	}
	return nil, nil
}

// fetch writes a file into folder, whole and checked, or not at all.
func (f collected) fetch(ctx context.Context, folder string, from origin) error {
	ctx, cancel := context.WithTimeout(ctx, fileWithin)
	defer cancel()
	name := f.name + ".gz"
	content, err := from.open(ctx, name)
	if err != nil {
		return err
	}
	defer content.Close()
	packed, err := io.ReadAll(io.LimitReader(content, f.size+packingOverhead))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("%s: wanted a file packed with gzip, got %d bytes of something else", name, len(packed))
	}
	check := f.newCheck(unpacked)
	if _, err := io.Copy(io.Discard, check); err != nil {
		return fmt.Errorf("%s: %w", name, explain(err))
	}
	if err := check.verify(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return maybe.WriteFile(filepath.Join(folder, name), packed, 0o644)
}

// read reads a file in the cache, and says what to do where it is damaged.
func (f collected) read(folder string, read func(r io.Reader, bound int64) error) error {
	path := f.find(folder)
	if path == "" {
		return fmt.Errorf("%s: the file has gone", filepath.Join(folder, f.name))
	}
	err := f.readPath(path, read)
	if err != nil && !errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%w: delete it and run again", err)
	}
	return err
}

func (f collected) readPath(path string, read func(r io.Reader, bound int64) error) error {
	file, err := openPacked(path)
	if err != nil {
		return err
	}
	defer file.Close()
	check := f.newCheck(file)
	if err := read(check, f.size); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := check.verify(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// check is a reader that remembers what it has read.
type check struct {
	io.Reader
	file  collected
	count counter
	sum   interface{ Sum([]byte) []byte }
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func (f collected) newCheck(r io.Reader) *check {
	sum := sha256.New()
	c := &check{file: f, sum: sum}
	limited := io.LimitReader(r, f.size+1)
	c.Reader = io.TeeReader(limited, io.MultiWriter(sum, &c.count))
	return c
}

// verify compares what was read with what the file should hold.
func (c *check) verify() error {
	switch n := int64(c.count); {
	case n > c.file.size:
		return fmt.Errorf("wanted %d bytes unpacked, found more", c.file.size)
	case n < c.file.size:
		return fmt.Errorf("wanted %d bytes unpacked, found %d", c.file.size, n)
	}
	if got := hex.EncodeToString(c.sum.Sum(nil)); got != c.file.sha256 {
		return fmt.Errorf("checksum wrong: wanted SHA-256 %s unpacked, found %s", c.file.sha256, got)
	}
	return nil
}
