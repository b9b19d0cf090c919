package main

import (
	"reflect"
	"runtime"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// costs knows what trials take, from their size and the speed of earlier ones.
type costs struct {
	world  *runner.World
	known  map[uintptr]settingCost // by where the setting lies, as seeds share it
	flops  float64                 // of trials that are done
	within float64                 // seconds that those took
	basis  string                  // where the speed is from
}

// settingCost is what a setting takes. It holds the setting, so that no other
// comes to lie where it does.
type settingCost struct {
	setting experiments.Setting
	cost    runner.Cost
}

// shareOfPeak is what a training makes of a core's peak where nothing has been
// measured yet: small nets reach less, large ones up to twice as much.
const shareOfPeak = 0.4

// learnedCosts takes the speed from the trials of an experiment that are done;
// where there are none, from the latest others of the store that ran on such a
// processor; and else from the processor's peak. s may be nil.
func (c *command) learnedCosts(s *store.Store, trials ...[]store.Record) (*costs, error) {
	k := &costs{world: c.world, known: map[uintptr]settingCost{}}
	for _, records := range trials {
		for _, record := range records {
			k.learn(record)
		}
	}
	if k.flops > 0 {
		return k, nil
	}
	if s != nil {
		others, err := s.Trials(store.Filter{States: []store.State{store.Done}, Newest: true, Limit: 100})
		if err != nil {
			return nil, err
		}
		for _, record := range others {
			if record.Machine.Kernel == nn.Kernel() && record.Machine.Arch == runtime.GOARCH {
				k.learn(record)
			}
		}
		k.basis = "going by other trials of the store"
	}
	if k.flops == 0 {
		k.flops, k.within = shareOfPeak*nn.Peak(), 1
		k.basis = "going by this processor's peak"
	}
	return k, nil
}

// of returns what a setting takes; it is zero for what cannot be known.
func (k *costs) of(setting experiments.Setting, dir string) runner.Cost {
	at := reflect.ValueOf(setting).Pointer()
	known, ok := k.known[at]
	if !ok {
		cost, _ := k.world.Cost(setting, dir)
		known = settingCost{setting, cost}
		k.known[at] = known
	}
	return known.cost
}

// learn takes note of how long a trial took.
func (k *costs) learn(record store.Record) {
	if record.State == store.Done && record.Seed != nil && record.Seconds > 0 {
		k.flops += k.of(record.Setting, record.Dir).FLOPs
		k.within += record.Seconds
	}
}

// seconds returns how long a trial will take, or nil for a baseline, which
// takes no time worth telling.
func (k *costs) seconds(cost runner.Cost, baseline bool) *float64 {
	if baseline || cost.FLOPs == 0 {
		return nil
	}
	seconds := cost.FLOPs * k.within / k.flops
	return &seconds
}
