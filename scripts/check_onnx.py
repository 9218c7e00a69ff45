#!/usr/bin/env python3
"""Compares ONNX files with the numbers beside them, with the `onnx` package's checker and onnxruntime.

    EIE_ONNX_OUT=DIR cargo test --release -p eie-compressor --test formats exports
    pip install onnx onnxruntime safetensors
    scripts/check_onnx.py DIR/conv.onnx DIR/conv.numbers.safetensors [MODEL NUMBERS]...

The numbers are a safetensors file with the input `x` and the output `y`.
"""

import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file


def main():
    files = sys.argv[1:]
    if not files or len(files) % 2:
        sys.exit(__doc__)
    for model, numbers in zip(files[::2], files[1::2]):
        onnx.checker.check_model(onnx.load(model), full_check=True)
        numbers = load_file(numbers)
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        (y,) = session.run(None, {session.get_inputs()[0].name: numbers["x"]})
        if y.shape != numbers["y"].shape:
            sys.exit(f"{model}: gives shape {y.shape}, expected {numbers['y'].shape}")
        error = float(numpy.abs(y - numbers["y"]).max())
        print(f"{model}: {y.size} values, at most {error:.2e} apart")
        if not error < 1e-4:
            sys.exit(f"{model}: expected at most 1e-4")


if __name__ == "__main__":
    main()
