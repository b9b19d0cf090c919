package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// smallTraining is a training that takes milliseconds.
type smallTraining struct {
	name      string
	shape     Shape
	examples  int
	model     registry.Tree
	loss      any
	penalties registry.Tree
	train     registry.Tree
}

// binarisedTrainings draw each presentation of an example from it.
var binarisedTrainings = []string{"weighted by importance"}

func (s *smallTraining) traits() Traits {
	return Traits{Shape: s.shape, High: 1, Binarise: slices.Contains(binarisedTrainings, s.name)}
}

// smallTrainings are what digests.txt is about. Together they have every registered part in them, call every kernel
// that a training can call, and have layers and batches of sizes around those of the kernels' blocks. Examples lie in
// [0, 1).
var smallTrainings = []smallTraining{
	{"relu", Shape{10, 5, 1}, 100, registry.Tree{"encoder": layerList(49, 17), "code": 5.0},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"tanh", Shape{47}, 90, registry.Tree{"encoder": layerList(48), "code": 15.0, "activation": "tanh", "initialiser": "glorot-normal"},
		"l1", nil, registry.Tree{"batch": 31.0, "epochs": 3.0, "optimiser": "sgd"}},
	{"sigmoid", Shape{31}, 70, registry.Tree{"encoder": layerList(65), "code": 8.0, "activation": "sigmoid", "output": "sigmoid", "initialiser": "he-uniform"},
		registry.Tree{"kind": "bce", "reduce": "sum"}, nil, registry.Tree{"batch": 16.0, "epochs": 3.0, "optimiser": "rmsprop"}},
	{"softplus", Shape{33}, 70, registry.Tree{"encoder": layerList(25), "code": 9.0, "activation": "softplus", "initialiser": "he-normal"},
		registry.Tree{"kind": "huber", "delta": 0.3}, nil, registry.Tree{"batch": 17.0, "epochs": 3.0, "optimiser": "nadam"}},
	{"slow momentum", Shape{33}, 70, registry.Tree{"encoder": layerList(25), "code": 9.0},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "nadam", "momentum_decay": 0.004}}},
	{"decayed", Shape{33}, 70, registry.Tree{"encoder": layerList(25), "code": 9.0, "initialiser": "uniform-fan-in"},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "adam", "weight_decay": 0.01}}},
	{"clipped and decayed", Shape{33}, 70, registry.Tree{"encoder": layerList(25), "code": 9.0, "initialiser": "uniform-fan-in"},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "sgd", "momentum": 0.9, "weight_decay": 0.01}, "clip": registry.Tree{"norm": 0.1}}},
	{"initialisers of their own", Shape{8, 6, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 3.0, "initialiser": registry.Tree{"kind": "uniform", "bound": 0.1}}, "max-pool",
		registry.Tree{"kind": "dense", "nodes": 12.0, "initialiser": "uniform-fan-in"}}, "code": 4.0},
		"mse", nil, registry.Tree{"batch": 16.0, "epochs": 2.0}},
	{"elu", Shape{40}, 64, registry.Tree{"encoder": layerList(24), "code": 7.0, "activation": registry.Tree{"kind": "elu", "alpha": 0.7}, "initialiser": "lecun-uniform"},
		registry.Tree{"kind": "mse", "reduce": "sum"}, nil,
		registry.Tree{"batch": 15.0, "epochs": 3.0, "optimiser": "adamw", "clip": registry.Tree{"norm": 0.5}}},
	{"selu", Shape{23}, 64, registry.Tree{"encoder": layerList(32), "code": 3.0, "activation": "selu", "initialiser": "lecun-normal"},
		"mse", nil, registry.Tree{"batch": 8.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "sgd", "momentum": 0.9}}},
	{"gelu", Shape{21}, 64, registry.Tree{"encoder": layerList(41), "code": 4.0, "activation": "gelu", "initialiser": "uniform-fan-in"},
		registry.Tree{"kind": "l1", "reduce": "sum"}, nil, registry.Tree{"batch": 20.0, "epochs": 3.0, "optimiser": registry.Tree{
			"kind": "sgd", "momentum": 0.9, "nesterov": true, "rate": registry.Tree{"kind": "linear", "from": 1e-3, "to": 1e-4, "epochs": 2.0}}}},
	{"silu", Shape{39}, 64, registry.Tree{"encoder": layerList(31), "code": 6.0, "activation": "silu", "output": "sigmoid"},
		"bce", nil, registry.Tree{"batch": 13.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "rmsprop", "momentum": 0.8}}},
	{"adagrad", Shape{22}, 64, registry.Tree{"encoder": layerList(18), "code": 5.0, "activation": "tanh"},
		"mse", nil, registry.Tree{"batch": 21.0, "epochs": 3.0, "optimiser": registry.Tree{
			"kind": "adagrad", "rate": registry.Tree{"kind": "step", "from": 0.02, "factor": 0.3, "every": 1.0}}}},
	{"adadelta", Shape{22}, 64, registry.Tree{"encoder": layerList(19), "code": 5.0},
		"mse", nil, registry.Tree{"batch": 22.0, "epochs": 3.0, "optimiser": registry.Tree{
			"kind": "adadelta", "rate": registry.Tree{"kind": "exponential", "from": 1.0}}}},
	{"lion", Shape{22}, 64, registry.Tree{"encoder": layerList(21), "code": 5.0, "activation": "silu"},
		"mse", nil, registry.Tree{"batch": 23.0, "epochs": 3.0, "optimiser": registry.Tree{"kind": "lion", "decay": 0.1, "rate": registry.Tree{
			"kind": "warm-up", "epochs": 1.0, "then": registry.Tree{"kind": "cosine", "from": 1e-3, "epochs": 2.0}}}}},
	{"annealed", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 3.0, "bottleneck": "gaussian"},
		registry.Tree{"kind": "mse", "reduce": "sum"},
		registry.Tree{"kl": registry.Tree{"weight": registry.Tree{"kind": "cyclic", "epochs": 1.5}}},
		registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"several codes", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0, "bottleneck": registry.Tree{"kind": "gaussian", "samples": 3.0}},
		registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"kl": 1.0}, registry.Tree{"batch": 33.0, "epochs": 3.0}},
	{"weighted by importance", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0, "activation": "tanh", "output": "sigmoid",
		"bottleneck": registry.Tree{"kind": "gaussian", "samples": 5.0}},
		registry.Tree{"kind": "bce", "reduce": "sum"}, registry.Tree{"l2": 1e-3},
		registry.Tree{"batch": 21.0, "epochs": 3.0, "objective": "importance-weighted", "optimiser": registry.Tree{
			"kind": "adam", "rate": registry.Tree{"kind": "step", "from": 1e-3, "factor": 0.7, "every": 0.5, "growth": 2.0}}}},
	{"plateau", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 6.0, "optimiser": registry.Tree{
			"kind": "adam", "rate": registry.Tree{"kind": "plateau", "from": 1e-3, "factor": 0.3, "patience": 1.0, "cooldown": 1.0}}}},
	{"learned variance", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 6.0},
		registry.Tree{"kind": "gaussian-nll", "variance": "learned"}, registry.Tree{"l2": 1e-3}, registry.Tree{"batch": 24.0, "epochs": 3.0}},
	{"learned variances", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 3.0, "bottleneck": registry.Tree{"kind": "gaussian", "samples": 2.0}},
		registry.Tree{"kind": "gaussian-nll", "variance": registry.Tree{"kind": "learned", "of": "each"}, "reduce": "sum"}, nil,
		registry.Tree{"batch": 24.0, "epochs": 3.0, "objective": "importance-weighted"}},
	{"quasi-Newton", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0, "activation": "sigmoid", "code_activation": "sigmoid"},
		registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"sparse-kl": registry.Tree{"weight": 3.0, "rho": 0.1}, "l2": 3e-3},
		registry.Tree{"epochs": 12.0, "optimiser": registry.Tree{"kind": "l-bfgs", "memory": 4.0}}},
	{"quasi-Newton on codes that are drawn", Shape{30}, 70, registry.Tree{"encoder": layerList(20), "code": 5.0, "bottleneck": "gaussian",
		"corruption": registry.Tree{"kind": "masking", "fraction": 0.2}},
		registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"kl": registry.Tree{"weight": registry.Tree{"kind": "linear", "epochs": 5.0}}},
		registry.Tree{"epochs": 10.0, "optimiser": "l-bfgs"}},
	{"pretrained", Shape{8, 6, 1}, 100, registry.Tree{"encoder": []any{registry.Tree{"kind": "conv", "filters": 5.0}, "max-pool", 20.0}, "code": 5.0,
		"output": "sigmoid", "corruption": registry.Tree{"kind": "masking", "fraction": 0.2}},
		"bce", registry.Tree{"l2": 1e-3}, registry.Tree{"batch": 32.0, "epochs": 2.0, "pretrain": registry.Tree{"epochs": 4.0}}},
	{"log-cosh", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 6.0},
		registry.Tree{"kind": "log-cosh", "reduce": "sum"}, nil, registry.Tree{"batch": 19.0, "epochs": 3.0}},
	{"similar", Shape{12, 13, 1}, 40, registry.Tree{"encoder": layerList(20), "code": 6.0, "output": "sigmoid"},
		"ssim", nil, registry.Tree{"batch": 15.0, "epochs": 2.0}},
	{"likely", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 6.0},
		registry.Tree{"kind": "gaussian-nll", "variance": 0.1}, nil, registry.Tree{"batch": 24.0, "epochs": 3.0}},
	{"fitted variance", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 3.0, "bottleneck": "gaussian"},
		registry.Tree{"kind": "gaussian-nll", "fit": true, "reduce": "sum"}, registry.Tree{"kl": 1.0}, registry.Tree{"batch": 24.0, "epochs": 3.0}},
	{"k-sparse", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 18.0, "code_activation": registry.Tree{"kind": "topk", "k": 4.0}},
		"mse", nil, registry.Tree{"batch": 25.0, "epochs": 3.0}},
	{"jumping", Shape{27}, 64, registry.Tree{"encoder": layerList(20), "code": 18.0, "code_activation": "jump-relu"},
		"mse", registry.Tree{"sparse-l1": 0.01}, registry.Tree{"batch": 26.0, "epochs": 3.0}},
	{"k-sparse convolutions", Shape{8, 6, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "activation": registry.Tree{"kind": "topk", "k": 20.0, "relu": true}}, "max-pool"}},
		"mse", nil, registry.Tree{"batch": 17.0, "epochs": 2.0}},
	{"free bits", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0, "bottleneck": "gaussian"},
		registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"kl": registry.Tree{"weight": 1.0, "free_bits": 0.05}},
		registry.Tree{"batch": 33.0, "epochs": 3.0}},
	{"capacity", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0, "bottleneck": "gaussian"},
		registry.Tree{"kind": "mse", "reduce": "sum"},
		registry.Tree{"kl": registry.Tree{"weight": 10.0, "capacity": registry.Tree{"kind": "linear", "to": 2.0, "epochs": 2.0}}},
		registry.Tree{"batch": 34.0, "epochs": 3.0}},
	{"wasserstein", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 5.0},
		"mse", registry.Tree{"mmd": 1.0}, registry.Tree{"batch": 70.0, "epochs": 3.0}},
	{"orthogonal", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 18.0},
		"mse", registry.Tree{"orthogonal": 0.1}, registry.Tree{"batch": 35.0, "epochs": 3.0}},
	{"sphere", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 6.0, "bottleneck": "unit-norm", "code_activation": "tanh"},
		"mse", nil, registry.Tree{"batch": 36.0, "epochs": 3.0}},
	{"orthogonal weights", Shape{30}, 64, registry.Tree{"encoder": layerList(40), "code": 6.0, "initialiser": "orthogonal"},
		"mse", nil, registry.Tree{"batch": 37.0, "epochs": 2.0}},
	{"sparse weights", Shape{30}, 64, registry.Tree{"encoder": layerList(40), "code": 6.0, "activation": "tanh",
		"initialiser": registry.Tree{"kind": "sparse", "sigma": 0.3}},
		"mse", nil, registry.Tree{"batch": 38.0, "epochs": 2.0}},
	{"dropped", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 9.0, "corruption": registry.Tree{"kind": "dropout", "fraction": 0.3}},
		"mse", nil, registry.Tree{"batch": 39.0, "epochs": 3.0}},
	{"damaged once", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 9.0, "corruption": registry.Tree{"kind": "gaussian", "sigma": 0.3, "fixed": true}},
		"mse", nil, registry.Tree{"batch": 40.0, "epochs": 3.0}},
	{"covered", Shape{8, 7, 1}, 60, registry.Tree{"encoder": layerList(20), "code": 9.0, "corruption": registry.Tree{"kind": "occlusion", "size": 3.0}},
		"mse", nil, registry.Tree{"batch": 21.0, "epochs": 2.0}},
	{"blurred", Shape{8, 7, 2}, 60, registry.Tree{"encoder": layerList(20), "code": 9.0, "corruption": registry.Tree{"kind": "blur", "sigma": 1.2}},
		"mse", nil, registry.Tree{"batch": 22.0, "epochs": 2.0}},
	{"clipped gradients", Shape{30}, 64, registry.Tree{"encoder": layerList(20), "code": 5.0},
		"mse", nil, registry.Tree{"batch": 17.0, "epochs": 3.0, "clip": registry.Tree{"value": 0.001}}},
	{"tied", Shape{50}, 96, registry.Tree{"encoder": layerList(33, 20), "code": 7.0, "activation": "leaky-relu", "output": "sigmoid", "tied": true},
		"bce", nil, registry.Tree{"batch": 64.0, "epochs": 3.0, "clip": registry.Tree{"norm": 0.1}}},
	{"clipped reconstructions", Shape{30}, 64, registry.Tree{"encoder": layerList(20), "code": 6.0},
		"bce", nil, registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"one example a batch", Shape{9}, 5, registry.Tree{"encoder": layerList(), "code": 2.0},
		"mse", nil, registry.Tree{"batch": 1.0, "epochs": 3.0}},
	{"blocks of steps", Shape{257}, 66, registry.Tree{"encoder": layerList(97, 48), "code": 1.0, "decoder": layerList(16, 257)},
		"mse", nil, registry.Tree{"batch": 65.0, "epochs": 2.0}},
	{"wide", Shape{35}, 40, registry.Tree{"encoder": layerList(513), "code": 16.0, "code_activation": "tanh"},
		"mse", nil, registry.Tree{"batch": 39.0, "epochs": 2.0}},
	{"large batch", Shape{20}, 300, registry.Tree{"depth": 2.0, "nodes": 12.0, "taper": 0.5, "code": 2.0},
		"mse", nil, registry.Tree{"batch": 257.0, "epochs": 3.0}},
	{"sparse", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 16.0, "activation": "sigmoid", "code_activation": "sigmoid", "output": "sigmoid"},
		"bce", registry.Tree{"sparse-kl": 0.1, "sparse-l1": registry.Tree{"weight": 0.01, "on": "all"}},
		registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"contractive", Shape{30}, 100, registry.Tree{"encoder": layerList(), "code": 45.0, "code_activation": "sigmoid", "output": "sigmoid"},
		"mse", registry.Tree{"contractive": 0.1}, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"deep contractive", Shape{30}, 50, registry.Tree{"encoder": layerList(40, 20), "code": 7.0, "activation": "elu"},
		"mse", registry.Tree{"contractive": registry.Tree{"weight": 0.1}}, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"variational", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 4.0, "bottleneck": "gaussian", "output": "sigmoid"},
		registry.Tree{"kind": "bce", "reduce": "sum"},
		registry.Tree{"kl": registry.Tree{"weight": registry.Tree{"kind": "linear", "epochs": 2.0}}},
		registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"noisy", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 9.0,
		"corruption": registry.Tree{"kind": "gaussian", "sigma": 0.3, "clip": []any{0.0, 1.0}}},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 3.0}},
	{"masked", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 9.0, "corruption": registry.Tree{"kind": "masking", "fraction": 0.3}},
		"mse", registry.Tree{"l1": 1e-4, "l2": 1e-3}, registry.Tree{"batch": 33.0, "epochs": 3.0}},
	{"convolutional", Shape{9, 7, 2}, 70, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 17.0}, "max-pool", registry.Tree{"kind": "conv", "filters": 8.0, "kernel": 2.0}, "max-pool"}, "output": "sigmoid"},
		"bce", nil, registry.Tree{"batch": 33.0, "epochs": 2.0}},
	{"strided", Shape{11, 10, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "stride": 2.0}, registry.Tree{"kind": "conv", "filters": 6.0, "padding": "valid", "activation": "tanh"}, "flatten", 20.0}, "code": 4.0},
		"mse", nil, registry.Tree{"batch": 16.0, "epochs": 2.0}},
	{"padded", Shape{13, 10, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 6.0, "stride": 2.0, "padding": 1.0}, registry.Tree{"kind": "max-pool", "padding": "same"},
		registry.Tree{"kind": "conv-transpose", "filters": 4.0, "kernel": 5.0, "stride": 2.0, "padding": 1.0, "output_padding": 1.0},
		registry.Tree{"kind": "avg-pool", "size": 3.0, "stride": 3.0, "padding": "same"}}, "code": 5.0, "decoder": layerList(20, 130)},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"counted from outputs", Shape{5, 4, 2}, 50, registry.Tree{"encoder": []any{registry.Tree{"kind": "conv", "filters": 3.0}},
		"decoder": []any{registry.Tree{"kind": "conv-transpose", "filters": 2.0, "fan_in": "outputs"}}, "initialiser": "uniform-fan-in"},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"small at first", Shape{20}, 50, registry.Tree{"encoder": layerList(30), "code": 5.0, "initialiser": registry.Tree{"kind": "normal", "truncated": true}},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"bounded at first", Shape{20}, 50, registry.Tree{"encoder": layerList(30), "code": 5.0, "initialiser": "uniform"},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"truncated at first", Shape{20}, 50, registry.Tree{"encoder": layerList(30), "code": 5.0, "initialiser": registry.Tree{"kind": "he-normal", "truncated": true}},
		"mse", nil, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"unbiased", Shape{8, 6, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "bias": false, "activation": "linear"}, registry.Tree{"kind": "batch-norm", "affine": false}, "activation", "max-pool",
		registry.Tree{"kind": "dense", "nodes": 6.0, "bias": false}}, "activation": "leaky-relu", "initialiser": "uniform-fan-in"},
		"mse", registry.Tree{"l2": 1e-3}, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"tied, unbiased", Shape{9, 8, 1}, 50, registry.Tree{"tied": true, "encoder": []any{
		registry.Tree{"kind": "batch-norm", "affine": false}, registry.Tree{"kind": "conv", "filters": 5.0, "bias": false}, registry.Tree{"kind": "dense", "nodes": 9.0, "bias": false}}, "code": 3.0},
		"mse", nil, registry.Tree{"batch": 21.0, "epochs": 2.0}},
	{"series", Shape{24, 3}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 6.0, "kernel": 5.0}, registry.Tree{"kind": "avg-pool", "size": 3.0}}, "code": 5.0,
		"decoder": []any{16.0, registry.Tree{"kind": "reshape", "shape": []any{8.0, 2.0}}, registry.Tree{"kind": "upsample", "size": 3.0}, registry.Tree{"kind": "conv-transpose", "filters": 3.0}}},
		"mse", nil, registry.Tree{"batch": 16.0, "epochs": 2.0}},
	{"averaged", Shape{6, 5, 1}, 40, registry.Tree{"encoder": []any{registry.Tree{"kind": "conv", "filters": 9.0}, "global-avg-pool"}, "decoder": []any{12.0, 30.0}},
		"mse", nil, registry.Tree{"batch": 16.0, "epochs": 2.0}},
	{"dropped units", Shape{8, 5, 1}, 70, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "dropout", "fraction": 0.1}, registry.Tree{"kind": "conv", "filters": 3.0}, registry.Tree{"kind": "dropout", "fraction": 0.3}, 20.0}, "code": 5.0},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"hashed", Shape{30}, 70, registry.Tree{"encoder": []any{40.0, registry.Tree{"kind": "gaussian-noise", "sigma": 15.0}}, "code": 6.0, "code_activation": "sigmoid"},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"upsampled", Shape{8, 6, 1}, 60, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "activation": "elu"}, "max-pool", registry.Tree{"kind": "conv", "filters": 4.0}},
		"decoder": []any{"upsample", registry.Tree{"kind": "conv", "filters": 7.0}, registry.Tree{"kind": "conv", "filters": 1.0, "kernel": 5.0}}, "output": "sigmoid"},
		"bce", registry.Tree{"sparse-l1": registry.Tree{"weight": 0.01, "on": "hidden"}}, registry.Tree{"batch": 37.0, "epochs": 2.0}},
	{"normalised", Shape{9, 7, 1}, 70, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0}, "batch-norm", registry.Tree{"kind": "conv", "filters": 3.0, "stride": 2.0}, "layer-norm", 20.0}, "code": 5.0, "bottleneck": "batch-norm"},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"activated behind", Shape{8, 6, 1}, 60, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "activation": "linear"}, "batch-norm", registry.Tree{"kind": "activation", "activation": "elu"}, "max-pool",
		registry.Tree{"kind": "dense", "nodes": 20.0, "activation": "linear"}, "layer-norm", "activation"}, "code": 5.0, "activation": "silu"},
		"mse", nil, registry.Tree{"batch": 32.0, "epochs": 2.0}},
	{"normalised by batches", Shape{30}, 70, registry.Tree{"encoder": []any{300.0, registry.Tree{"kind": "batch-norm", "momentum": 0.2}, 17.0, "batch-norm"}, "code": 5.0, "tied": true},
		"mse", registry.Tree{"l2": 1e-3}, registry.Tree{"batch": 69.0, "epochs": 3.0, "clip": registry.Tree{"norm": 0.5}}},
	{"recurrent", Shape{7, 3}, 50, registry.Tree{"encoder": []any{registry.Tree{"kind": "lstm", "nodes": 20.0}, registry.Tree{"kind": "lstm", "nodes": 9.0}}},
		"mse", registry.Tree{"sparse-l1": registry.Tree{"weight": 0.01, "on": "all"}}, registry.Tree{"batch": 33.0, "epochs": 3.0}},
	{"gated", Shape{6, 5, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "dropout", "fraction": 0.1}, registry.Tree{"kind": "gru", "nodes": 18.0}}, "code": 5.0, "output": "sigmoid"},
		"bce", nil, registry.Tree{"batch": 17.0, "epochs": 3.0, "clip": registry.Tree{"norm": 0.5}}},
	{"repeated", Shape{6, 4}, 50, registry.Tree{"encoder": []any{registry.Tree{"kind": "gru", "nodes": 9.0}}, "code": 5.0, "bottleneck": "gaussian", "decoder": []any{
		registry.Tree{"kind": "repeat", "steps": 6.0}, registry.Tree{"kind": "lstm", "nodes": 12.0}, registry.Tree{"kind": "dense", "nodes": 4.0, "per": "step"}}},
		registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"kl": 0.1}, registry.Tree{"batch": 18.0, "epochs": 3.0}},
	{"quantised", Shape{30}, 100, registry.Tree{"encoder": layerList(20), "code": 12.0,
		"bottleneck": registry.Tree{"kind": "vector-quantised", "entries": 17.0, "vectors": 4.0}},
		"mse", nil, registry.Tree{"batch": 70.0, "epochs": 3.0}},
	{"step by step", Shape{8, 5}, 50, registry.Tree{"tied": true, "initialiser": "uniform-fan-in", "encoder": []any{
		registry.Tree{"kind": "dense", "nodes": 17.0, "per": "step", "activation": "tanh"}, registry.Tree{"kind": "dense", "nodes": 3.0, "per": "step"}}},
		"mse", nil, registry.Tree{"batch": 16.0, "epochs": 3.0}},
	{"contractive convolutions", Shape{8, 6, 1}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0, "activation": "elu"}, "max-pool", registry.Tree{"kind": "conv", "filters": 3.0, "activation": "tanh"}},
		"output": "sigmoid"}, "bce", registry.Tree{"contractive": registry.Tree{"weight": 0.01, "samples": 2.0}, "decoder-jacobian": registry.Tree{"weight": 1e-4}},
		registry.Tree{"batch": 19.0, "epochs": 2.0}},
	{"contractive series", Shape{9, 2}, 50, registry.Tree{"encoder": []any{
		registry.Tree{"kind": "conv", "filters": 4.0, "stride": 2.0, "activation": "gelu"}, "avg-pool"}, "code": 3.0, "bottleneck": "gaussian", "decoder": layerList(20, 18)},
		"mse", registry.Tree{"contractive": 0.01, "kl": 0.01}, registry.Tree{"batch": 18.0, "epochs": 2.0}},
	{"tied convolutions", Shape{9, 8, 1}, 50, registry.Tree{"tied": true, "encoder": []any{
		registry.Tree{"kind": "conv", "filters": 5.0}, "max-pool", registry.Tree{"kind": "conv", "filters": 7.0, "stride": 2.0}, registry.Tree{"kind": "conv-transpose", "filters": 3.0}}},
		"mse", registry.Tree{"l2": 1e-3}, registry.Tree{"batch": 21.0, "epochs": 2.0}},
	{"speckled", Shape{30}, 100, registry.Tree{"encoder": layerList(40), "code": 9.0, "corruption": registry.Tree{"kind": "salt-pepper", "fraction": 0.3}},
		"huber", nil, registry.Tree{"batch": 30.0, "epochs": 3.0}},
}

