package experiments_test

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// The parts below have the names and parameters that specs in the tests use;
// experiments knows parts by their declarations alone.

type (
	dataPart       interface{ isData() }
	modelPart      interface{ isModel() }
	lossPart       interface{ isLoss() }
	regulariser    interface{ isRegulariser() }
	optimiser      interface{ isOptimiser() }
	schedule       interface{ isSchedule() }
	layer          interface{ isLayer() }
	activation     interface{ isActivation() }
	corruption     interface{ isCorruption() }
	bottleneck     interface{ isBottleneck() }
	baselinePart   interface{ isBaseline() }
	trainingPart   interface{ isTraining() }
	evaluationPart interface{ isEvaluation() }
	initialiser    interface{ isInitialiser() }
	simple         struct{}
	reducedLoss    struct {
		Reduce string `default:"mean" enum:"sum|mean" doc:"over the elements of an example"`
	}
	huber struct {
		Delta  float64 `default:"1" range:"(0, inf)" doc:"where the line begins"`
		Reduce string  `default:"mean" enum:"sum|mean" doc:"over the elements of an example"`
	}
	mnist struct {
		Validation int    `default:"0" range:"[0, inf)" doc:"examples held out"`
		Split      string `default:"last" enum:"last|random" doc:"which examples are held out"`
		SplitSeed  int    `default:"1" doc:"of a random split"`
	}
	csvFile struct {
		Path       string `identity:"no" doc:"of the file"`
		Validation int    `default:"0" range:"[0, inf)" doc:"examples held out"`
	}
	anomaly struct {
		Level  float64  `default:"0.95" range:"(0, 1)" doc:"of the threshold"`
		Normal []string `optional:"yes" numbers:"yes" doc:"classes that are normal"`
		Split  string   `optional:"yes" enum:"test|validation" doc:"which split is measured"`
	}
	constant struct {
		Value float64 `short:"yes" range:"[0, inf)" doc:"the value"`
	}
	linear struct {
		From   float64 `default:"0" doc:"first value"`
		To     float64 `default:"1" doc:"last value"`
		Epochs int     `default:"10" range:"[1, inf)" doc:"from the first to the last"`
	}
	adam struct {
		Rate  schedule `default:"0.001" doc:"learning rate"`
		Beta1 float64  `default:"0.9" range:"[0, 1)" doc:"decay of the mean"`
	}
	sgd struct {
		Rate     schedule `default:"0.01" doc:"learning rate"`
		Momentum float64  `default:"0" range:"[0, 1)" doc:"of the step"`
	}
	penalty struct {
		Weight schedule `short:"yes" default:"1" doc:"of the penalty"`
		On     string   `default:"code" enum:"code|hidden|all" doc:"which units"`
	}
	sparseKL struct {
		Weight schedule `short:"yes" default:"1" doc:"of the penalty"`
		Rho    float64  `default:"0.05" range:"(0, 1)" doc:"wanted mean activation"`
	}
	dense struct {
		Nodes      int        `short:"yes" range:"[1, inf)" doc:"units"`
		Activation activation `optional:"yes" doc:"of the units"`
	}
	conv struct {
		Filters    int        `range:"[1, inf)" doc:"channels"`
		Kernel     int        `default:"3" range:"[1, inf)" doc:"width"`
		Activation activation `optional:"yes" doc:"of the units"`
	}
	noise struct {
		Sigma float64   `default:"0.1" range:"[0, inf)" doc:"standard deviation"`
		Clip  []float64 `optional:"yes" doc:"low and high"`
	}
	masking struct {
		Fraction float64 `default:"0.3" range:"[0, 1]" doc:"of the elements"`
	}
	pca struct {
		Code int `range:"[1, inf)" doc:"components"`
	}
	training struct {
		Epochs    int       `default:"20" range:"[1, inf)" doc:"passes over the training split"`
		Batch     int       `default:"128" range:"[1, inf)" doc:"examples in a batch"`
		Optimiser optimiser `default:"adam" doc:"what changes the weights"`
		Keep      string    `default:"best" enum:"best|all|none" identity:"no" doc:"whose weights stay"`
		Stop      *stopping `optional:"yes" doc:"early"`
		From      string    `optional:"yes" doc:"case"`
	}
	stopping struct {
		Patience int     `default:"5" range:"[1, inf)" doc:"epochs"`
		MinDelta float64 `default:"0" range:"[0, inf)" doc:"what counts"`
	}
	autoencoder struct {
		Encoder        []layer     `optional:"yes" doc:"hidden layers"`
		Depth          int         `optional:"yes" range:"[0, inf)" doc:"how many hidden layers"`
		Nodes          int         `optional:"yes" range:"[1, inf)" doc:"of the first hidden layer"`
		Taper          float64     `optional:"yes" range:"(0, inf)" doc:"from each layer to the next"`
		Code           int         `optional:"yes" range:"[1, inf)" doc:"code size"`
		Decoder        []layer     `default:"mirror" word:"mirror" doc:"its own layers"`
		Activation     activation  `default:"relu" doc:"of hidden layers"`
		CodeActivation activation  `default:"linear" doc:"of the code"`
		Output         activation  `default:"linear" doc:"of the last layer"`
		Initialiser    initialiser `default:"glorot-uniform" doc:"draws the weights"`
		Tied           bool        `default:"false" doc:"whether the decoder shares the weights"`
		Bottleneck     bottleneck  `default:"plain" doc:"what makes the code"`
		Corruption     corruption  `optional:"yes" doc:"of the input"`
	}
)

