package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// wantReason fails the test unless err is an error of the run, for that
// reason, and its text names the file and a remedy.
func wantReason(t testing.TB, err, reason error, file string) {
	t.Helper()
	if problem := reasonMissing(err, reason, file); problem != "" {
		t.Error(problem)
	}
}

func reasonMissing(err, reason error, file string) string {
	var e *Error
	switch {
	case !errors.Is(err, ErrStore) || !errors.Is(err, reason) || !errors.As(err, &e):
		return fmt.Sprintf("want %q, got %v", reason, err)
	case !strings.Contains(err.Error(), file):
		return fmt.Sprintf("%q does not name %s", err, file)
	case e.Remedy() == "" || !strings.HasSuffix(err.Error(), e.Remedy()):
		return fmt.Sprintf("%q says no remedy", err)
	}
	return ""
}

func both(t *testing.T, path string, reason error) {
	t.Helper()
	_, err := Open(path)
	wantReason(t, err, reason, path)
	_, err = OpenReadOnly(path)
	wantReason(t, err, reason, path)
}

func TestFileThatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	text := strings.Repeat("This is a text that somebody wrote.\n", 50)
	must(t, os.WriteFile(path, []byte(text), 0o644))
	both(t, path, ErrNotStore)
	after, err := os.ReadFile(path)
	must(t, err)
	if string(after) != text {
		t.Error("the file was changed")
	}
}

// execute runs SQL on a file without any of this package's care.
func execute(t *testing.T, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		_, err := db.Exec(statement)
		must(t, err)
	}
	return db
}

func TestDatabaseOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "songs.db")
	must(t, execute(t, path, "CREATE TABLE songs (title TEXT)").Close())
	before, err := os.ReadFile(path)
	must(t, err)
	both(t, path, ErrNotStore)
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Error("the file was changed")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hourglass.db")
	s, err := Open(path)
	must(t, err)
	must(t, s.Close())
	must(t, execute(t, path, "PRAGMA user_version = 99").Close())
	both(t, path, ErrNewer)
	_, err = Open(path)
	want := fmt.Sprintf("the store has schema version 99, this program knows versions up to %d", len(scripts()))
	if !strings.Contains(err.Error(), want) {
		t.Errorf("want %q in %q", want, err)
	}
}

func TestAbsentFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "hourglass.db")
	_, err := OpenReadOnly(path)
	wantReason(t, err, ErrAbsent, path)
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("opening for reading made %v", entries)
	}
	path = filepath.Join(folder, "no", "hourglass.db")
	_, err = Open(path)
	wantReason(t, err, ErrDenied, path)
	_, err = Open(folder)
	wantReason(t, err, ErrNotStore, folder)
}

func TestLockedByAnotherProgram(t *testing.T) {
	defer func(old time.Duration) { patience = old }(patience)
	patience = 50 * time.Millisecond
	s, id := begun(t)
	execute(t, s.Path(), "BEGIN IMMEDIATE")
	wantReason(t, s.Interrupt(id), ErrBusy, s.Path())
	_, err := Open(s.Path())
	wantReason(t, err, ErrBusy, s.Path())
	if r := get(t, s, id); r.State != Running { // readers are not blocked
		t.Errorf("want a running trial, got %s", r.State)
	}
}

func TestFullDisk(t *testing.T) {
	s, id := begun(t)
	must(t, s.read("count", func(tx *sql.Tx) error {
		var pages int
		if err := tx.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		_, err := s.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2))
		return err
	}))
	before := get(t, s, id)
	err := s.Checkpoint(id, []Epoch{epochRow(3)}, make([]byte, 1<<20), Progress{Epochs: 3})
	wantReason(t, err, ErrFull, s.Path())
	if after := get(t, s, id); after.Epochs != before.Epochs {
		t.Errorf("want %d epochs as before, got %d", before.Epochs, after.Epochs)
	}
	must(t, s.Interrupt(id)) // back to waiting, in what space there is
	sound(t, s)
}

func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hourglass.db")
	s, err := Open(path)
	must(t, err)
	must(t, s.Register(experiment("code-size", 2, 8), 1))
	must(t, s.Close())
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(content); i++ {
		content[i] = 0xA5
	}
	must(t, os.WriteFile(path, content, 0o644))
	s, err = OpenReadOnly(path)
	if err == nil {
		defer s.Close()
		_, err = s.Trials(Filter{})
	}
	wantReason(t, err, ErrDamaged, path)
}

func TestWritingToAStoreOpenedForReading(t *testing.T) {
	s, id := begun(t)
	reader, err := OpenReadOnly(s.Path())
	must(t, err)
	defer reader.Close()
	_, claimErr := reader.Claim(id)
	for _, err := range []error{reader.Reset(id), reader.Start(id, machine), claimErr, reader.Register(experiment("other", 2), 1)} {
		wantReason(t, err, ErrReadOnly, s.Path())
	}
}

func TestReadOnlyFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders have no mode bits there")
	}
	folder, err := os.MkdirTemp("", "hourglass") // t.TempDir is closed to other users
	must(t, err)
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "hourglass.db")
	s, err := Open(path)
	must(t, err)
	must(t, s.Register(experiment("code-size", 2), 1))
	must(t, s.Close())
	must(t, os.Chmod(path, 0o444))
	must(t, os.Remove(path+lockSuffix))
	program := copyProgram(t, folder)
	must(t, os.Chmod(folder, 0o555))
	defer os.Chmod(folder, 0o755)
	child := exec.Command(program)
	child.Dir = folder
	child.Env = append(os.Environ(), childVariable+"=locked-out "+path)
	leaveRoot(child)
	if output, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// copyProgram copies the test program to where another user can run it.
func copyProgram(t *testing.T, folder string) string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	in, err := os.Open(self)
	must(t, err)
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(folder, "test"), os.O_CREATE|os.O_WRONLY, 0o755)
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, err)
	must(t, out.Close())
	return out.Name()
}

// useReadOnlyFolder runs as a user who may write neither the file nor its folder.
func useReadOnlyFolder(path string) error {
	var problems []string
	_, err := Open(path)
	problems = append(problems, reasonMissing(err, ErrReadOnly, path))
	beside := filepath.Join(filepath.Dir(path), "new.db")
	_, err = Open(beside)
	problems = append(problems, reasonMissing(err, ErrReadOnly, beside))
	s, err := OpenReadOnly(path)
	if err == nil {
		var records []Record
		if records, err = s.Trials(Filter{}); len(records) != 3 {
			problems = append(problems, fmt.Sprintf("want 3 trials, got %d", len(records)))
		}
		s.Close()
	}
	if err != nil {
		problems = append(problems, fmt.Sprintf("want it to be readable, got %v", err))
	}
	if text := strings.Trim(strings.Join(problems, "\n"), "\n"); text != "" {
		return errors.New(text)
	}
	return nil
}

func TestStoresOnNetworkSharesAreRefused(t *testing.T) {
	before := networked
	defer func() { networked = before }()
	networked = func(string) string { return "NFS" }
	path := filepath.Join(t.TempDir(), "hourglass.db")
	_, err := Open(path)
	if !errors.Is(err, ErrNetwork) || !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), "NFS") {
		t.Errorf("want ErrNetwork with the kind of share, got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("nothing must be made on a share")
	}
}
