"""Dense nets in NumPy, in float64, from the safetensors files that Hourglass keeps."""

import json
import struct

import numpy as np


class Net:
    """A dense autoencoder: relu in hidden layers, a linear code, and an output as the
    setting in the file's metadata says."""

    def __init__(self, path):
        with open(path, "rb") as f:
            content = f.read()
        (size,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + size])
        self.setting = json.loads(header.pop("__metadata__")["setting"])
        tensors = {}
        for name, entry in header.items():
            begin, end = (8 + size + at for at in entry["data_offsets"])
            kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
            tensors[name] = np.frombuffer(content[begin:end], kind).reshape(entry["shape"]).astype(np.float64)
        layer = lambda name: (tensors[name + ".w"], tensors[name + ".b"])
        count = lambda half: sum(name.startswith(half) and name.endswith(".w") for name in tensors)
        self.encoder = [layer(f"encoder[{i}]") for i in range(count("encoder["))] + [layer("code")]
        self.decoder = [layer(f"decoder[{i}]") for i in range(count("decoder["))]
        self.sigmoid = self.setting["model"]["output"]["kind"] == "sigmoid"
        self.gaussian = self.setting["model"]["bottleneck"]["kind"] == "gaussian"

    @staticmethod
    def through(layers, x):
        for i, (w, b) in enumerate(layers):
            x = x @ w + b
            if i < len(layers) - 1:
                x = np.maximum(x, 0)
        return x

    def encode(self, x):
        """The codes of examples; of a variational net the means, and beside them the
        logarithms of the variances."""
        return self.through(self.encoder, x)

    def decode(self, h, logits=False):
        y = self.through(self.decoder, h)
        return 1 / (1 + np.exp(-y)) if self.sigmoid and not logits else y

    def means(self, x):
        h = self.encode(x)
        return h[:, : h.shape[1] // 2] if self.gaussian else h

    def reconstruct(self, x):
        return self.decode(self.means(x))

    def jacobian_norms(self, x):
        """The Frobenius norm of the Jacobian of the code at each example."""
        norms = []
        for row in x:
            jacobian = np.eye(len(row))
            for i, (w, b) in enumerate(self.encoder):
                row, jacobian = row @ w + b, jacobian @ w
                if i < len(self.encoder) - 1:
                    jacobian, row = jacobian * (row > 0), np.maximum(row, 0)
            norms.append(np.linalg.norm(jacobian[:, : jacobian.shape[1] // 2] if self.gaussian else jacobian))
        return np.array(norms)
