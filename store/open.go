package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// patience is how long a writer waits for another before it gives up.
var patience = 10 * time.Second

// logLimit is the size in bytes that the write-ahead log is cut back to after a
// large checkpoint went through it.
const logLimit = 64 << 20

// Open opens the store at path for reading and writing. It creates the file
// where there is none (but no folder), and brings an older schema up to date.
// Errors are those of the store: see [Error].
func Open(path string) (*Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, explain(path, "open store", err)
	}
	return s, nil
}

func open(path string) (*Store, error) {
	real, err := realPath(path)
	if err != nil {
		return nil, err
	}
	if network := networked(filepath.Dir(real)); network != "" {
		return nil, fmt.Errorf("%w: %s", ErrNetwork, network)
	}
	writer, err := sql.Open("sqlite3", source(real, "rwc", "&_txlock=immediate&_journal_mode=WAL&_synchronous=NORMAL"))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := patiently(func() error { return prepareWriter(writer, real) }); err != nil {
		writer.Close()
		return nil, err
	}
	readers, err := openReaders(real, "ro")
	if err != nil {
		writer.Close()
		return nil, err
	}
	claims, err := openClaims(real)
	if err != nil {
		writer.Close()
		readers.Close()
		return nil, err
	}
	return &Store{path: path, writer: writer, readers: readers, claims: claims}, nil
}

// patiently repeats what fails because another process holds the store. SQLite
// waits by itself, but not when a file changes to write-ahead logging, as a new
// one does.
func patiently(f func() error) error {
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		err := f()
		if err == nil || reasonFor(err) != ErrBusy || time.Since(began) > patience {
			return err
		}
	}
}

// networked is networkOf, but in tests.
var networked = networkOf

// prepareWriter refuses what is no store or too new, switches to write-ahead
// logging and migrates.
func prepareWriter(writer *sql.DB, path string) error {
	if err := createFile(path); err != nil {
		return err
	}
	// The first connection sets the journal mode, which would write to a file
	// of another program, so that is looked at before.
	if err := peek(path); err != nil {
		return err
	}
	var mode string
	if err := writer.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %s instead of wal: the folder must lie on a local disk", mode)
	}
	if _, err := writer.Exec(fmt.Sprintf("PRAGMA journal_size_limit = %d", logLimit)); err != nil {
		return err
	}
	// This takes the writer's lock even where there is nothing to do, and so
	// tells whether it can be had.
	return migrate(writer, scripts())
}

// peek looks at the schema version without writing.
func peek(path string) error {
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return nil
	}
	readers, err := openReaders(path, "ro")
	if err != nil {
		return err
	}
	defer readers.Close()
	_, err = schemaOf(readers, len(scripts()))
	return err
}

// createFile makes an empty file where there is none. One that is there is left
// alone: to close it would take SQLite's locks away from a Store of this
// process that has it open.
func createFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case err != nil:
		return err
	}
	return file.Close()
}

// OpenReadOnly opens the store at path for reading. It is ErrAbsent where
// there is no such file. A store of an older schema is brought up to date
// first. A store in a folder that cannot be written can be read too.
func OpenReadOnly(path string) (*Store, error) {
	s, err := openReadOnly(path)
	if err != nil {
		return nil, explain(path, "open store", err)
	}
	return s, nil
}

func openReadOnly(path string) (*Store, error) {
	real, err := realPath(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(real); err != nil {
		return nil, err
	}
	readers, version, err := readersFor(real)
	if err != nil {
		return nil, err
	}
	if version < len(scripts()) {
		readers.Close()
		writable, err := open(path)
		if err != nil {
			return nil, err
		}
		if err := writable.Close(); err != nil {
			return nil, err
		}
		if readers, err = openReaders(real, "ro"); err != nil {
			return nil, err
		}
	}
	return &Store{path: path, readers: readers, claims: &claims{path: real + lockSuffix}, readOnly: true}, nil
}

// readersFor opens a file for reading and returns its schema version. SQLite
// wants to keep shared memory beside the file. Where the folder cannot be
// written and there is no log to be read with the file, nobody is writing, and
// the file can be read as it is.
func readersFor(path string) (*sql.DB, int, error) {
	readers, err := openReaders(path, "ro")
	if err != nil {
		return nil, 0, err
	}
	version, err := schemaOf(readers, len(scripts()))
	if err == nil {
		return readers, version, nil
	}
	readers.Close()
	log, missing := os.Stat(path + "-wal")
	if reason := reasonFor(err); reason != ErrDenied && reason != ErrReadOnly || missing == nil && log.Size() > 0 {
		return nil, 0, err
	}
	if readers, err = openReaders(path, "ro&immutable=1"); err != nil {
		return nil, 0, err
	}
	if version, err = schemaOf(readers, len(scripts())); err != nil {
		readers.Close()
		return nil, 0, err
	}
	return readers, version, nil
}

func openReaders(path, mode string) (*sql.DB, error) {
	readers, err := sql.Open("sqlite3", source(path, mode, "&_query_only=on"))
	if err != nil {
		return nil, err
	}
	readers.SetMaxIdleConns(4)
	return readers, nil
}

// source is the data source name of a file.
func source(path, mode, more string) string {
	location := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return fmt.Sprintf("%s?mode=%s&_busy_timeout=%d&_foreign_keys=on&_stmt_cache_size=64%s",
		location.String(), mode, patience.Milliseconds(), more)
}

// realPath follows links, so that all who open a store agree on the names of
// the files beside it. The last element need not exist.
func realPath(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(absolute)
	if !errors.Is(err, os.ErrNotExist) {
		return real, err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(absolute))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%w: %w", ErrDenied, err)
	}
	return filepath.Join(folder, filepath.Base(absolute)), err
}
