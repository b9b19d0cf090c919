package store

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// ErrStore is what every error of the store itself is, as opposed to a wrong
// question or a wrong call: the file cannot be opened, read or written. It is
// an error of the run, never of a trial. One of the reasons below comes with it.
var ErrStore = errors.New("the store cannot be used")

// The reasons.
var (
	ErrAbsent   = errors.New("no such file")
	ErrReadOnly = errors.New("it cannot be written")
	ErrDenied   = errors.New("it cannot be opened")
	ErrFull     = errors.New("the disk is full")
	ErrBusy     = errors.New("another program has locked it")
	ErrNotStore = errors.New("it is no store of hourglass")
	ErrNewer    = errors.New("it was written by a newer version of hourglass")
	ErrDamaged  = errors.New("its content is damaged")
	ErrDisk     = errors.New("the disk reports an error")
	ErrNetwork  = errors.New("it lies on a network share, where neither SQLite's shared memory nor locks can be relied on")
)

// The errors of a question or a call.
var (
	ErrUnknown    = errors.New("not in the store")
	ErrFinal      = errors.New("a final trial never changes")
	ErrClaimed    = errors.New("another run is working on it")
	ErrNotRunning = errors.New("it is not running here")
	ErrNotDone    = errors.New("it is not done")
	ErrNotFinite  = errors.New("not a finite number")
)

var remedies = map[error]string{
	ErrAbsent:   "run a spec first, or name the store with --store",
	ErrReadOnly: "make the file and its folder writable, or name another store with --store",
	ErrDenied:   "check that the folder exists and may be entered, or name another store with --store",
	ErrFull:     "free some space and run again: what is recorded stays, and only what is missing is run",
	ErrBusy:     "close the program that holds it, and run again",
	ErrNotStore: "name another file with --store",
	ErrNewer:    "update hourglass, or name another store with --store",
	ErrDamaged:  "restore a copy; `hourglass store export` saves what can still be read",
	ErrDisk:     "check the disk, and run again: what is recorded stays",
	ErrNetwork:  "name a store on a local disk with --store, and bring results together with hourglass store merge",
}

// Error is an error of the store itself. errors.Is finds ErrStore, the Reason
// and the Cause in it.
type Error struct {
	File   string
	Doing  string // what was being done
	Reason error  // one of the reasons, or nil where there is none to tell
	Cause  error  // what SQLite or the system said, or nil
}

func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", e.Doing, e.File)
	switch {
	case e.Cause != nil && (e.Reason == nil || errors.Is(e.Cause, e.Reason)):
		fmt.Fprintf(&text, ": %v", e.Cause)
	case e.Cause != nil:
		fmt.Fprintf(&text, ": %v (%v)", e.Reason, e.Cause)
	default:
		fmt.Fprintf(&text, ": %v", e.Reason)
	}
	if remedy := e.Remedy(); remedy != "" {
		text.WriteString("; " + remedy)
	}
	return text.String()
}

// Remedy says what the user can do about it, or is "".
func (e *Error) Remedy() string { return remedies[e.Reason] }

// Unwrap returns ErrStore, the reason and the cause.
func (e *Error) Unwrap() []error {
	all := []error{ErrStore}
	for _, err := range []error{e.Reason, e.Cause} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// AmbiguousError is the error of an id prefix that several trials share.
type AmbiguousError struct {
	Prefix string
	IDs    []string // the first of them
}

func (e *AmbiguousError) Error() string {
	short := make([]string, len(e.IDs))
	for i, id := range e.IDs {
		short[i] = id[:min(len(id), max(10, len(e.Prefix)+2))]
	}
	return fmt.Sprintf("an id must begin in a way that no other does, %q begins %s", e.Prefix, strings.Join(short, ", "))
}

// explain wraps an error of SQLite or the system; errors of a question or a
// call pass as they are, and so do errors that are explained already.
func explain(file, doing string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	for _, own := range []error{ErrUnknown, ErrFinal, ErrClaimed, ErrNotRunning, ErrNotDone, ErrNotFinite, ErrNoModel} {
		if errors.Is(err, own) {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	return &Error{File: file, Doing: doing, Reason: reasonFor(err), Cause: err}
}

// reasonFor returns the reason that an error of SQLite or the system stands
// for, or nil.
func reasonFor(err error) error {
	for reason := range remedies {
		if errors.Is(err, reason) {
			return reason
		}
	}
	var errno syscall.Errno
	var from sqlite3.Error
	if errors.As(err, &from) {
		if reason := reasonForCode(from.Code); reason != nil && reason != ErrDisk && reason != ErrDenied {
			return reason
		}
		errno = from.SystemErrno
	} else if !errors.As(err, &errno) {
		return nil
	}
	if reason := reasonForErrno(errno); reason != nil {
		return reason
	}
	return reasonForCode(from.Code)
}

func reasonForCode(code sqlite3.ErrNo) error {
	switch code {
	case sqlite3.ErrReadonly:
		return ErrReadOnly
	case sqlite3.ErrFull:
		return ErrFull
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		return ErrBusy
	case sqlite3.ErrNotADB:
		return ErrNotStore
	case sqlite3.ErrCorrupt:
		return ErrDamaged
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return ErrDenied
	case sqlite3.ErrIoErr:
		return ErrDisk
	}
	return nil
}

func reasonForErrno(errno syscall.Errno) error {
	switch errno {
	case syscall.ENOSPC, syscall.EDQUOT:
		return ErrFull
	case syscall.EISDIR:
		return ErrNotStore
	case syscall.EROFS:
		return ErrReadOnly
	case syscall.EACCES, syscall.EPERM, syscall.ENOTDIR:
		return ErrDenied
	case syscall.ENOENT:
		return ErrAbsent
	}
	return nil
}
