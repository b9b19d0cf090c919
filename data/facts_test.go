package data

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func TestFactsAsJSON(t *testing.T) {
	source, _ := resolve(t, registry.Tree{"kind": "gaussian", "validation": 1000.0})
	facts, err := source.Describe("")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"gaussian","summary":"made-up examples of a given rank and spectrum, with noise","shape":[64],` +
		`"train":9000,"validation":1000,"test":2000,"low":null,"high":null,"bytes":3072000}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if facts.Within(0, 1) {
		t.Error("normal numbers are said to lie in [0, 1]")
	}
}

func TestCSVIsDescribedAsItIs(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), []byte("x,y\n1,2\n3,4\n5,6\n7,8\n9,0\n"))
	source, _ := resolve(t, registry.Tree{"kind": "csv", "train": "a.csv", "validation": 1.0, "scaling": "minmax", "clip": true})
	facts, err := source.Describe(dir)
	if err != nil {
		t.Fatal(err)
	}
	if facts.Train != 3 || facts.Validation != 1 || facts.Test != 1 || !slices.Equal(facts.Shape, []int{2}) || !facts.Within(0, 1) {
		t.Errorf("described as %+v", facts)
	}
}

// TestFetchNamed puts a small set among the named ones.
func TestFetchNamed(t *testing.T) {
	dir := fakeCache(t)
	_, files := small(t)
	server, _ := serve(t, files)
	set, _ := small(t, server)
	before := nameds
	nameds = append(slices.Clone(nameds), set)
	t.Cleanup(func() { nameds = before })

	folder, complete, err := Cached("small")
	if folder != filepath.Join(dir, "small") || complete || err != nil {
		t.Errorf("before: folder %s, complete %v: %v", folder, complete, err)
	}
	if err := Fetch(t.Context(), "small", nil); err != nil {
		t.Fatal(err)
	}
	if _, complete, err = Cached("small"); !complete || err != nil {
		t.Errorf("after: complete %v: %v", complete, err)
	}
	if folder, complete, err = Cached("digits"); folder != "" || !complete || err != nil {
		t.Errorf("digits: folder %q, complete %v: %v", folder, complete, err)
	}
	mustFail(t, Fetch(t.Context(), "cifar", nil), `no data set is called "cifar": the names are digits, fashion-mnist, mnist, small`)
}

func TestCacheDirIsTheUsersUnlessSet(t *testing.T) {
	before := cache.dir
	t.Cleanup(func() { UseCache(before) })
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("LocalAppData", filepath.Join(home, "cache"))
	UseCache("")
	dir, err := cacheDir()
	if err != nil || filepath.Base(dir) != "hourglass" || !filepath.IsAbs(dir) {
		t.Errorf("cache in %s: %v", dir, err)
	}
}
