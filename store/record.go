package store

import (
	"time"

	"hourglass.dev/hourglass/experiments"
)

// State of a trial. Done, Diverged and Failed are final.
type State string

// The states: waiting → running → done | diverged | failed.
const (
	Waiting  State = "waiting"
	Running  State = "running"
	Done     State = "done"
	Diverged State = "diverged" // the loss stopped being finite: a result
	Failed   State = "failed"   // an accident, told in Failure
)

// Final tells whether a trial in this state never changes again.
func (s State) Final() bool { return s == Done || s == Diverged || s == Failed }

// Record is what is remembered of a trial.
type Record struct {
	ID       string
	State    State
	Setting  experiments.Setting
	Data     string // fingerprint
	Dir      string // the folder that relative paths in the setting start from
	Numerics int
	Seed     *int // nil for a baseline
	Family   string

	Epochs            int      // completed
	Seconds           float64  // of training and evaluation, over all attempts
	ExamplesPerSecond *float64 // of training alone; nil for a baseline
	Parameters        int
	WeightsSHA256     string // "" where there is none
	DivergedStep      int    // where State is Diverged: the step, counted from 1
	Failure           string // where State is Failed
	Notes             []string
	Metrics           map[string]float64
	Machine           Machine
	Created, Finished time.Time
}

// Machine is what a trial ran on, outside its identity.
type Machine struct {
	Version    string `json:"version,omitempty"` // of the program
	Commit     string `json:"commit,omitempty"`
	Kernel     string `json:"kernel,omitempty"` // avx512, avx2, neon or generic
	Processor  string `json:"processor,omitempty"`
	OS         string `json:"os,omitempty"`
	Arch       string `json:"arch,omitempty"`
	PeakMemory int64  `json:"peak_memory,omitempty"` // bytes, of the process
}

// Place is where a trial stands in an experiment.
type Place struct {
	Experiment string
	Case       string
	Values     map[string]string // swept path → value
}

// Epoch is a row of a learning curve.
type Epoch struct {
	Epoch   int                // counted from 1
	Metrics map[string]float64 // train.loss, train.objective, validation.loss, …
	Digest  string             // SHA-256 of the weights after it, in hex
	Seconds float64
	// NotFinite names the metrics that were not finite, in order. They are
	// absent from Metrics when a row is read; whoever writes one may leave them there.
	NotFinite []string
	// Tensors are the first four bytes of the SHA-256 of each tensor of weights
	// after the epoch, in the order of the net's parameters.
	Tensors []byte
}

// Result is how a trial ended.
type Result struct {
	State             State
	Epochs            int
	Seconds           float64
	ExamplesPerSecond *float64
	Parameters        int
	WeightsSHA256     string
	DivergedStep      int
	Failure           string
	Notes             []string
	Metrics           map[string]float64
	Series            map[string][]float64 // longer results by name, such as PCA's error at every code size
	Machine           Machine
}
