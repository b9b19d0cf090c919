"""The nets of bench/nets in PyTorch, as fast as it does them on one core.

    python3 bench/torch_step.py [--seconds 1] [NET ...]

prints a JSON line for each net: the time of a training step on batches of 128
MNIST-shaped examples, or as many as the net says, with Adam. With --serve it
answers lines "NET SECONDS" on standard input. `go run ./bench peers` sets the
environment that PyTorch needs for its best speed (bench/torch.go).
"""

import argparse
import json
import sys
import time

import torch
import torch.nn.functional as F

BATCH, PIXELS, EXAMPLES = 128, 784, 8192


def dense(sizes):
    """Weights and biases of dense layers, drawn as torch.nn.Linear does."""
    layers = [torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return [p for layer in layers for p in (layer.weight, layer.bias)]


class Plain:
    """Dense layers with relu, a linear code in the middle, sigmoid, mse."""

    def __init__(self, *half):
        self.parameters = dense(half + half[-2::-1])
        self.code = len(half) - 2

    def loss(self, x):
        y, p = x, self.parameters
        last = len(p) // 2 - 1
        for i in range(last):
            y = F.linear(y, p[2 * i], p[2 * i + 1])
            if i != self.code:
                y = F.relu_(y)
        y = torch.sigmoid_(F.linear(y, p[-2], p[-1]))
        return F.mse_loss(y, x)


class Variational:
    """784-400-(20 + 20)-400-784, binary cross-entropy and KL, summed."""

    def __init__(self):
        self.encoder, self.decoder = dense((PIXELS, 400, 40)), dense((20, 400, PIXELS))
        self.parameters = self.encoder + self.decoder

    def loss(self, x):
        e, d = self.encoder, self.decoder
        mean, logvar = F.linear(F.relu_(F.linear(x, *e[:2])), *e[2:]).chunk(2, dim=1)
        h = torch.addcmul(mean, torch.exp(0.5 * logvar), torch.randn_like(mean))
        logits = F.linear(F.relu_(F.linear(h, *d[:2])), *d[2:])
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mean * mean - logvar.exp())
        return (reconstruction + kl) / len(x)


class Sparse:
    """784-196-784 sigmoid, mse and 3 times KL(0.05 || mean activation)."""

    def __init__(self):
        self.parameters = dense((PIXELS, 196, PIXELS))

    def loss(self, x):
        p = self.parameters
        h = torch.sigmoid_(F.linear(x, p[0], p[1]))
        y = torch.sigmoid_(F.linear(h, p[2], p[3]))
        rho, mean = 0.05, h.mean(0).clamp(1e-6, 1 - 1e-6)
        entropy = rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))
        return F.mse_loss(y, x) + 3 * entropy.sum()


class Contractive:
    """784-1000-784 sigmoid, mse and 0.1 times the Jacobian's squared norm."""

    def __init__(self):
        self.parameters = dense((PIXELS, 1000, PIXELS))

    def loss(self, x):
        p = self.parameters
        h = torch.sigmoid_(F.linear(x, p[0], p[1]))
        y = torch.sigmoid_(F.linear(h, p[2], p[3]))
        slope = h * (1 - h)
        norm = (slope * slope).mean(0) @ (p[0] * p[0]).sum(1)
        return F.mse_loss(y, x) + 0.1 * norm


class Convolutional:
    """conv 16, pool, conv 8, pool, conv 8, up, conv 8, up, conv 16, conv 1."""

    def __init__(self, channels_last):
        pairs = [(1, 16), (16, 8), (8, 8), (8, 8), (8, 16), (16, 1)]
        layers = [torch.nn.Conv2d(a, b, 3, padding=1) for a, b in pairs]
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        layers = [layer.to(memory_format=self.format) for layer in layers]
        self.parameters = [p for layer in layers for p in (layer.weight, layer.bias)]

    def loss(self, x):
        pairs = list(zip(self.parameters[::2], self.parameters[1::2]))

        def conv(y, i):
            return F.conv2d(y, *pairs[i], padding=1)

        x = x.view(-1, 1, 28, 28).contiguous(memory_format=self.format)
        y = F.max_pool2d(F.relu_(conv(x, 0)), 2)
        y = F.max_pool2d(F.relu_(conv(y, 1)), 2)
        y = F.relu_(conv(y, 2))
        y = F.relu_(conv(F.interpolate(y, scale_factor=2), 3))
        y = F.relu_(conv(F.interpolate(y, scale_factor=2), 4))
        return F.mse_loss(torch.sigmoid_(conv(y, 5)), x)


