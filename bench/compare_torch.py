"""Holds Hourglass against PyTorch and LAPACK, from the same specs.

    python3 bench/compare_torch.py [steps|losses|pca ...]

steps   From the same weights, five steps on the same batch: the weights of
        Hourglass and of PyTorch, both float32, against PyTorch's in float64.
        Hourglass may be off by 1e-5, or by twice as much as PyTorch: where a
        gradient nearly cancels, Adam turns its rounding into whole steps.
losses  The test losses of whole trainings, over three seeds: the means may
        differ by what the seeds' spread explains.
pca     The test errors of principal components against numpy's eigh (LAPACK),
        to 1e-6 relative.

It exits with 1 where something disagrees. Needs bin/hourglass and go.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch

import mnist
from torch_net import Net
from torch_optimisers import Trainer

NETS = "bench/compare/nets.yaml"
SHAPE = (28, 28, 1)


def lines_of(*command):
    """The JSON lines that a command prints."""
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def run(spec, folder):
    """Runs a spec and returns its trials."""
    store = f"{folder}/hourglass.db"
    subprocess.run(["bin/hourglass", "run", spec, "--quiet", "--store", store], check=True, stdout=subprocess.DEVNULL)
    return lines_of("bin/hourglass", "list", "--json", "--store", store)


def steps():
    """Compares weights after five steps on one batch."""
    made, good = 5, True
    print(f"weights after {made} steps on the same batch: largest differences from float64")
    with tempfile.TemporaryDirectory() as folder:
        cases = lines_of("go", "run", "./bench", "trace", NETS, str(made), folder)
        x = torch.from_numpy(np.fromfile(f"{folder}/x.f32", "<f4").reshape(-1, 784))
        for case in cases:
            if draws(case["setting"]):
                continue  # random numbers that PyTorch does not have
            before, after = (np.fromfile(f"{folder}/{case['case']}.{when}.f32", "<f4") for when in ("before", "after"))
            truth = replay(case, before, x.double(), made)
            ours, theirs = (np.abs(w - truth).max() for w in (after, replay(case, before, x, made)))
            fine = ours < max(1e-5, 2 * theirs)
            good &= fine
            print(f"  {case['case']:<16} {ours:.1e}, PyTorch {theirs:.1e}  {'ok' if fine else 'DIFFERS'}")
    return good


def draws(setting):
    """Whether training draws random numbers but for the weights and the order."""
    model = setting["model"]
    layers = {part["kind"] for part in model["encoder"]} & {"dropout", "gaussian-noise"}
    return bool(layers) or model.get("bottleneck", {}).get("kind") == "gaussian" or "corruption" in model or "mmd" in (setting.get("regularisers") or {})


def replay(case, before, x, made):
    """Makes the steps of a trace with PyTorch, in x's type, and returns the weights."""
    net = Net(case["setting"], SHAPE, x.dtype)
    tensors = net.parameters + net.states
    sizes = [p.numel() for p in tensors]
    shapes = [tuple(p.shape) for p in tensors]
    assert shapes == [tuple(p["shape"]) for p in case["params"]], (shapes, case["params"])
    for p, values in zip(tensors, np.split(before, np.cumsum(sizes)[:-1])):
        p.data.copy_(torch.from_numpy(values.reshape(p.shape)))
    trainer = Trainer(net, case["setting"]["train"])
    for _ in range(made):
        trainer.step(x)
    return np.concatenate([p.detach().numpy().reshape(-1) for p in tensors])


# The two-sided 99.9 % point of Student's t with the 4 degrees of freedom of
# two times three seeds: twenty nets cry wolf once in fifty runs.
T = 8.61


def losses():
    """Compares test losses over seeds."""
    good = True
    print("test.loss over seeds")
    with tempfile.TemporaryDirectory() as folder:
        trials = run(NETS, folder)
    x, test = (torch.from_numpy(split) for split in mnist.load())
    for name in dict.fromkeys(trial["case"] for trial in trials):
        same = [trial for trial in trials if trial["case"] == name]
        ours = np.array([trial["metrics"]["test.loss"] for trial in same])
        theirs = np.array([train(trial["setting"], x, test, trial["seed"]) for trial in same])
        gap = theirs.mean() - ours.mean()
        noise = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours))
        verdict = "ok" if abs(gap) <= T * noise else "DIFFERS"
        good &= abs(gap) <= T * noise
        print(
            f"  {name:<16} {ours.mean():.6g} ± {ours.std(ddof=1):.2g}  PyTorch {theirs.mean():.6g} ± {theirs.std(ddof=1):.2g}"
            f"  {100 * gap / ours.mean():+.2f} %, {gap / noise:+.1f} standard errors  {verdict}",
            flush=True,
        )
    return good


def train(setting, x, test, seed):
    """Trains a setting and returns its test loss."""
    torch.manual_seed(seed)
    x = x[: setting["data"]["train_limit"]]
    net = Net(setting, SHAPE)
    trainer = Trainer(net, setting["train"])
    for _ in range(setting["train"]["epochs"]):
        for rows in torch.randperm(len(x)).split(setting["train"]["batch"]):
            trainer.step(x[rows])
    with torch.no_grad():
        return net.loss(test).item()


def pca():
    """Compares the test errors of principal components."""
    good = True
    for name in ("mnist", "fashion-mnist"):
        with tempfile.TemporaryDirectory() as folder:
            trials = run(f"bench/compare/pca-{name}.yaml", folder)
        errors = {t["setting"]["model"]["code"]: t["metrics"]["test.sse"] for t in trials if t["family"] == "pca"}
        x, test = (split.astype(np.float64) for split in mnist.load(name))
        mean = x.mean(0)
        x -= mean
        _, vectors = np.linalg.eigh(x.T @ x)
        kept = ((test - mean) @ vectors[:, ::-1]) ** 2
        total = ((test - mean) ** 2).sum(1).mean()
        print(f"test.sse of principal components of {name}")
        for code, error in sorted(errors.items()):
            lapack = total - kept[:, :code].sum(1).mean()
            off = abs(error - lapack) / lapack
            verdict = "ok" if off < 1e-6 else "DIFFERS"
            good &= off < 1e-6
            print(f"  {code:<4} {error:.8g}  LAPACK {lapack:.8g}  {off:.1e}  {verdict}")
    return good


def main():
    torch.set_num_threads(1)
    checks = {"steps": steps, "losses": losses, "pca": pca}
    results = [checks[name]() for name in sys.argv[1:] or checks]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
