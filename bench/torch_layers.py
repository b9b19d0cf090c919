"""The layers of Hourglass in PyTorch. Examples are [features], [steps,
features] or [height, width, channels]; parameters have the shapes and the
order of Hourglass. Written from the documentation of the layers alone."""

import math

import torch
import torch.nn.functional as F


def topk(part):
    def keep(z):
        kept = torch.zeros_like(z).scatter(-1, z.topk(part["k"], dim=-1).indices, 1.0)
        z = torch.relu(z) if part.get("relu") else z
        return z * kept

    return keep


ACTIVATIONS = {
    "linear": lambda a: lambda z: z,
    "relu": lambda a: F.relu,
    "leaky-relu": lambda a: lambda z: F.leaky_relu(z, a["slope"]),
    "elu": lambda a: lambda z: F.elu(z, a["alpha"]),
    "selu": lambda a: F.selu,
    "gelu": lambda a: F.gelu,
    "silu": lambda a: F.silu,
    "sigmoid": lambda a: torch.sigmoid,
    "tanh": lambda a: torch.tanh,
    "softplus": lambda a: F.softplus,
    "topk": topk,
}


def activation(part):
    return ACTIVATIONS[part["kind"]](part)


def normal(part, w, deviation):
    """Draws from a normal distribution, or one that ends at two deviations and
    has this one all the same."""
    if part.get("truncated"):
        deviation /= 0.87962566103423978
        torch.nn.init.trunc_normal_(w, 0, deviation, -2 * deviation, 2 * deviation)
    else:
        w.normal_(0, deviation)


def draw(part, w, b, inputs, outputs):
    """Draws weights and biases from their documented distributions."""
    kind = part["kind"]
    b.zero_()
    if kind == "glorot-uniform":
        bound = math.sqrt(6 / (inputs + outputs))
        w.uniform_(-bound, bound)
    elif kind == "he-normal":
        normal(part, w, math.sqrt(2 / inputs))
    elif kind == "he-uniform":
        w.uniform_(-math.sqrt(6 / inputs), math.sqrt(6 / inputs))
    elif kind == "lecun-normal":
        normal(part, w, math.sqrt(1 / inputs))
    elif kind == "normal":
        torch.nn.init.trunc_normal_(w, 0, part["sigma"], -2 * part["sigma"], 2 * part["sigma"]) if part["truncated"] else w.normal_(0, part["sigma"])
    elif kind == "uniform":
        w.uniform_(-part["bound"], part["bound"])
    elif kind == "orthogonal":
        torch.nn.init.orthogonal_(w)
    elif kind == "uniform-fan-in":
        w.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
        b.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
    else:
        raise ValueError(f"no initialiser {kind} here")


class Layer:
    """A layer knows the shapes of its examples and has parameters, and perhaps
    states, which are not trained. `act` is its activation, None for a layer that
    has none."""

    activated = False

    def __init__(self, part, shape):
        self.part, self.shape, self.parameters, self.states = part, tuple(shape), [], []
        self.act = part.get("activation")

    def weights(self, *sizes, inputs, outputs, biases, initialiser, dtype):
        w, b = torch.empty(*sizes, dtype=dtype), torch.empty(biases, dtype=dtype)
        draw(initialiser, w, b, inputs, outputs)
        self.w = w.requires_grad_()
        self.parameters = [self.w]
        self.biases(b)

    def biases(self, b):
        """Takes biases, which stay 0 and are no parameters where there are none."""
        self.b = b.requires_grad_() if self.biased() else torch.zeros_like(b)
        self.parameters += [self.b] if self.biased() else []

    def biased(self):
        return self.part.get("bias", True)

    def build(self, initialiser, dtype):
        pass

    def finish(self, z):
        """The activation, which is left to the loss where it is the output's."""
        self.z = z
        return activation(self.act)(z) if self.act else z


