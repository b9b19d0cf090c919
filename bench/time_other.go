//go:build !unix

package main

import (
	"os"
	"time"
)

var began = time.Now()

// processorTime is the time by the clock, where the system does not tell that
// of the processors.
func processorTime() time.Duration { return time.Since(began) }

// peakMemory is 0 where the system does not tell.
func peakMemory(*os.ProcessState) float64 { return 0 }
