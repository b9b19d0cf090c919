package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// torchVariables make PyTorch fast: one thread a process, the kernels of the
// processor's vectors, and an allocator that keeps what it has.
func torchVariables() []string {
	variables := []string{
		"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1",
		"MALLOC_MMAP_THRESHOLD_=1073741824", "MALLOC_TRIM_THRESHOLD_=8589934592", "MALLOC_TOP_PAD_=67108864",
	}
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil && strings.Contains(string(text), " avx512f ") {
		variables = append(variables, "OPENBLAS_CORETYPE=SkylakeX")
	}
	return append(os.Environ(), variables...)
}

// pythonProgram returns the command for a program under bench. PYTHON names an
// interpreter that has PyTorch.
func pythonProgram(args ...string) *exec.Cmd {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	cmd := exec.Command(python, args...)
	cmd.Env, cmd.Stderr = torchVariables(), os.Stderr
	return cmd
}

// torch is a running torch_step.py.
type torch struct {
	version string
	cmd     *exec.Cmd
	in      io.WriteCloser
	lines   *bufio.Scanner
}

func startTorch() (*torch, error) {
	t := &torch{cmd: pythonProgram("bench/torch_step.py", "--serve")}
	in, err := t.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start PyTorch: %w", err)
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start PyTorch: %w", err)
	}
	if err := t.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PyTorch: %w", err)
	}
	t.in, t.lines = in, bufio.NewScanner(out)
	var hello struct{ Version string }
	if err := t.read(&hello); err != nil {
		return nil, errors.Join(err, t.cmd.Wait())
	}
	t.version = hello.Version
	return t, nil
}

func (t *torch) read(answer any) error {
	if !t.lines.Scan() {
		return errors.New("PyTorch has ended without an answer (Debian's packages are python3-torch and python3-numpy; PYTHON names another interpreter)")
	}
	if err := json.Unmarshal(t.lines.Bytes(), answer); err != nil {
		return fmt.Errorf("read PyTorch's answer %q: %w", t.lines.Text(), err)
	}
	return nil
}

// measure lets PyTorch train a net for some seconds.
func (t *torch) measure(name string, seconds float64) (measurement, error) {
	if _, err := fmt.Fprintf(t.in, "%s %g\n", name, seconds); err != nil {
		return measurement{}, fmt.Errorf("ask PyTorch: %w", err)
	}
	var m measurement
	err := t.read(&m)
	return m, err
}

func (t *torch) close() error {
	return errors.Join(t.in.Close(), t.cmd.Wait())
}