// setting resolves the training.
func (s *smallTraining) setting(t *testing.T) registry.Tree {
	t.Helper()
	setting := registry.Tree{
		"model": resolve(t, models, s.model), "loss": resolve(t, losses, s.loss), "train": resolve(t, trainings, s.train),
	}
	if s.penalties != nil {
		resolved, mistakes := regularisers.ResolveKinds("regularisers", s.penalties)
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		setting["regularisers"] = resolved
	}
	return setting
}

// run trains with so many threads and adds the digest of the final weights, the last epoch's means and the metrics to d.
func (s *smallTraining) run(t *testing.T, threads int, d *digests) {
	t.Helper()
	design, err := NewDesign(s.setting(t))
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	data := s.traits()
	trainer, err := NewTrainer(design, data, s.examples, 7)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	trainer.Threads(threads)
	defer trainer.Close()
	x := uniform(s.examples, s.shape.Size(), 1)
	for !trainer.Done() {
		if loss := trainer.Step(x); math.IsNaN(loss) || math.IsInf(loss, 0) {
			t.Fatalf("%s diverges: a training without final weights proves nothing", s.name)
		}
		if trainer.EpochEnded() {
			trainer.Judge(1) // which improves on nothing but at first
		}
	}
	d.add(s.name, "weights", fmt.Sprintf("%x", trainer.Net().Digest()))
	addValues(d, s.name, "train.", trainer.Running())
	addValues(d, s.name, "", trainer.Measure(x, data))
}

