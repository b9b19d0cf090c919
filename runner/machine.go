package runner

import (
	"bufio"
	"os"
	"runtime"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// describeMachine adds to the program's version what it runs on.
func describeMachine(program store.Machine) store.Machine {
	program.Kernel = nn.Kernel()
	program.Processor = processor()
	program.OS, program.Arch = runtime.GOOS, runtime.GOARCH
	return program
}

// processor returns the processor's name where the system tells it, and
// otherwise its architecture.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
