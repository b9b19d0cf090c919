package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Twelve trials of the small net, by the command line on two cores and by
// PyTorch in two processes, which do half of them each.
const (
	scalingSpec   = "bench/nets/small.yaml"
	scalingEpochs = 3
	scalingTrials = 12
	scalingRounds = 3
	scalingCores  = 2
)

// outcome is what a run of all trials came to.
type outcome struct {
	seconds float64 // by the clock, from the command line to the last result
	memory  float64 // bytes at most, of all processes together
	loss    float64 // on the test split, the mean over trials
}

// scaling prints how many times as fast as PyTorch twelve trials are.
func scaling(out io.Writer) error {
	fmt.Fprintf(out, "%s; %d trials of %s, %d epochs, on %d cores; %d rounds in turn, times by the clock\n\n",
		processor(), scalingTrials, scalingSpec, scalingEpochs, scalingCores, scalingRounds)
	var ratios []float64
	for range scalingRounds {
		ours, err := hourglassTrials()
		if err != nil {
			return err
		}
		theirs, err := torchTrials()
		if err != nil {
			return err
		}
		ratios = append(ratios, theirs.seconds/ours.seconds)
		fmt.Fprintf(out, "hourglass %5.1f s, %4.0f MB, test.loss %.5f    PyTorch %5.1f s, %4.0f MB, test.loss %.5f    ratio %.2f\n",
			ours.seconds, ours.memory/1e6, ours.loss, theirs.seconds, theirs.memory/1e6, theirs.loss, theirs.seconds/ours.seconds)
	}
	fmt.Fprintf(out, "\nratio: median %.2f, least %.2f, most %.2f\n", median(ratios), slices.Min(ratios), slices.Max(ratios))
	return nil
}

// hourglassTrials runs them with an empty store.
func hourglassTrials() (outcome, error) {
	folder, err := os.MkdirTemp("", "scaling")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(folder)
	store := filepath.Join(folder, "hourglass.db")
	run := exec.Command("bin/hourglass", "run", scalingSpec, "--quiet", "--store", store,
		"--workers", strconv.Itoa(scalingCores), "--threads", strconv.Itoa(scalingCores),
		"--set", fmt.Sprintf("seeds=%d", scalingTrials), "--set", fmt.Sprintf("train.epochs=%d", scalingEpochs))
	run.Stderr = os.Stderr
	began := time.Now()
	if err := run.Run(); err != nil {
		return outcome{}, fmt.Errorf("hourglass run: %w", err)
	}
	o := outcome{seconds: time.Since(began).Seconds(), memory: peakMemory(run.ProcessState)}
	list, err := exec.Command("bin/hourglass", "list", "--json", "--store", store).Output()
	if err != nil {
		return outcome{}, fmt.Errorf("hourglass list: %w", err)
	}
	o.loss, err = meanOf(list, func(line []byte) (float64, error) {
		var trial struct{ Metrics map[string]float64 }
		err := json.Unmarshal(line, &trial)
		return trial.Metrics["test.loss"], err
	})
	return o, err
}

// torchTrials runs them in two processes at the same time.
func torchTrials() (outcome, error) {
	var processes []*exec.Cmd
	var results [scalingCores]strings.Builder
	began := time.Now()
	for i := range scalingCores {
		args := []string{"bench/torch_train.py", "small", "--epochs", strconv.Itoa(scalingEpochs), "--seeds"}
		for seed := i; seed < scalingTrials; seed += scalingCores {
			args = append(args, strconv.Itoa(seed+1))
		}
		process := pythonProgram(args...)
		process.Stdout = &results[i]
		if err := process.Start(); err != nil {
			return outcome{}, fmt.Errorf("start PyTorch: %w", err)
		}
		processes = append(processes, process)
	}
	var o outcome
	var lines strings.Builder
	for i, process := range processes {
		if err := process.Wait(); err != nil {
			return outcome{}, fmt.Errorf("torch_train.py: %w", err)
		}
		o.memory += peakMemory(process.ProcessState)
		lines.WriteString(results[i].String())
	}
	o.seconds = time.Since(began).Seconds()
	var err error
	o.loss, err = meanOf([]byte(lines.String()), func(line []byte) (float64, error) {
		var result struct{ Loss float64 }
		err := json.Unmarshal(line, &result)
		return result.Loss, err
	})
	return o, err
}

// meanOf reads a number from each line of text, of which there must be one for
// each trial.
func meanOf(text []byte, read func(line []byte) (float64, error)) (float64, error) {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != scalingTrials {
		return 0, fmt.Errorf("want %d results, got %d", scalingTrials, len(lines))
	}
	sum := 0.0
	for _, line := range lines {
		value, err := read([]byte(line))
		if err != nil {
			return 0, fmt.Errorf("read result %q: %w", line, err)
		}
		sum += value
	}
	return sum / scalingTrials, nil
}
