"""What PyTorch makes of single layers: outputs and gradients, for nn's tests.

    python3 bench/torch_truths.py > nn/testdata/torch_truths.json

Each case has a part as a spec declares it, parameters and inputs drawn from a
fixed seed, the outputs, and the gradients of the sum of outputs times dy. Weights
stand as nn has them: [in x units], gates side by side.
"""

import json

import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    # Nine digits say exactly which float32 a number is.
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]


def drawn(*shape):
    return torch.randn(*shape).float().double()


def case(part, shape, x, forward, parameters, state=None):
    """parameters: name -> (tensor, how nn lays its gradient out)."""
    x.requires_grad_()
    for tensor, _ in parameters.values():
        tensor.requires_grad_()
    y = forward(x)
    dy = drawn(*y.shape)
    (y * dy).sum().backward()
    return {
        "part": part, "shape": shape, "rows": len(x),
        "parameters": {k: numbers(lay(t)) for k, (t, lay) in parameters.items()},
        "x": numbers(x), "dy": numbers(dy), "y": numbers(y), "dx": numbers(x.grad),
        "gradients": {k: numbers(lay(t.grad)) for k, (t, lay) in parameters.items()},
        "state": {k: numbers(t) for k, t in (state or {}).items()},
    }


def same(t):
    return t


def transposed(t):
    return t.t()


def batch_norm(momentum, epsilon, *shape):
    width = shape[-1]
    gamma, beta = drawn(width), drawn(width)
    mean, variance = torch.zeros(width), torch.ones(width)

    def forward(x):
        last = x.reshape(-1, width)
        y = torch.nn.functional.batch_norm(last, mean, variance, gamma, beta, True, momentum, epsilon)
        return y.reshape(x.shape)

    return case({"kind": "batch-norm", "momentum": momentum, "epsilon": epsilon}, shape, drawn(5, *shape), forward,
                {"gamma": (gamma, same), "beta": (beta, same)}, {"mean": mean, "variance": variance})


def layer_norm(epsilon, *shape):
    width = shape[-1]
    gamma, beta = drawn(width), drawn(width)
    return case({"kind": "layer-norm", "epsilon": epsilon}, shape, drawn(5, *shape),
                lambda x: torch.nn.functional.layer_norm(x, (width,), gamma, beta, epsilon),
                {"gamma": (gamma, same), "beta": (beta, same)})


def recurrent(kind, returns, nodes, steps, features):
    """PyTorch's layers have two biases and weights [gates x in]; of an LSTM the
    second bias stays 0, as nn has but one."""
    layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](features, nodes, batch_first=True)
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(drawn(*p.shape))
        if kind == "lstm":
            layer.bias_hh_l0.zero_()
    parameters = {"w": (layer.weight_ih_l0, transposed), "u": (layer.weight_hh_l0, transposed), "b": (layer.bias_ih_l0, same)}
    if kind == "gru":
        parameters["ub"] = (layer.bias_hh_l0, same)

    def forward(x):
        y, _ = layer(x)
        return y if returns == "sequence" else y[:, -1]

    return case({"kind": kind, "nodes": nodes, "return": returns}, (steps, features), drawn(9, steps, features), forward, parameters)


print(json.dumps([
    batch_norm(0.1, 1e-5, 6), batch_norm(0.3, 1e-3, 4, 3), batch_norm(0.1, 1e-5, 3, 2, 5),
    layer_norm(1e-5, 6), layer_norm(1e-3, 4, 3), layer_norm(1e-5, 3, 2, 5),
    recurrent("lstm", "last", 5, 4, 3), recurrent("lstm", "sequence", 3, 6, 2), recurrent("lstm", "sequence", 2, 1, 3),
    recurrent("gru", "last", 5, 4, 3), recurrent("gru", "sequence", 3, 6, 2), recurrent("gru", "sequence", 2, 1, 3),
], indent=None, separators=(",", ":")))
