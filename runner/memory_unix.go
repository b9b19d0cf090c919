//go:build unix

package runner

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// peakMemory is the most memory that the process has had, in bytes.
func peakMemory() int64 {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) * 1024
}
