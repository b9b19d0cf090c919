package data

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

func TestFetchOnce(t *testing.T) {
	dir := fakeCache(t)
	_, files := small(t)
	server, asked := serve(t, files)
	set, _ := small(t, server)
	var reports []string
	for range 2 {
		train, test, err := set.tables(context.Background(), func(line string) { reports = append(reports, line) })
		if err != nil {
			t.Fatal(err)
		}
		if train.rows() != 6 || test.rows() != 2 || train.x.Row(5)[5] != float32(35)/255 || test.labels[0] != 1 {
			t.Errorf("read %d and %d rows, last pixel %v, labels %v", train.rows(), test.rows(), train.x.Row(5)[5], test.labels)
		}
	}
	for name := range files {
		if asked[name] != 1 {
			t.Errorf("%s was fetched %d times, wanted once", name, asked[name])
		}
	}
	if want := fmt.Sprintf("fetching Small from %s, 1 kB", server); len(reports) != 1 || reports[0] != want {
		t.Errorf("reports %q, wanted %q", reports, want)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "small"))
	if err != nil || len(entries) != len(files) {
		t.Errorf("%v in the cache, wanted the %d files: %v", entries, len(files), err)
	}
}

func TestFetchGoesOnWithTheNextOrigin(t *testing.T) {
	fakeCache(t)
	_, files := small(t)
	whole, asked := serve(t, files)
	truncated := files["t10k-images-idx3-ubyte.gz"]
	half, _ := serve(t, map[string][]byte{
		"train-images-idx3-ubyte.gz": files["train-images-idx3-ubyte.gz"],
		"train-labels-idx1-ubyte.gz": files["train-labels-idx1-ubyte.gz"],
		"t10k-images-idx3-ubyte.gz":  truncated[:len(truncated)-9],
	})
	set, _ := small(t, folderOrigin(filepath.Join(t.TempDir(), "absent")), half, whole)
	if _, _, err := set.tables(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if asked["train-images-idx3-ubyte.gz"] != 0 || asked["t10k-images-idx3-ubyte.gz"] != 1 {
		t.Errorf("asked the last origin for %v, wanted only what the one before did not have", asked)
	}
}

func TestFetchTakesTheFilesOfAFolder(t *testing.T) {
	fakeCache(t)
	_, files := small(t)
	folder := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(folder, name), content)
	}
	set, _ := small(t, folderOrigin(folder))
	if _, _, err := set.tables(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func TestFetchSaysWhyAndWhatToDo(t *testing.T) {
	dir := fakeCache(t)
	_, files := small(t)
	name := "train-images-idx3-ubyte.gz"
	other := gzipped(t, bytes.Replace(idxBytes(count(36), 6, 2, 3), []byte{7}, []byte{8}, 1))
	cases := []struct {
		what string
		sent []byte
		want string
	}{
		{"a page instead of the file", []byte("<html>Sign in</html>"), "wanted a file packed with gzip, got 20 bytes of something else"},
		{"cut short", files[name][:30], "the file is cut short"},
		{"other content", other, "checksum wrong: wanted SHA-256"},
		{"another size", gzipped(t, idxBytes(count(18), 3, 2, 3)), "wanted 52 bytes unpacked, found 34"},
		{"too large", gzipped(t, make([]byte, 5000)), "wanted 52 bytes unpacked, found more"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			server, _ := serve(t, map[string][]byte{name: c.sent})
			set, _ := small(t, server)
			_, _, err := set.tables(context.Background(), nil)
			mustFail(t, err, "Small is not in "+filepath.Join(dir, "small"), server.String(), name, c.want, "by hand")
			if _, err := os.Stat(filepath.Join(dir, "small", name)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a damaged file was kept: %v", err)
			}
		})
	}
}

func TestFetchOffline(t *testing.T) {
	dir := fakeCache(t)
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	set, _ := small(t, urlOrigin(server.URL))
	set.files.hint = "ask a friend"
	_, _, err := set.tables(context.Background(), nil)
	mustFail(t, err, "Small is not in "+filepath.Join(dir, "small"), "train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz", "by hand", "ask a friend")
}

func TestFetchIsInterrupted(t *testing.T) {
	fakeCache(t)
	_, files := small(t)
	server, asked := serve(t, files)
	ctx, cancel := context.WithCancel(context.Background())
	set, _ := small(t, server, server)
	_, _, err := set.tables(ctx, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) || len(asked) != 0 {
		t.Errorf("error %v, asked for %v: wanted an interrupt and nothing more", err, asked)
	}
}