func addValues(d *digests, name, prefix string, values map[string]float64) {
	for key, v := range values {
		d.add(name, prefix+key, fmt.Sprintf("%x", v))
	}
}

// Whatever parts a step is made of, it allocates nothing, with several threads too.
func TestTrainingsAllocateNothing(t *testing.T) {
	for i := range smallTrainings {
		s := &smallTrainings[i]
		train := s.train.With("epochs", 1000.0)
		design, err := NewDesign(s.setting(t).With("train", resolve(t, trainings, train)))
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := NewTrainer(design, s.traits(), s.examples, 7)
		if err != nil {
			t.Fatal(err)
		}
		x := uniform(s.examples, s.shape.Size(), 1)
		for _, threads := range []int{1, 2} {
			trainer.Threads(threads)
			trainer.Step(x)
			if n := testing.AllocsPerRun(5, func() { trainer.Step(x) }); n != 0 {
				t.Errorf("%s: %g allocations a step with %d threads", s.name, n, threads)
			}
		}
		trainer.Close()
	}
}

// drawData adds the digests of what makes and splits data.
func drawData(d *digests) {
	order, normals, uniforms, turns := make([]int32, 1001), make([]float32, 1001), make([]float32, 1001), make([]float32, 1001)
	SplitOrder(order, 3)
	GeneratorNormals(normals, 3, 2)
	GeneratorUniforms(uniforms, 3, 2)
	for i := range turns {
		turns[i] = float32(SinTurns(0.37 * float64(i-500)))
	}
	h := sha256.New()
	for _, i := range order {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(i)))
	}
	d.add("data", "order", fmt.Sprintf("%x", h.Sum(nil)))
	for _, drawn := range []struct {
		what   string
		values []float32
	}{{"normals", normals}, {"uniforms", uniforms}, {"turns", turns}} {
		h.Reset()
		for _, v := range drawn.values {
			h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
		}
		d.add("data", drawn.what, fmt.Sprintf("%x", h.Sum(nil)))
	}
}

