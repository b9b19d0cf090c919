package store

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// lockByte locks byte n for this open file, and returns false where another
// has it. byteIsFree holds the lock for an instant, so a second look decides.
func lockByte(file *os.File, n int64) (bool, error) {
	for range 3 {
		ok, err := tryLock(file, n, windows.LOCKFILE_EXCLUSIVE_LOCK)
		if ok || err != nil {
			return ok, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false, nil
}

func unlockByte(file *os.File, n int64) error {
	return windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, at(n))
}

// byteIsFree tells whether nobody has locked byte n.
func byteIsFree(file *os.File, n int64) (bool, error) {
	ok, err := tryLock(file, n, 0)
	if !ok || err != nil {
		return false, err
	}
	return true, unlockByte(file, n)
}

func tryLock(file *os.File, n int64, kind uint32) (bool, error) {
	err := windows.LockFileEx(windows.Handle(file.Fd()), kind|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at(n))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

func at(n int64) *windows.Overlapped {
	return &windows.Overlapped{Offset: uint32(n), OffsetHigh: uint32(n >> 32)}
}
