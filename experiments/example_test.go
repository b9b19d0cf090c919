package experiments_test

import (
	"fmt"

	"hourglass.dev/hourglass/experiments"
)

// A spec becomes trials: each setting once, seed by seed, after the baselines
// that stand beside them.
func ExampleRead() {
	spec := `version: 1
name: code-size
data: mnist
model: {encoder: [512, 256], code: 32}
seeds: 2
sweep: {grid: {model.code: [8, 32]}}
`
	e, err := experiments.Read("code-size.yaml", []byte(spec), experiments.Edits{}, world{1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, trial := range e.Trials {
		code, _ := experiments.Lookup(trial.Setting, "model.code")
		fmt.Println(trial.Family, code, trial.Seed)
	}
	// Output:
	// pca 8 0
	// pca 32 0
	// mean  0
	// undercomplete 8 1
	// undercomplete 32 1
	// undercomplete 8 2
	// undercomplete 32 2
}

// All mistakes of a spec are reported at once.
func ExampleProblems() {
	spec := `version: 1
data: mnist
model: {encoder: [64, 32], cod: 8}
sweep:
  grid:
    model.encoder: [64, 32]
`
	_, err := experiments.Read("typo.yaml", []byte(spec), experiments.Edits{Set: []string{"train.epoch=2"}}, world{1})
	fmt.Println(err)
	// Output:
	// typo.yaml:3:28: autoencoder has no parameter "cod"
	//    3 | model: {encoder: [64, 32], cod: 8}
	//      |                            ^^^
	//   did you mean code?
	// typo.yaml:6:20: model.encoder is a list, so that its axis is a list of lists
	//    6 |     model.encoder: [64, 32]
	//      |                    ^^^^^^^^
	//   write [[64, 32]]
	// --set:1:1: train has no parameter "epoch"
	//    1 | train.epoch=2
	//      | ^^^^^^^^^^^
	//   did you mean train.epochs?
}