func TestCacheAlsoHoldsUnpackedFiles(t *testing.T) {
	dir := fakeCache(t)
	set, files := small(t)
	for name, content := range files {
		write(t, filepath.Join(dir, "small", name), content)
	}
	path := filepath.Join(dir, "small", "train-images-idx3-ubyte")
	if err := os.Remove(path + ".gz"); err != nil {
		t.Fatal(err)
	}
	write(t, path, idxBytes(count(36), 6, 2, 3))
	if _, _, err := set.tables(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

func TestDamagedCache(t *testing.T) {
	whole := idxBytes(count(36), 6, 2, 3)
	changed := bytes.Clone(whole)
	changed[40]++
	badSum := gzipped(t, whole)
	badSum[len(badSum)-8]++
	cases := []struct {
		what    string
		content []byte
		want    string
	}{
		{"empty", nil, "wanted a file packed with gzip"},
		{"not gzip", whole, "wanted a file packed with gzip, as its name says, found one that begins with"},
		{"cut short", gzipped(t, whole)[:35], "the file is cut short"},
		{"gzip's own sum wrong", badSum, "the file is damaged: gzip: invalid checksum"},
		{"wrong magic", gzipped(t, append([]byte{1, 2, 3, 4}, whole[4:]...)), "not an IDX file: wanted 00 00, a type from 08 to 0e and 1 to 4 dimensions, found 01 02 03 04"},
		{"a header cut short", gzipped(t, whole[:11]), "the file is cut short"},
		{"elements cut short", gzipped(t, whole[:50]), "the file is cut short"},
		{"too long", gzipped(t, append(bytes.Clone(whole), 0)), "the file holds more than its dimensions say"},
		{"dimensions too large", gzipped(t, idxBytes(count(36), 6, 2, 300)), "the file is cut short: dimensions [6 2 300] are more than it can hold"},
		{"labels", gzipped(t, idxBytes(count(36), 36)), "wanted examples, found one dimension"},
		{"content changed", gzipped(t, changed), "checksum wrong: wanted SHA-256"},
		{"fewer examples", gzipped(t, idxBytes(count(18), 3, 2, 3)), "wanted 52 bytes unpacked, found 34"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			dir := fakeCache(t)
			set, files := small(t)
			for name, content := range files {
				write(t, filepath.Join(dir, "small", name), content)
			}
			path := filepath.Join(dir, "small", "train-images-idx3-ubyte.gz")
			write(t, path, c.content)
			_, _, err := set.tables(context.Background(), nil)
			mustFail(t, err, "load small: "+path, c.want, ": delete it and run again")
		})
	}
}

// TestModuleOrigin has the real go tool fetch a module from a folder.
func TestModuleOrigin(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go tool")
	}
	_, files := small(t)
	proxy := t.TempDir()
	writeModule(t, proxy, "example.com/digits", "v1.0.0", files)
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy))
	t.Setenv("GONOSUMDB", "example.com")
	t.Setenv("GOSUMDB", "off")
	modules := t.TempDir()
	t.Setenv("GOMODCACHE", modules)
	t.Cleanup(func() { makeWritable(t, modules) })
	fakeCache(t)
	set, _ := small(t, moduleOrigin{"example.com/digits", "v1.0.0", "data"})
	if _, _, err := set.tables(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	_, err := moduleOrigin{"example.com/digits", "v2.0.0", "data"}.open(context.Background(), "t10k-images-idx3-ubyte.gz")
	mustFail(t, err, "example.com/digits@v2.0.0")
}

func TestModuleOriginWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := moduleOrigin{"example.com/digits", "v1.0.0", "data"}.open(context.Background(), "a")
	mustFail(t, err, "the go tool is not installed")
}

// writeModule lays a module out as GOPROXY=file: wants it.
func writeModule(t *testing.T, proxy, module, version string, files map[string][]byte) {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for name, content := range files {
		entry, err := w.Create(module + "@" + version + "/data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(proxy, module, "@v")
	write(t, filepath.Join(folder, version+".zip"), archive.Bytes())
	write(t, filepath.Join(folder, version+".mod"), []byte("module "+module+"\n"))
	write(t, filepath.Join(folder, version+".info"), []byte(`{"Version":"`+version+`"}`))
	write(t, filepath.Join(folder, "list"), []byte(version+"\n"))
}

// makeWritable lets a module cache, which the go tool protects, be removed.
func makeWritable(t *testing.T, dir string) {
	if runtime.GOOS == "windows" {
		return
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