// runAll runs all trainings on the kernel in use.
func runAll(t *testing.T, threads int) *digests {
	d := &digests{numerics: Numerics, values: map[string]string{}}
	for i := 0; i < len(smallTrainings); i += *every {
		smallTrainings[i].run(t, threads, d)
	}
	drawData(d)
	return d
}

// onEveryKernel runs body once for each kernel of this machine.
func onEveryKernel(t *testing.T, body func(t *testing.T)) {
	before := kernel.Current()
	defer func() {
		if err := UseKernel(before); err != nil {
			t.Fatal(err)
		}
	}()
	for _, name := range Kernels() {
		if err := UseKernel(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, body)
	}
}

// unproved are the roles whose parts have no digest: baselines and evaluations promise their figures, not their bits.
// TestEvaluationsAreTheSameOnEveryKernel holds the latter to the bits on this machine.
var unproved = []string{"baseline", "evaluation", "threshold"}

func TestTrainingsHaveEveryPart(t *testing.T) {
	seen := map[*registry.Kind]bool{}
	for i := range smallTrainings {
		setting := smallTrainings[i].setting(t)
		for key, role := range map[string]*registry.Role{"model": models, "loss": losses, "train": trainings} {
			noteParts(seen, role, setting[key])
		}
		noteKinds(seen, regularisers, setting["regularisers"])
	}
	for _, role := range registry.Roles() {
		for _, kind := range role.Kinds() {
			if !seen[kind] && !slices.Contains(unproved, role.Name) {
				t.Errorf("no training in smallTrainings has the %s %s: add one, then run go test ./nn -run TestDigests -update", role.Name, kind.Name)
			}
		}
	}
}

