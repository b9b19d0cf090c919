package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// idxBytes is an IDX file of bytes.
func idxBytes(elements []byte, dims ...uint32) []byte {
	out := []byte{0, 0, idxUint8, byte(len(dims))}
	for _, dim := range dims {
		out = binary.BigEndian.AppendUint32(out, dim)
	}
	return append(out, elements...)
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// count returns the bytes 0 to n − 1.
func count(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i)
	}
	return out
}

// small is a data set like MNIST with 6 training and 2 test pictures of 2 × 3
// pixels, and the content of its files by name. Pixel k of training picture i
// is 6i + k; picture i is a 1 where i is odd, and a 0 elsewhere.
func small(t *testing.T, origins ...origin) (*named, map[string][]byte) {
	t.Helper()
	contents := [][]byte{
		idxBytes(count(36), 6, 2, 3), idxBytes([]byte{0, 1, 0, 1, 0, 1}, 6),
		idxBytes(count(12), 2, 2, 3), idxBytes([]byte{1, 0}, 2),
	}
	files := idxFiles("", "", "", "")
	byName := map[string][]byte{}
	for i, content := range contents {
		sum := sha256.Sum256(content)
		files[i].size, files[i].sha256 = int64(len(content)), hex.EncodeToString(sum[:])
		byName[files[i].name+".gz"] = gzipped(t, content)
	}
	set := &named{
		facts:       Facts{Name: "small", Shape: pictures(2, 3), Low: 0, High: 1, Train: 6, Test: 2, Classes: []string{"0", "1"}},
		trainCounts: []int{3, 3},
		files:       &collection{name: "small", title: "Small", size: "1 kB", files: files, origins: origins},
	}
	set.read = set.files.readPictures
	return set, byName
}

// fakeCache is a cache of the test's own.
func fakeCache(t *testing.T) string {
	t.Helper()
	before := cache.dir
	dir := t.TempDir()
	UseCache(dir)
	t.Cleanup(func() { UseCache(before) })
	return dir
}

// serve serves files, and counts how often each is asked for.
func serve(t *testing.T, files map[string][]byte) (urlOrigin, map[string]int) {
	t.Helper()
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		asked[name]++
		content, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(content)
	}))
	t.Cleanup(server.Close)
	return urlOrigin(server.URL), asked
}

// resolve turns a declaration into a source, and into its resolved tree.
func resolve(t *testing.T, given registry.Tree) (Source, registry.Tree) {
	t.Helper()
	resolved, mistakes := sources.Resolve(given)
	if mistakes != nil {
		t.Fatal(mistakes)
	}
	source, err := registry.Decode[Source](resolved)
	if err != nil {
		t.Fatal(err)
	}
	return source, resolved.(registry.Tree)
}

func load(t *testing.T, source Source, dir string) *Set {
	t.Helper()
	set, err := source.Load(context.Background(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// mustFail checks that err says all of words.
func mustFail(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, wanted one with %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}