class Dense(Layer):
    """A dense layer on an example read as flat, or on each step of a series; the
    rows of a picture are its steps."""

    activated = True

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.per_step = part.get("per") == "step"
        self.inputs = math.prod(shape[1:]) if self.per_step else math.prod(shape)
        self.out = (shape[0], part["nodes"]) if self.per_step else (part["nodes"],)

    def build(self, initialiser, dtype):
        n = self.part["nodes"]
        self.weights(self.inputs, n, inputs=self.inputs, outputs=n, biases=n, initialiser=initialiser, dtype=dtype)

    def tie(self, other, dtype):
        """Shares the weights of another layer, transposed."""
        self.other = other
        self.biases(torch.zeros(self.part["nodes"], dtype=dtype))

    def __call__(self, x, training):
        w = self.other.w.T if hasattr(self, "other") else self.w
        x = x.reshape(len(x), -1, self.inputs) if self.per_step else x.reshape(len(x), -1)
        return self.finish(x @ w + self.b)

    def mirror(self, data):
        if self.per_step:
            return [{"kind": "dense", "nodes": self.inputs, "per": "step", "bias": self.biased()}, {"kind": "reshape", "shape": list(self.shape)}]
        return [{"kind": "dense", "nodes": math.prod(self.shape), "bias": self.biased()}, {"kind": "reshape", "shape": list(self.shape)}]


def to_channels_first(x):
    """[n, height, width, channels] or [n, steps, features] to PyTorch's order."""
    return x.movedim(-1, 1)


def from_channels_first(x):
    return x.movedim(1, -1)


