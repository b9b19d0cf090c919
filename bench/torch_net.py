"""Dense autoencoders in PyTorch, from a resolved setting of Hourglass."""

import math

import torch
import torch.nn.functional as F

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
}


def activation(part):
    return ACTIVATIONS[part["kind"]](part)


def draw(kind, w, b):
    """Draws weights [in, out] and biases from their documented distributions."""
    inputs, outputs = w.shape
    b.zero_()
    if kind == "glorot-uniform":
        bound = math.sqrt(6 / (inputs + outputs))
        w.uniform_(-bound, bound)
    elif kind == "he-normal":
        w.normal_(0, math.sqrt(2 / inputs))
    elif kind == "lecun-normal":
        w.normal_(0, math.sqrt(1 / inputs))
    elif kind == "uniform-fan-in":
        w.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
        b.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
    else:
        raise ValueError(f"no initialiser {kind} here")


class Net:
    """An autoencoder of dense layers with a mirrored decoder. Its parameters
    are those of Hourglass, in their order: weights [in, out], then biases."""

    def __init__(self, setting, inputs, dtype=torch.float32):
        model = setting["model"]
        self.loss_part, self.penalties = setting["loss"], setting.get("regularisers") or {}
        self.tied, self.gaussian = model["tied"], model["bottleneck"]["kind"] == "gaussian"
        hidden = model["encoder"]
        sizes = [inputs] + [layer["nodes"] for layer in hidden] + [model["code"]]
        inner = [activation(layer["activation"]) for layer in hidden]
        self.activations = inner + [activation(model["code_activation"])] + inner[::-1] + [activation(model["output"])]
        self.encoder, self.parameters, self.layers = len(sizes) - 1, [], []
        pairs = list(zip(sizes, sizes[1:])) + list(zip(sizes[::-1], sizes[-2::-1]))
        for i, (a, b) in enumerate(pairs):
            wide = 2 * b if self.gaussian and i == self.encoder - 1 else b
            self.add(i, len(pairs), a, wide, model["initialiser"]["kind"], dtype)

    def add(self, i, layers, inputs, outputs, initialiser, dtype):
        w, b = torch.empty(inputs, outputs, dtype=dtype), torch.empty(outputs, dtype=dtype)
        draw(initialiser, w, b)
        if self.tied and i >= self.encoder:
            w = self.layers[layers - 1 - i][0]
            self.layers.append((w, b.requires_grad_(), True))
            self.parameters.append(b)
            return
        self.layers.append((w.requires_grad_(), b.requires_grad_(), False))
        self.parameters += [w, b]

    def forward(self, x, sample):
        """Returns the logits, the code and its mean and log-variance."""
        moments = None
        for i, (w, b, turned) in enumerate(self.layers):
            z = x @ (w.T if turned else w) + b
            if self.gaussian and i == self.encoder - 1:
                moments = z.chunk(2, dim=1)
                z = moments[0] + torch.exp(moments[1] / 2) * torch.randn_like(moments[0]) if sample else moments[0]
            if i == len(self.layers) - 1:
                return z, code, moments
            x = self.activations[i](z)
            if i == self.encoder - 1:
                code = x

    def loss(self, x, sample=False):
        """The reconstruction loss of the examples x."""
        return self.reconstruction(self.forward(x, sample)[0], x)

    def reconstruction(self, z, x):
        kind, scale = self.loss_part["kind"], 1 / len(x)
        if self.loss_part["reduce"] == "mean":
            scale /= x.shape[1]
        if kind == "bce":
            return scale * F.binary_cross_entropy_with_logits(z, x, reduction="sum")
        y = self.activations[-1](z)
        if kind == "mse":
            return scale * ((y - x) ** 2).sum()
        if kind == "l1":
            return scale * (y - x).abs().sum()
        return scale * F.huber_loss(y, x, reduction="sum", delta=self.loss_part["delta"])

    def objective(self, x):
        """The reconstruction loss and the penalties, in training."""
        z, code, moments = self.forward(x, sample=True)
        total = self.reconstruction(z, x)
        for kind, part in self.penalties.items():
            total = total + part["weight"] * self.penalty(kind, part, code, moments)
        return total

    def penalty(self, kind, part, code, moments):
        if kind == "kl":
            mean, logvar = moments
            return 0.5 * (mean**2 + logvar.exp() - 1 - logvar).sum() / len(mean)
        if kind == "sparse-kl":
            rho, mean = part["rho"], code.mean(0).clamp(1e-6, 1 - 1e-6)
            return (rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))).sum()
        if kind == "contractive" and self.encoder == 1:
            slope = code * (1 - code)  # of sigmoid
            return ((slope**2) @ (self.layers[0][0] ** 2).sum(0)).mean()
        raise ValueError(f"no penalty {kind} here")


class KerasNadam:
    """Nadam with the momentum schedule of Keras (keras/optimizers/nadam.py),
    from which torch.optim.NAdam differs."""

    def __init__(self, parameters, part):
        self.parameters, self.part = parameters, part
        self.m, self.v = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
        self.t, self.product = 0, 1.0

    @torch.no_grad()
    def step(self):
        self.t += 1
        beta1, beta2 = self.part["beta1"], self.part["beta2"]
        now, ahead = (beta1 * (1 - 0.5 * 0.96**t) for t in (self.t, self.t + 1))
        self.product *= now
        for p, m, v in zip(self.parameters, self.m, self.v):
            m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
            v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
            moment = ahead * m / (1 - self.product * ahead) + (1 - now) * p.grad / (1 - self.product)
            p.sub_(self.part["rate"] * moment / ((v / (1 - beta2**self.t)).sqrt() + self.part["epsilon"]))


def optimiser(part, parameters):
    kind, rate = part["kind"], part["rate"]
    if kind == "nadam":
        return KerasNadam(parameters, part)
    if kind == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=part["momentum"], nesterov=part["nesterov"])
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=part["memory"], eps=part["epsilon"], momentum=part["momentum"])
    betas, epsilon = (part["beta1"], part["beta2"]), part["epsilon"]
    if kind == "adamw":
        return torch.optim.AdamW(parameters, rate, betas=betas, eps=epsilon, weight_decay=part["decay"])
    return torch.optim.Adam(parameters, rate, betas=betas, eps=epsilon)


class Trainer:
    def __init__(self, net, train):
        self.net, self.clip = net, train.get("clip")
        self.optimiser = optimiser(train["optimiser"], net.parameters)

    def step(self, batch):
        for p in self.net.parameters:
            p.grad = None
        self.net.objective(batch).backward()
        if self.clip:
            torch.nn.utils.clip_grad_norm_(self.net.parameters, self.clip["norm"])
        self.optimiser.step()