// noteParts notes the kind of a resolved part and those of the parts in it.
func noteParts(seen map[*registry.Kind]bool, role *registry.Role, value any) {
	kind, tree := role.Scalar(), registry.Tree{}
	if mapping, ok := value.(registry.Tree); ok {
		kind, tree = role.Kind(mapping.Kind()), mapping
	}
	seen[kind] = true
	noteFields(seen, kind.Fields, tree)
}

func noteFields(seen map[*registry.Kind]bool, fields []registry.Field, tree registry.Tree) {
	for i := range fields {
		f, value := &fields[i], tree[fields[i].Name]
		if value == nil {
			continue
		}
		elements, isList := value.([]any)
		switch {
		case f.Type == registry.Part:
			noteParts(seen, f.Role(), value)
		case f.Type == registry.Block:
			noteFields(seen, f.Fields, value.(registry.Tree))
		case f.Type == registry.Kinds:
			noteKinds(seen, f.Role(), value)
		case isList && f.Role() != nil:
			for _, element := range elements {
				noteParts(seen, f.Role(), element)
			}
		}
	}
}

// noteKinds notes the parts of a mapping from kinds to parameters.
func noteKinds(seen map[*registry.Kind]bool, role *registry.Role, value any) {
	mapping, _ := value.(registry.Tree)
	for name, parameters := range mapping {
		seen[role.Kind(name)] = true
		repeated, ok := parameters.([]any)
		if !ok {
			repeated = []any{parameters}
		}
		for _, tree := range repeated {
			noteFields(seen, role.Kind(name).Fields, tree.(registry.Tree))
		}
	}
}
