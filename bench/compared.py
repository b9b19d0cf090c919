"""What compare_metrics.py compares: trials with their arrays, examples, and the report."""

import subprocess

import numpy as np

import mnist
from net_numpy import Net

SPEC, FACTORS = "bench/compare/metrics.yaml", "bench/compare/factors.yaml"
ROUNDING = 1e-6  # of metrics whose arrays are float32


class Trial:
    """A trained trial, and the arrays that verbs yield of it."""

    def __init__(self, folder, record):
        self.folder, self.id, self.case = folder, record["id"], record["case"]
        self.family, self.seed, self.recorded = record["family"], record["seed"], record["metrics"]

    def array(self, verb, *words):
        file = f"{self.folder}/{verb}.npy"
        command = ["bin/hourglass", verb, self.id, *words, "-o", file, "--store", f"{self.folder}/hourglass.db"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return np.load(file).astype(np.float64)

    def reconstructions(self, split="test"):
        return self.array("reconstruct", split).reshape(-1, 784)

    def net(self):
        return Net(f"{self.folder}/hourglass.db.models/{self.id}.safetensors")


class Report:
    """What was compared so far."""

    good = True

    def line(self, name, ours, theirs, within, why=""):
        fine = bool(abs(ours - theirs) <= within)
        self.good &= fine
        print(f"  {name:<58} {ours:<12.8g} {theirs:<12.8g} {abs(ours - theirs):.1e}  {'ok' if fine else 'DIFFERS'}{why}", flush=True)

    def chance(self, name, ours, draws, deviations=5):
        """Holds a metric against the draws that another made of it."""
        draws = np.asarray(draws)
        self.line(name, ours, draws.mean(), deviations * draws.std(ddof=1) + ROUNDING, f", within {deviations} deviations of {len(draws)} draws")


class Examples:
    """MNIST as the spec cuts it."""

    def __init__(self):
        (x, test), (labels, test_labels) = mnist.load(), mnist.labels()
        self.train, self.validation, self.test = (a.astype(np.float64) for a in (x[:3000], x[3000:3500], test[:1500]))
        self.train_labels, self.validation_labels, self.test_labels = labels[:3000], labels[3000:3500], test_labels[:1500]


def spread(rows, n):
    """Which rows are looked at where there are more than n."""
    return np.arange(rows) if rows <= n else np.arange(n) * rows // n
