"""Runs ONNX files with onnxruntime. Reads a list of {file, input, dims, data}
from standard input and writes a list of the outputs of each by name."""
import json
import sys

import numpy
import onnxruntime

results = []
for run in json.load(sys.stdin):
    session = onnxruntime.InferenceSession(run["file"], providers=["CPUExecutionProvider"])
    x = numpy.array(run["data"], numpy.float32).reshape(run["dims"])
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, {run["input"]: x})
    results.append({n: {"dims": list(y.shape), "data": y.ravel().tolist()} for n, y in zip(names, outputs)})
json.dump(results, sys.stdout)
