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


def batch_norm(momentum, epsilon, *shape, affine=True):
    width = shape[-1]
    gamma, beta = (drawn(width), drawn(width)) if affine else (None, None)
    mean, variance = torch.zeros(width), torch.ones(width)

    def forward(x):
        last = x.reshape(-1, width)
        y = torch.nn.functional.batch_norm(last, mean, variance, gamma, beta, True, momentum, epsilon)
        return y.reshape(x.shape)

    parameters = {"gamma": (gamma, same), "beta": (beta, same)} if affine else {}
    return case({"kind": "batch-norm", "momentum": momentum, "epsilon": epsilon, "affine": affine}, shape, drawn(5, *shape), forward,
                parameters, {"mean": mean, "variance": variance})


def layer_norm(epsilon, *shape):
    width = shape[-1]
    gamma, beta = drawn(width), drawn(width)
    return case({"kind": "layer-norm", "epsilon": epsilon}, shape, drawn(5, *shape),
                lambda x: torch.nn.functional.layer_norm(x, (width,), gamma, beta, epsilon),
                {"gamma": (gamma, same), "beta": (beta, same)})


def sliding(part, run, channels, *shape):
    """A convolution, transposed or not, or pooling by PyTorch's own padding; run
    gets channels first, and a convolution its filters, whose order of axes is
    that of nn once the one named in channels comes first, then the other."""
    axes, parameters = len(shape) - 1, {}
    if channels is not None:
        kernel, filters = part["kernel"], part["filters"]
        w = drawn(*([filters, shape[-1]] if channels == 1 else [shape[-1], filters]), *[kernel] * axes)
        b = drawn(filters)
        order = [*range(2, 2 + axes), channels, 1 - channels]
        parameters = {"w": (w, lambda t: t.permute(order).reshape(-1, filters)), "b": (b, same)}

    def forward(x):
        x = x.movedim(-1, 1)
        return (run(x, w, b) if parameters else run(x)).movedim(1, -1)

    return case(part, shape, drawn(5, *shape), forward, parameters)


def conv(kernel, stride, padding, *shape):
    part = {"kind": "conv", "filters": 3, "kernel": kernel, "stride": stride, "padding": str(padding), "activation": "linear"}
    run = {2: torch.nn.functional.conv2d, 1: torch.nn.functional.conv1d}[len(shape) - 1]
    return sliding(part, lambda x, w, b: run(x, w, b, stride, padding), 1, *shape)


def conv_transpose(kernel, stride, padding, more, *shape):
    part = {"kind": "conv-transpose", "filters": 3, "kernel": kernel, "stride": stride, "padding": str(padding), "output_padding": more, "activation": "linear"}
    run = {2: torch.nn.functional.conv_transpose2d, 1: torch.nn.functional.conv_transpose1d}[len(shape) - 1]
    return sliding(part, lambda x, w, b: run(x, w, b, stride, padding, more), 0, *shape)


def pool(kind, size, stride, padding, *shape):
    f = torch.nn.functional
    part = {"kind": kind, "size": size, "stride": stride, "padding": str(padding)}
    run = {("max-pool", 2): f.max_pool2d, ("max-pool", 1): f.max_pool1d, ("avg-pool", 2): f.avg_pool2d, ("avg-pool", 1): f.avg_pool1d}[kind, len(shape) - 1]
    more = {} if kind == "max-pool" else {"count_include_pad": False}
    return sliding(part, lambda x: run(x, size, stride, padding, **more), None, *shape)


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
    conv(3, 2, 1, 6, 5, 2), conv(3, 3, 1, 7, 7, 1), conv(5, 2, 3, 9, 2), conv_transpose(3, 2, 1, 1, 3, 4, 2),
    conv_transpose(5, 3, 1, 0, 3, 2, 2), conv_transpose(4, 3, 2, 2, 5, 2), pool("max-pool", 3, 2, 1, 6, 5, 2),
    batch_norm(0.1, 1e-5, 6, affine=False), batch_norm(0.3, 1e-3, 3, 2, 5, affine=False), pool("max-pool", 2, 2, 1, 7, 3), pool("avg-pool", 3, 2, 1, 7, 5, 2), pool("avg-pool", 3, 3, 1, 8, 2),
], indent=None, separators=(",", ":")))
