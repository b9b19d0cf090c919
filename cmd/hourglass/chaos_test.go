package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var chaos = flag.Int("chaos", 5, "how often TestChaos kills a run")

const chaosSpec = `version: 1
name: chaos
data: {kind: digits, validation: 100, train_limit: 700, test_limit: 100}
model: {encoder: [64], code: 8, output: sigmoid}
train: {epochs: 60, batch: 16}
seeds: 2
sweep:
  cases:
    plain: {}
    stopped: {train.stop: {patience: 4}, train.optimiser.rate: 0.02}
    variational: {model.bottleneck: gaussian, regularisers.kl: {kind: linear, epochs: 3}, loss: {kind: bce, reduce: sum}}
    clipped: {train.clip: {norm: 0.1}, train.optimiser: nadam}
`

// A run that is killed at random moments, and started again, ends in a store
// that a run in one go ends in too. `make chaos` kills a hundred times.
func TestChaos(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "chaos.yaml")
	if err := os.WriteFile(spec, []byte(chaosSpec), 0o644); err != nil {
		t.Fatal(err)
	}
	hourglass := func(args ...string) *exec.Cmd {
		command := exec.Command("hourglass", args...)
		command.Dir, command.Stderr = dir, os.Stderr
		return command
	}
	began := time.Now()
	if err := hourglass("run", "--quiet", "--store", "whole.db", spec).Run(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	// A store may be complete before it was killed often enough: then the next
	// one begins.
	for kills, round := 0, 0; kills < *chaos; round++ {
		store := filepath.Join(dir, "killed.db")
		for done := false; !done; {
			run := hourglass("run", "--quiet", "--checkpoint", "1ms", "--store", store, spec)
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			kill := time.AfterFunc(time.Duration(random.Int64N(int64(whole))), func() { run.Process.Kill() })
			done = run.Wait() == nil
			kill.Stop()
			if !done {
				kills++
			}
		}
		if got, want := exported(t, hourglass, store), exported(t, hourglass, "whole.db"); got != want {
			t.Fatalf("round %d: the stores differ:\n%s\nwant:\n%s", round, got, want)
		}
		for _, file := range []string{store, store + "-wal", store + "-shm"} {
			if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
	}
}

func exported(t *testing.T, hourglass func(args ...string) *exec.Cmd, store string) string {
	t.Helper()
	out, err := hourglass("store", "export", "--canonical", "--store", store).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
