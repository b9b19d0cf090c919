"""Optimisers and training steps in PyTorch, from a resolved setting of Hourglass."""

import torch


def clip(parameters, part):
    """Clips all gradients by their common norm, or each element by value."""
    if "norm" in part:
        torch.nn.utils.clip_grad_norm_(parameters, part["norm"])
    if "value" in part:
        torch.nn.utils.clip_grad_value_(parameters, part["value"])


class Lion:
    """Lion (Chen et al. 2023, algorithm 2)."""

    def __init__(self, parameters, part):
        self.parameters, self.part = parameters, part
        self.m = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self):
        rate, beta1, beta2 = (self.part[name] for name in ("rate", "beta1", "beta2"))
        for p, m in zip(self.parameters, self.m):
            way = torch.sign(beta1 * m + (1 - beta1) * p.grad)
            p.sub_(rate * (way + self.part.get("decay", 0) * p))
            m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


class KerasNadam:
    """Nadam with the momentum schedule of Keras (keras/optimizers/nadam.py),
    which is that of torch.optim.NAdam where momentum_decay is 0.004."""

    def __init__(self, parameters, part):
        self.parameters, self.part = parameters, part
        self.m, self.v = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
        self.t, self.product = 0, 1.0

    @torch.no_grad()
    def step(self):
        self.t += 1
        beta1, beta2 = self.part["beta1"], self.part["beta2"]
        now, ahead = (beta1 * (1 - 0.5 * 0.96 ** (self.part.get("momentum_decay", 1) * t)) for t in (self.t, self.t + 1))
        self.product *= now
        for p, m, v in zip(self.parameters, self.m, self.v):
            p.grad.add_(p, alpha=self.part.get("weight_decay", 0))
            m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
            v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
            moment = ahead * m / (1 - self.product * ahead) + (1 - now) * p.grad / (1 - self.product)
            p.sub_(self.part["rate"] * moment / ((v / (1 - beta2**self.t)).sqrt() + self.part["epsilon"]))


def optimiser(part, parameters):
    kind, rate, decay = part["kind"], part["rate"], part.get("weight_decay", 0)
    if kind == "nadam":
        return KerasNadam(parameters, part)
    if kind == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=part["momentum"], nesterov=part["nesterov"], weight_decay=decay)
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=part["memory"], eps=part["epsilon"], momentum=part["momentum"], weight_decay=decay)
    if kind == "lion":
        return Lion(parameters, part)
    if kind == "adagrad":
        return torch.optim.Adagrad(parameters, rate, eps=part["epsilon"], initial_accumulator_value=part.get("initial", 0), weight_decay=decay)
    if kind == "adadelta":
        return torch.optim.Adadelta(parameters, rate, rho=part["memory"], eps=part["epsilon"], weight_decay=decay)
    betas, epsilon = (part["beta1"], part["beta2"]), part["epsilon"]
    if kind == "adamw":
        return torch.optim.AdamW(parameters, rate, betas=betas, eps=epsilon, weight_decay=part["decay"])
    return torch.optim.Adam(parameters, rate, betas=betas, eps=epsilon, weight_decay=decay)


class Trainer:
    def __init__(self, net, train):
        self.net, self.clip = net, train.get("clip")
        self.optimiser = optimiser(train["optimiser"], net.parameters)

    def step(self, batch):
        for p in self.net.parameters:
            p.grad = None
        self.net.objective(batch).backward()
        if self.clip:
            clip(self.net.parameters, self.clip)
        self.optimiser.step()
