package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/runner"
)

// names are the nets of the benchmark, in the order of its tables.
var names = []string{"small", "mlp", "deep", "vae", "sparse", "contractive", "conv", "recurrent"}

// net is one of them, ready to be trained on examples of its data's shape.
type net struct {
	name    string
	batch   int
	size    nn.Size
	x       *nn.Matrix
	trainer *nn.Trainer
}

// examples is how many examples are trained on: enough that they do not stay
// in the cache.
const examples = 8192

// loadNets builds the nets that this program has the parts for, and tells out
// which are left out, and why.
func loadNets(out io.Writer) ([]*net, error) {
	var nets []*net
	for _, name := range names {
		n, err := loadNet(name)
		var problems experiments.Problems
		if errors.As(err, &problems) {
			fmt.Fprintf(out, "%s is left out: %s\n", name, problems[0].Message)
			continue
		}
		if err != nil {
			return nil, err
		}
		nets = append(nets, n)
	}
	return nets, nil
}

func loadNet(name string) (*net, error) {
	file := "bench/nets/" + name + ".yaml"
	setting, facts, err := loadSetting(file, "train.epochs=1000000")
	if err != nil {
		return nil, err
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	size, err := design.Size(facts.Shape)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	trainer, err := nn.NewTrainer(design, traits(facts), examples, 1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	x := uniform(examples, facts.Shape.Size())
	return &net{name: name, batch: design.Train.Batch, size: size, x: x, trainer: trainer}, nil
}

// loadSetting reads the first trial of a spec.
func loadSetting(file string, set ...string) (registry.Tree, data.Facts, error) {
	e, err := experiments.Load(file, experiments.Edits{Set: set}, runner.NewWorld())
	if err != nil {
		return nil, data.Facts{}, err
	}
	setting := e.Trials[0].Setting
	source, err := registry.Decode[data.Source](setting["data"])
	if err != nil {
		return nil, data.Facts{}, fmt.Errorf("%s: data: %w", file, err)
	}
	facts, err := source.Describe(e.Dir)
	return setting, facts, err
}

func traits(facts data.Facts) nn.Traits {
	return nn.Traits{Shape: facts.Shape, Low: facts.Low, High: facts.High}
}

// uniform returns a matrix with elements in [0, 1).
func uniform(rows, cols int) *nn.Matrix {
	x := nn.NewMatrix(rows, cols)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range x.Data {
		x.Data[i] = random.Float32()
	}
	return x
}

// measurement is how long steps took.
type measurement struct {
	Steps      int     `json:"steps"`
	CPU        float64 `json:"cpu"`  // seconds of the processor for a step
	Wall       float64 `json:"wall"` // seconds by the clock for a step
	Parameters int     `json:"parameters"`
	allocated  float64 // objects a step
}

// measure trains for some seconds, after a few steps that do not count.
func (n *net) measure(seconds float64) measurement {
	for range 5 {
		n.trainer.Step(n.x)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, cpu, made := time.Now(), processorTime(), 0
	for time.Since(began).Seconds() < seconds {
		n.trainer.Step(n.x)
		made++
	}
	took, wall := processorTime()-cpu, time.Since(began)
	runtime.ReadMemStats(&after)
	return measurement{
		Steps: made, CPU: took.Seconds() / float64(made), Wall: wall.Seconds() / float64(made), Parameters: n.size.Parameters,
		allocated: float64(after.Mallocs-before.Mallocs) / float64(made),
	}
}

// flops is the floating-point operations of the products that a step needs.
func (n *net) flops() float64 { return float64(n.size.TrainingFLOPs) * float64(n.batch) }

// processor names the processor, where the system tells.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	return modelName(string(text))
}