func (*simple) isActivation()    {}
func (*simple) isBottleneck()    {}
func (*simple) isInitialiser()   {}
func (*simple) isBaseline()      {}
func (*simple) isEvaluation()    {}
func (*anomaly) isEvaluation()   {}
func (*reducedLoss) isLoss()     {}
func (*huber) isLoss()           {}
func (*mnist) isData()           {}
func (*csvFile) isData()         {}
func (*constant) isSchedule()    {}
func (*linear) isSchedule()      {}
func (*adam) isOptimiser()       {}
func (*sgd) isOptimiser()        {}
func (*penalty) isRegulariser()  {}
func (*sparseKL) isRegulariser() {}
func (*dense) isLayer()          {}
func (*conv) isLayer()           {}
func (*noise) isCorruption()     {}
func (*masking) isCorruption()   {}
func (*pca) isBaseline()         {}
func (*training) isTraining()    {}
func (*autoencoder) isModel()    {}

// Normalise turns depth, nodes and taper into a list, and writes the
// activation into its layers.
func (*autoencoder) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if given["encoder"] && (given["depth"] || given["nodes"] || given["taper"]) {
		return registry.Mistakes{{Path: "encoder", Message: "encoder and depth, nodes, taper say the same in two ways", Hint: "give one of them"}}
	}
	if !given["encoder"] {
		depth, _ := resolved["depth"].(float64)
		nodes, _ := resolved["nodes"].(float64)
		layers := make([]any, int(depth))
		for i := range layers {
			layers[i] = registry.Tree{"kind": "dense", "nodes": nodes}
		}
		resolved["encoder"] = layers
	}
	for _, name := range []string{"depth", "nodes", "taper"} {
		delete(resolved, name)
	}
	for _, element := range resolved["encoder"].([]any) {
		if layer, ok := element.(registry.Tree); ok && layer["activation"] == nil {
			layer["activation"] = resolved["activation"]
		}
	}
	delete(resolved, "activation")
	return nil
}

