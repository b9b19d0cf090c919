//go:build unix && !linux

package store

import "golang.org/x/sys/unix"

// Locks of a process: a process must not open a store for writing twice, as
// two Stores of one process would not exclude each other.
const (
	setLock = unix.F_SETLK
	getLock = unix.F_GETLK
)
