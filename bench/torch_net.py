"""Autoencoders in PyTorch, from a resolved setting of Hourglass: written from
its documentation alone, so that the two can be held against each other."""

import math

import torch
import torch.nn.functional as F

from torch_layers import LAYERS, Conv, BatchNormCode, Dense, GaussianCode, QuantisedCode, UnitNormCode


class Net:
    """An autoencoder for examples of a shape. Its parameters are those of
    Hourglass, in their order: layer by layer, weights before biases. The states
    of layers stand behind all of them."""

    def __init__(self, setting, shape, dtype=torch.float32):
        model = setting["model"]
        self.shape, self.model = tuple(shape), model
        self.loss_part, self.penalties = setting["loss"], setting.get("regularisers") or {}
        self.gaussian = model.get("bottleneck", {}).get("kind") == "gaussian"
        self.layers, at = [], self.shape
        for part in model["encoder"]:
            at = self.push(LAYERS[part["kind"]](part, at))
        if "code" in model:
            at = self.push(self.code(model, at))
        self.encoder = len(self.layers)
        self.decode(model, at)
        initialiser = model["initialiser"]
        for layer in self.layers:
            if not hasattr(layer, "other"):
                layer.build(initialiser, dtype)
        self.parameters = [p for layer in self.layers for p in layer.parameters]
        self.states = [s for layer in self.layers for s in layer.states]

    def push(self, layer):
        self.layers.append(layer)
        return layer.out

    def code(self, model, at):
        bottleneck, part = model["bottleneck"], {"nodes": model["code"], "activation": model.get("code_activation")}
        if bottleneck["kind"] == "gaussian":
            return GaussianCode(model["code"], at)
        part["bottleneck"] = bottleneck
        kinds = {"unit-norm": UnitNormCode, "batch-norm": BatchNormCode, "vector-quantised": QuantisedCode}
        return kinds.get(bottleneck["kind"], Dense)(part, at)

    def decode(self, model, at):
        """Adds the decoder: its own list, or the mirror image."""
        if isinstance(model["decoder"], list):
            for part in model["decoder"]:
                at = self.push(LAYERS[part["kind"]](part, at))
            self.last().act = model["output"]
            return
        for i in reversed(range(self.encoder)):
            mirrored = self.layers[i]
            data = not any(layer.activated or layer.act for layer in self.layers[:i])
            tied = {"tied": True} if model.get("tied") and isinstance(mirrored, Conv) else {}
            for part in mirrored.mirror(data, **tied):
                layer = LAYERS[part["kind"]](part, at)
                if layer.activated:
                    layer.act = self.mirrored(i)
                if model.get("tied") and layer.activated:
                    layer.tie(mirrored, torch.float32)
                at = self.push(layer)

    def mirrored(self, i):
        """The activation of what leads back to the output of the layers before i."""
        for layer in reversed(self.layers[:i]):
            if layer.act:
                return layer.act
        return self.model["output"]

    def last(self):
        """The layer whose activation is the output's."""
        return next(layer for layer in reversed(self.layers) if layer.activated)

    def forward(self, x, training=False):
        """Returns the reconstructions, flat; the code is kept."""
        x = x.reshape(len(x), *self.shape)
        self.outputs = []
        for layer in self.layers:
            x = layer(x, training)
            self.outputs.append(x)
        self.h = self.outputs[self.encoder - 1]
        return x.reshape(len(x), -1)

    def encode(self, x):
        """The code of one flat example, without sampling."""
        x = x.reshape(1, *self.shape)
        for layer in self.layers[: self.encoder]:
            x = layer(x, False)
        return x.reshape(-1)

    def loss(self, x):
        """The reconstruction loss of the examples x."""
        return self.reconstruction(self.forward(x), x)

    def reconstruction(self, y, x):
        kind, scale = self.loss_part["kind"], 1 / len(x)
        if self.loss_part.get("reduce", "mean") == "mean":
            scale /= x.shape[1]
        if kind == "bce" and self.model["output"]["kind"] == "sigmoid":
            z = self.last().z.reshape(len(x), -1)
            return scale * F.binary_cross_entropy_with_logits(z, x, reduction="sum")
        if kind == "bce":
            return scale * F.binary_cross_entropy(y.clamp(1e-7, 1 - 1e-7), x, reduction="sum")
        if kind == "mse":
            return scale * ((y - x) ** 2).sum()
        if kind == "l1":
            return scale * (y - x).abs().sum()
        if kind == "log-cosh":
            return scale * torch.log(torch.cosh(y - x)).sum()
        if kind == "gaussian-nll":
            return scale * F.gaussian_nll_loss(y, x, torch.full_like(y, self.loss_part["variance"]), full=True, reduction="sum")
        return scale * F.huber_loss(y, x, reduction="sum", delta=self.loss_part["delta"])

    def objective(self, x):
        """The reconstruction loss and the penalties, in training."""
        fed = self.corrupt(x)
        y = self.forward(fed, training=True)
        total = self.reconstruction(y, x)
        if isinstance(self.layers[self.encoder - 1], QuantisedCode):
            total = total + self.layers[self.encoder - 1].terms[self.loss_part.get("reduce", "mean")]
        for kind, part in self.penalties.items():
            total = total + part["weight"] * self.penalty(kind, part, fed)
        return total

    def corrupt(self, x):
        part = self.model.get("corruption")
        if not part:
            return x
        kind = part["kind"]
        if kind == "gaussian":
            x = x + part["sigma"] * torch.randn_like(x)
            return x.clamp(*part["clip"]) if "clip" in part else x
        hit = torch.rand_like(x) < part["fraction"]
        if kind == "masking":
            return x.masked_fill(hit, 0)
        if kind == "dropout":
            return x.masked_fill(hit, 0) / (1 - part["fraction"])
        if kind == "salt-pepper":
            return torch.where(hit, (torch.rand_like(x) < 0.5).to(x.dtype), x)
        raise ValueError(f"no corruption {kind} here")

    def penalty(self, kind, part, fed):
        h = self.h.reshape(len(fed), -1)
        if kind == "kl":
            code = self.layers[self.encoder - 1]
            each = 0.5 * (code.mean**2 + code.logvar.exp() - 1 - code.logvar)
            return each.sum() / len(each)
        if kind == "sparse-l1":
            return h.abs().sum() / len(h)
        if kind == "sparse-kl":
            rho, mean = part["rho"], h.mean(0).clamp(1e-6, 1 - 1e-6)
            return (rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))).sum()
        if kind == "contractive":
            return self.contractive(fed, h)
        if kind in ("l1", "l2"):
            weights = [layer.w for layer in self.layers if hasattr(layer, "w")]
            return sum((w.abs() if kind == "l1" else w**2).sum() for w in weights)
        if kind == "orthogonal":
            w = self.layers[self.encoder - 1].w[:, : h.shape[1]]
            return ((w.T @ w - torch.eye(w.shape[1], dtype=w.dtype)) ** 2).sum()
        if kind == "mmd":
            return discrepancy(h, torch.randn_like(h))
        raise ValueError(f"no penalty {kind} here")

    def contractive(self, fed, h):
        """‖∂h/∂x‖², by a backward pass for each unit of the code."""
        fed = fed.detach().requires_grad_()
        self.forward(fed)
        h, total = self.h.reshape(len(fed), -1), 0
        for unit in range(h.shape[1]):
            (slope,) = torch.autograd.grad(h[:, unit].sum(), fed, create_graph=True)
            total = total + (slope**2).sum()
        return total / len(fed)


def discrepancy(h, z):
    """The maximum mean discrepancy of codes and normal samples, with the sum of
    inverse multiquadratic kernels of scales 0.1 to 10 (Tolstikhin et al. 2018)."""
    n, total = len(h), 0
    off = 1 - torch.eye(n, dtype=h.dtype)
    for scale in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        c = 2 * h.shape[1] * scale
        k = lambda a, b: c / (c + ((a[:, None] - b[None]) ** 2).sum(-1))
        total = total + ((k(h, h) + k(z, z)) * off).sum() / (n * (n - 1)) - 2 * k(h, z).sum() / n**2
    return total
