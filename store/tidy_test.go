package store

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTidyGivesBackWhatCheckpointsTook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hourglass.db")
	s, err := Open(path)
	must(t, err)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	must(t, s.Start(id, machine))
	must(t, s.Checkpoint(id, []Epoch{epochRow(1)}, make([]byte, 3*leastTidied), Progress{Epochs: 1}))
	must(t, s.Finish(id, resultOf(Done)))
	before := dump(t, s)
	must(t, s.Tidy())
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("tidying changed what is remembered:\n%s", diff)
	}
	must(t, s.Close())
	info, err := os.Stat(path)
	must(t, err)
	if info.Size() > leastTidied {
		t.Errorf("want a file of less than %d bytes, got %d", leastTidied, info.Size())
	}
}
