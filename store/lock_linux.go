package store

import "golang.org/x/sys/unix"

// Locks of an open file description: two Stores of one process exclude each
// other too, and closing some other descriptor of the file unlocks nothing.
const (
	setLock = unix.F_OFD_SETLK
	getLock = unix.F_OFD_GETLK
)
