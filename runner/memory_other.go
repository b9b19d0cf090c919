//go:build !unix

package runner

import "runtime"

// peakMemory is the memory that the process has taken from the system, in bytes.
func peakMemory() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys)
}