class Recurrent:
    """LSTM 100 and 30 over the rows; the last output 28 times, LSTM 100, 28 values
    a row. The second bias of each layer stays 0."""

    batch = 32

    def __init__(self, steps_first):
        self.steps_first = steps_first
        lstm = lambda features, nodes: torch.nn.LSTM(features, nodes, batch_first=not steps_first)
        self.layers, self.last = [lstm(28, 100), lstm(100, 30), lstm(30, 100)], torch.nn.Linear(100, 28)
        self.parameters = list(self.last.parameters())
        for layer in self.layers:
            layer.bias_hh_l0.requires_grad_(False).zero_()
            self.parameters += [p for p in layer.parameters() if p.requires_grad]

    def loss(self, x):
        first, second, third = self.layers
        if self.steps_first:
            h = second(first(x.view(-1, 28, 28).transpose(0, 1))[0])[0][-1]
            y = self.last(third(h.expand(28, -1, -1))[0])
            return F.mse_loss(y.transpose(0, 1).reshape(len(x), -1), x)
        h = second(first(x.view(-1, 28, 28))[0])[0][:, -1]
        y = self.last(third(h[:, None].expand(-1, 28, -1))[0])
        return F.mse_loss(y.reshape(len(x), -1), x)


NETS = {
    "small": [lambda: Plain(PIXELS, 128, 32)],
    "mlp": [lambda: Plain(PIXELS, 512, 256, 32)],
    "deep": [lambda: Plain(PIXELS, 1000, 500, 250, 30)],
    "vae": [Variational],
    "sparse": [Sparse],
    "contractive": [Contractive],
    "conv": [lambda: Convolutional(False), lambda: Convolutional(True)],
    "recurrent": [lambda: Recurrent(False), lambda: Recurrent(True)],
}


class FlatAdam:
    """Adam on one array of all parameters: fewer, longer operations than
    torch.optim.Adam, whose result it shares up to rounding."""

    def __init__(self, parameters):
        sizes = [p.numel() for p in parameters]
        self.w, self.g = torch.cat([p.data.reshape(-1) for p in parameters]), torch.zeros(sum(sizes))
        for p, w, g in zip(parameters, self.w.split(sizes), self.g.split(sizes)):
            p.data, p.grad = w.view(p.shape), g.view(p.shape)
        self.m, self.v, self.root = (torch.zeros_like(self.w) for _ in range(3))
        self.t = 0

    def zero_grad(self, set_to_none):
        self.g.zero_()

    @torch.no_grad()
    def step(self):
        self.t += 1
        rate, unbias = 1e-3 / (1 - 0.9**self.t), 1 / (1 - 0.999**self.t) ** 0.5
        self.m.lerp_(self.g, 0.1)
        self.v.mul_(0.999).addcmul_(self.g, self.g, value=0.001)
        torch.sqrt(self.v, out=self.root).mul_(unbias).add_(1e-8)
        self.w.addcdiv_(self.m, self.root, value=-rate)


OPTIMISERS = [
    lambda p: torch.optim.Adam(p, lr=1e-3, foreach=False),
    lambda p: torch.optim.Adam(p, lr=1e-3, foreach=True),
    FlatAdam,
]


class Training:
    def __init__(self, net, optimiser, x):
        self.net, self.optimiser, self.x = net, optimiser(net.parameters), x
        self.batch = getattr(net, "batch", BATCH)
        self.order, self.at = torch.randperm(len(x)), 0
        self.losses = torch.zeros(())

    def step(self):
        """One step on the next batch, the last one of an epoch being what is left."""
        batch = self.x.index_select(0, self.order[self.at : self.at + self.batch])
        self.at += self.batch
        if self.at >= len(self.x):
            self.order, self.at = torch.randperm(len(self.x)), 0
        loss = self.net.loss(batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        self.losses += loss.detach()

    def measure(self, seconds):
        """Trains for some seconds, after a few steps that do not count."""
        for _ in range(5):
            self.step()
        began, cpu, made = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            self.step()
            made += 1
        took, wall = time.process_time() - cpu, time.perf_counter() - began
        parameters = sum(p.numel() for p in self.net.parameters)
        return {"steps": made, "cpu": took / made, "wall": wall / made, "parameters": parameters}


def fastest(name):
    """The fastest of the ways to train a net, each tried twice."""
    x = torch.rand(EXAMPLES, PIXELS)
    ways = [Training(net(), optimiser, x) for net in NETS[name] for optimiser in OPTIMISERS]
    return min(ways, key=lambda way: min(way.measure(0.3)["cpu"] for _ in range(2)))


def main():
    parser = argparse.ArgumentParser(description="times training steps of PyTorch")
    parser.add_argument("nets", nargs="*", metavar="NET", help=f"of {', '.join(NETS)}")
    parser.add_argument("--seconds", type=float, default=1, help="how long each net is measured")
    parser.add_argument("--serve", action="store_true", help="answer lines 'NET SECONDS' on standard input")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    if not args.serve:
        for name in args.nets or NETS:
            print(json.dumps({"net": name, **fastest(name).measure(args.seconds)}), flush=True)
        return
    print(json.dumps({"version": torch.__version__}), flush=True)
    trainings = {}
    for line in sys.stdin:
        name, seconds = line.split()
        if name not in trainings:
            trainings[name] = fastest(name)
        print(json.dumps(trainings[name].measure(float(seconds))), flush=True)


if __name__ == "__main__":
    main()
