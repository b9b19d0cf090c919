"""MNIST and its kin from the files that Hourglass has fetched."""

import gzip
import os
import pathlib

import numpy as np


def cache():
    """The folder that `hourglass data fetch` fills (data.CacheDir)."""
    given = os.environ.get("HOURGLASS_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(given) if given else pathlib.Path(base) / "hourglass"


def load(name="mnist"):
    """The training and the test examples, [examples, 784] float32 in [0, 1]."""
    files = ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")
    return tuple(read(cache() / name / file) for file in files)


def labels(name="mnist"):
    """The classes of the training and of the test examples."""
    files = ("train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
    return tuple(read_labels(cache() / name / file) for file in files)


def read_labels(file):
    with gzip.open(file) as f:
        return np.frombuffer(f.read(), np.uint8, offset=8).astype(int)


def read(file):
    with gzip.open(file) as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16)
    return pixels.reshape(-1, 784).astype(np.float32) / np.float32(255)