class Sliding(Layer):
    """What slides windows over the axes of pictures or series."""

    def places(self, sizes):
        """The windows along each axis, and the padding before the first."""
        k, s, same, pad = self.kernel, self.stride, self.part.get("padding", "valid") == "same", self.padded()
        outs, befores = [], []
        for n in sizes:
            out = -(-n // s) if same else (n + 2 * pad - k) // s + 1
            outs.append(out)
            befores.append(max((out - 1) * s + k - n, 0) // 2 if same else pad)
        return outs, befores

    def padded(self):
        """The number that the padding is, or 0."""
        padding = str(self.part.get("padding", "valid"))
        return int(padding) if padding.isdigit() else 0

    def around(self, x, value):
        """Puts a value around x, whose axes are those of self.shape, where windows reach beyond it."""
        pad = []
        for n, out, before in reversed(list(zip(self.shape[:-1], self.outs, self.befores))):
            pad += [before, max((out - 1) * self.stride + self.kernel - n - before, 0)]
        return F.pad(x, pad, value=value)

    def fit(self, x, sizes, befores, lengths):
        """Cuts or pads the axes of x so that they begin at befores and have lengths."""
        for axis, (before, length) in enumerate(zip(befores, lengths), start=2):
            x = x.narrow(axis, before, min(length, x.shape[axis] - before)) if before >= 0 else x
            short = length - x.shape[axis]
            if short > 0:
                pad = [0, 0] * (x.dim() - 1 - axis) + [0, short]
                x = F.pad(x, pad)
        return x


class Conv(Sliding):
    activated = True

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.kernel, self.stride = part["kernel"], part.get("stride", 1)
        self.outs, self.befores = self.places(shape[:-1])
        self.out = (*self.outs, part["filters"])

    def build(self, initialiser, dtype):
        axes, channels, filters = len(self.shape) - 1, self.shape[-1], self.part["filters"]
        window = self.kernel**axes
        self.weights(window * channels, filters, inputs=window * channels, outputs=window * filters, biases=filters, initialiser=initialiser, dtype=dtype)

    def filters(self):
        axes = len(self.shape) - 1
        w = self.w.reshape(*[self.kernel] * axes, self.shape[-1], self.part["filters"])
        return w.movedim(-1, 0).movedim(-1, 1).contiguous()  # [filters, channels, window]

    def __call__(self, x, training):
        x = to_channels_first(x)
        run = F.conv2d if len(self.shape) == 3 else F.conv1d
        z = run(self.around(x, 0), self.filters(), self.b, stride=self.stride)
        return self.finish(from_channels_first(z))

    def mirror(self, data, tied=False):
        if self.stride == 1 and self.part["padding"] == "same" and not tied:
            return [{"kind": "conv", "filters": self.shape[-1], "kernel": self.kernel, "stride": 1, "padding": "same", "bias": self.biased()}]
        return [{"kind": "conv-transpose", "filters": self.shape[-1], "kernel": self.kernel, "stride": self.stride, "padding": self.part["padding"], "bias": self.biased(), "restored": self.shape}]


class ConvTranspose(Sliding):
    activated = True

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.kernel, self.stride = part["kernel"], part.get("stride", 1)
        same = part["padding"] == "same"
        more = self.part.get("output_padding", 0) - 2 * self.padded()
        lengths = [n * self.stride if same else (n - 1) * self.stride + self.kernel + more for n in shape[:-1]]
        self.lengths = list(part["restored"][:-1]) if "restored" in part else lengths
        _, self.befores = self.places(self.lengths)
        self.out = (*self.lengths, part["filters"])

    def build(self, initialiser, dtype):
        axes, channels, filters = len(self.shape) - 1, self.shape[-1], self.part["filters"]
        window = self.kernel**axes
        fans = [window * channels, window * filters]
        if self.part.get("fan_in") == "outputs":
            fans.reverse()
        self.weights(window * channels, filters, inputs=fans[0], outputs=fans[1], biases=filters, initialiser=initialiser, dtype=dtype)

    def tie(self, other, dtype):
        """Shares the filters of a convolution, turned around."""
        self.other = other
        self.biases(torch.zeros(self.part["filters"], dtype=dtype))

    def filters(self):
        if hasattr(self, "other"):
            return self.other.filters()
        axes = len(self.shape) - 1
        w = self.w.reshape(*[self.kernel] * axes, self.shape[-1], self.part["filters"])
        return w.movedim(-2, 0).movedim(-1, 1).contiguous()  # [channels, filters, window]

    def __call__(self, x, training):
        axes, w = len(self.shape) - 1, self.filters()
        run = F.conv_transpose2d if axes == 2 else F.conv_transpose1d
        z = self.fit(run(to_channels_first(x), w, stride=self.stride), self.shape, self.befores, self.lengths)
        return self.finish(from_channels_first(z) + self.b)

    def mirror(self, data):
        return [{"kind": "conv", "filters": self.shape[-1], "kernel": self.kernel, "stride": self.stride, "padding": self.part["padding"], "bias": self.biased()}]


class Pool(Sliding):
    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.kernel, self.stride = part["size"], part.get("stride") or part["size"]
        self.outs, self.befores = self.places(shape[:-1])
        self.out = (*self.outs, shape[-1])

    def __call__(self, x, training):
        axes, largest = len(self.shape) - 1, self.part["kind"] == "max-pool"
        run = {(2, True): F.max_pool2d, (1, True): F.max_pool1d, (2, False): F.avg_pool2d, (1, False): F.avg_pool1d}[axes, largest]
        x = to_channels_first(x)
        if largest:
            return from_channels_first(run(self.around(x, -math.inf), self.kernel, self.stride))
        inside = run(self.around(torch.ones_like(x), 0), self.kernel, self.stride)  # the share of each window
        return from_channels_first(run(self.around(x, 0), self.kernel, self.stride) / inside)

    def mirror(self, data):
        return [{"kind": "upsample", "size": self.stride, "restored": self.shape}]


class GlobalAvgPool(Layer):
    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = (shape[-1],)

    def __call__(self, x, training):
        return x.mean(dim=tuple(range(1, x.dim() - 1)))


class Upsample(Layer):
    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = tuple(part["restored"]) if "restored" in part else (*(n * part["size"] for n in shape[:-1]), shape[-1])

    def __call__(self, x, training):
        for axis, n in enumerate(self.out[:-1], start=1):
            at = (torch.arange(n) // self.part["size"]).clamp(max=x.shape[axis] - 1)
            x = x.index_select(axis, at)
        return x

    def mirror(self, data):
        return [{"kind": "avg-pool", "size": self.part["size"]}]


class Reshape(Layer):
    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = tuple(part["shape"]) if part["kind"] == "reshape" else (math.prod(shape),)

    def __call__(self, x, training):
        return x.reshape(len(x), *self.out)

    def mirror(self, data):
        return [{"kind": "reshape", "shape": list(self.shape)}]


class GaussianCode(Layer):
    """A mean and a log-variance for each unit, sampled in training."""

    def __init__(self, n, shape):
        super().__init__({}, shape)
        self.n, self.out = n, (n,)

    def build(self, initialiser, dtype):
        inputs, n = math.prod(self.shape), 2 * self.n
        self.weights(inputs, n, inputs=inputs, outputs=n, biases=n, initialiser=initialiser, dtype=dtype)

    def __call__(self, x, training):
        self.mean, self.logvar = (x.reshape(len(x), -1) @ self.w + self.b).chunk(2, dim=1)
        if not training:
            return self.mean
        return self.mean + torch.exp(self.logvar / 2) * torch.randn_like(self.mean)

    def mirror(self, data):
        return [{"kind": "dense", "nodes": math.prod(self.shape), "bias": self.biased()}, {"kind": "reshape", "shape": list(self.shape)}]


class UnitNormCode(Dense):
    def __call__(self, x, training):
        return F.normalize(super().__call__(x, training), dim=1)


class BatchNormCode(Dense):
    """A dense layer whose outputs are normalised over the batch."""

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.norm = BatchNorm(part["bottleneck"], self.out)
        self.act = None  # its outputs range wider than its activation

    def build(self, initialiser, dtype):
        super().build(initialiser, dtype)
        self.norm.build(initialiser, dtype)
        self.parameters, self.states = self.parameters + self.norm.parameters, self.norm.states

    def __call__(self, x, training):
        z = x.reshape(len(x), -1) @ self.w + self.b
        return self.norm(activation(self.part["activation"])(z), training)


class QuantisedCode(Dense):
    """A dense layer whose outputs become the nearest entries of a codebook, with
    the gradient passed straight through (van den Oord et al. 2017)."""

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.act = None  # entries range where they like
        self.width = part["nodes"] // part["bottleneck"].get("vectors", 1)

    def build(self, initialiser, dtype):
        super().build(initialiser, dtype)
        entries = self.part["bottleneck"]["entries"]
        self.codebook = torch.empty(entries, self.width, dtype=dtype).uniform_(-1 / entries, 1 / entries).requires_grad_()
        self.parameters.append(self.codebook)

    def __call__(self, x, training):
        z = activation(self.part["activation"])(x.reshape(len(x), -1) @ self.w + self.b)
        nearest = torch.cdist(z.reshape(-1, self.width), self.codebook).argmin(1)
        e = self.codebook[nearest].reshape(z.shape)
        each = (z.detach() - e) ** 2 + self.part["bottleneck"]["commitment"] * (z - e.detach()) ** 2
        self.terms = {"mean": each.mean(), "sum": each.sum() / len(z)}
        return z + (e - z).detach()


class Drawing(Layer):
    """Dropout, or normal noise, in training."""

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = self.shape

    def __call__(self, x, training):
        if not training:
            return x
        if self.part["kind"] == "dropout":
            return F.dropout(x, self.part["fraction"])
        return x + self.part["sigma"] * torch.randn_like(x)

    def mirror(self, data):
        return []


class Norm(Layer):
    """What normalises features, and has a factor and a shift for each."""

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out, self.width = self.shape, shape[-1]

    def build(self, initialiser, dtype):
        self.gamma = torch.ones(self.width, dtype=dtype).requires_grad_()
        self.beta = torch.zeros(self.width, dtype=dtype).requires_grad_()
        self.parameters = [self.gamma, self.beta]

    def mirror(self, data):
        return [] if data else [self.part]


class BatchNorm(Norm):
    def build(self, initialiser, dtype):
        super().build(initialiser, dtype)
        self.states = [torch.zeros(self.width, dtype=dtype), torch.ones(self.width, dtype=dtype)]
        if not self.part.get("affine", True):
            self.gamma, self.beta, self.parameters = None, None, []

    def __call__(self, x, training):
        flat, part = x.reshape(-1, self.width), self.part
        return F.batch_norm(flat, *self.states, self.gamma, self.beta, training, part["momentum"], part["epsilon"]).reshape(x.shape)


class LayerNorm(Norm):
    def __call__(self, x, training):
        return F.layer_norm(x, (self.width,), self.gamma, self.beta, self.part["epsilon"])


class Recurrent(Layer):
    """An LSTM with one bias, or a GRU with two."""

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.steps, self.features = shape[0], math.prod(shape[1:])
        self.units = part["nodes"] * (4 if part["kind"] == "lstm" else 3)
        self.sequence = part["return"] == "sequence"
        self.out = (self.steps, part["nodes"]) if self.sequence else (part["nodes"],)
        self.act = {"kind": "tanh"}  # the range of its outputs

    def build(self, initialiser, dtype):
        n, units = self.part["nodes"], self.units
        self.weights(self.features, units, inputs=self.features, outputs=units, biases=units, initialiser=initialiser, dtype=dtype)
        self.u = torch.nn.init.orthogonal_(torch.empty(n, units, dtype=dtype)).requires_grad_()
        self.parameters = [self.w, self.u, self.b]
        if self.part["kind"] == "gru":
            self.ub = torch.zeros(units, dtype=dtype).requires_grad_()
            self.parameters.append(self.ub)
        else:
            with torch.no_grad():
                self.b[n : 2 * n] += 1
            self.ub = torch.zeros(units, dtype=dtype)

    def __call__(self, x, training):
        x, before = x.reshape(len(x), self.steps, self.features), x.new_zeros(1, len(x), self.part["nodes"])
        tensors = [self.w.t().contiguous(), self.u.t().contiguous(), self.b, self.ub]
        if self.part["kind"] == "lstm":
            y = torch._VF.lstm(x, (before, before), tensors, True, 1, 0.0, training, False, True)[0]
        else:
            y = torch._VF.gru(x, before, tensors, True, 1, 0.0, training, False, True)[0]
        return y if self.sequence else y[:, -1]

    def mirror(self, data):
        kind, back = self.part["kind"], []
        if not self.sequence:
            back.append({"kind": "repeat", "steps": self.steps})
        if not data:
            back.append({"kind": kind, "nodes": self.features, "return": "sequence"})
            return back + ([{"kind": "reshape", "shape": list(self.shape)}] if len(self.shape) == 3 else [])
        if not self.sequence:
            back.append({"kind": kind, "nodes": self.part["nodes"], "return": "sequence"})
        return back + [{"kind": "dense", "nodes": self.features, "per": "step"}, {"kind": "reshape", "shape": list(self.shape)}]


class Repeat(Layer):
    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = (part["steps"], math.prod(shape))

    def __call__(self, x, training):
        return x.reshape(len(x), 1, -1).repeat(1, self.part["steps"], 1)


class Activation(Layer):
    """An activation by itself."""

    activated = True

    def __init__(self, part, shape):
        super().__init__(part, shape)
        self.out = tuple(shape)

    def __call__(self, x, training):
        return self.finish(x)

    def mirror(self, data):
        return []


LAYERS = {
    "activation": Activation,
    "dropout": Drawing,
    "gaussian-noise": Drawing,
    "batch-norm": BatchNorm,
    "layer-norm": LayerNorm,
    "lstm": Recurrent,
    "gru": Recurrent,
    "repeat": Repeat,
    "dense": Dense,
    "conv": Conv,
    "conv-transpose": ConvTranspose,
    "max-pool": Pool,
    "avg-pool": Pool,
    "global-avg-pool": GlobalAvgPool,
    "upsample": Upsample,
    "flatten": Reshape,
    "reshape": Reshape,
}
