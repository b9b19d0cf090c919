//go:build unix

package store

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lockByte locks byte n for this open file, and returns false where another
// has it.
func lockByte(file *os.File, n int64) (bool, error) {
	err := control(file, setLock, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: n, Len: 1})
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	return err == nil, err
}

func unlockByte(file *os.File, n int64) error {
	return control(file, setLock, &unix.Flock_t{Type: unix.F_UNLCK, Whence: io.SeekStart, Start: n, Len: 1})
}

// byteIsFree tells whether nobody has locked byte n, without locking it.
func byteIsFree(file *os.File, n int64) (bool, error) {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: n, Len: 1}
	err := control(file, getLock, &lock)
	return lock.Type == unix.F_UNLCK, err
}

func control(file *os.File, command int, lock *unix.Flock_t) error {
	for {
		err := unix.FcntlFlock(file.Fd(), command, lock)
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EINTR) {
			return &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}