func init() {
	schedules := registry.NewRole[schedule]("schedule", "a number that may change with the epoch").WithScalar("constant")
	registry.Add[constant](schedules, "constant", "always the same")
	registry.Add[linear](schedules, "linear", "from one value to another")
	activations := registry.NewRole[activation]("activation", "what a unit makes of its sum")
	for _, name := range []string{"linear", "relu", "sigmoid", "tanh"} {
		registry.Add[simple](activations, name, "as its name says")
	}
	initialisers := registry.NewRole[initialiser]("initialiser", "draws weights")
	registry.Add[simple](initialisers, "glorot-uniform", "by fan in and fan out")
	layers := registry.NewRole[layer]("layer", "a layer").WithScalar("dense")
	registry.Add[dense](layers, "dense", "all to all")
	registry.Add[conv](layers, "conv", "a convolution")
	bottlenecks := registry.NewRole[bottleneck]("bottleneck", "makes the code")
	registry.Add[simple](bottlenecks, "plain", "the code itself")
	registry.Add[simple](bottlenecks, "gaussian", "mean and variance")
	corruptions := registry.NewRole[corruption]("corruption", "damages the input")
	registry.Add[noise](corruptions, "gaussian", "adds noise")
	registry.Add[masking](corruptions, "masking", "sets elements to zero")
	losses := registry.NewRole[lossPart]("loss", "reconstruction loss")
	for _, name := range []string{"mse", "l1", "bce"} {
		registry.Add[reducedLoss](losses, name, "as its name says")
	}
	registry.Add[huber](losses, "huber", "quadratic near zero")
	regularisers := registry.NewRole[regulariser]("regulariser", "adds a penalty")
	for _, name := range []string{"sparse-l1", "contractive", "kl", "l2"} {
		registry.Add[penalty](regularisers, name, "as its name says")
	}
	registry.Add[sparseKL](regularisers, "sparse-kl", "towards a mean activation")
	optimisers := registry.NewRole[optimiser]("optimiser", "changes the weights")
	registry.Add[adam](optimisers, "adam", "with two moments")
	registry.Add[sgd](optimisers, "sgd", "plain")
	registry.Add[training](registry.NewRole[trainingPart]("train", "how a model is trained"), "", "how a model is trained")
	models := registry.NewRole[modelPart]("model", "what is trained").WithDefault("autoencoder")
	registry.Add[autoencoder](models, "autoencoder", "encoder and decoder")
	baselines := registry.NewRole[baselinePart]("baseline", "what others are compared with")
	registry.Add[pca](baselines, "pca", "principal components")
	registry.Add[simple](baselines, "mean", "the mean of the training split")
	evaluations := registry.NewRole[evaluationPart]("evaluation", "what is measured")
	registry.Add[simple](evaluations, "reconstruction", "by label")
	registry.Add[anomaly](evaluations, "anomaly", "what is unlike the rest")
	data := registry.NewRole[dataPart]("data", "a data set")
	registry.Add[mnist](data, "mnist", "handwritten digits")
	registry.Add[csvFile](data, "csv", "a table")
}

// world knows the fingerprint of every data set and the files in it.
type world struct{ numerics int }

func (world) Fingerprint(data registry.Tree, dir string) (string, error) {
	path, _ := data["path"].(string)
	if strings.Contains(path, "missing") {
		return "", fmt.Errorf("no file %s", path)
	}
	return "fingerprint of " + data.Kind() + " " + strings.TrimPrefix(path, "elsewhere/"), nil
}

func (world) Check(setting registry.Tree, _ string) registry.Mistakes {
	penalties, _ := setting["regularisers"].(registry.Tree)
	bottleneck, _ := setting.At("model.bottleneck.kind")
	if penalties["kl"] != nil && bottleneck != "gaussian" {
		return registry.Mistakes{{Path: "regularisers.kl", Key: true, Message: "kl needs a Gaussian bottleneck", Hint: "model.bottleneck: gaussian"}}
	}
	return nil
}

func (world) CheckSource(setting, source registry.Tree, _ string) registry.Mistakes {
	a, _ := setting.At("model.code")
	b, _ := source.At("model.code")
	if a != b {
		return registry.Mistakes{{Path: "train.from", Message: "the codes have other sizes"}}
	}
	return nil
}

func (world) CodeSize(registry.Tree, string) (int, error) { return 49, nil }

func (world) Metrics() []string {
	return []string{"test.mse", "test.sse", "test.l1", "test.loss", "validation.loss", "train.loss"}
}

func (world) CheckEvaluation(evaluation, data registry.Tree, _ string) ([]string, registry.Mistakes) {
	if evaluation.Kind() != "anomaly" {
		return nil, nil
	}
	if evaluation["level"] == 0.5 {
		return nil, registry.Mistakes{{Path: "level", Message: "half of the examples cannot be anomalous", Hint: "such as 0.95"}}
	}
	if evaluation["split"] == "validation" {
		if data["validation"] == 0.0 {
			return nil, registry.Mistakes{{Path: "split", Message: "the data have no validation split"}}
		}
		return []string{"validation.anomaly.auroc"}, nil
	}
	return []string{"test.anomaly.auroc"}, nil
}

func (w world) Numerics() int { return w.numerics }
