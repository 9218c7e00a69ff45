"""Deep-Compressed networks: compress them, and run the compressed form on CPUs and on OpenEIE devices.

>>> import numpy as np, openeie
>>> weight = np.random.default_rng(0).normal(size=(300, 784)).astype(np.float32)
>>> model = openeie.compress({"fc.weight": weight}, density=0.1)
>>> model.run(np.zeros((8, 784), np.float32)).shape
(8, 300)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import _openeie
from ._openeie import Device, EieError, Model, Session, __version__

__all__ = ["Device", "EieError", "Model", "Session", "__version__", "compress", "compress_file", "load"]

Progress = Callable[[str, int, int], Any]


def compress(
    source: Mapping[str, Any] | str | os.PathLike[str],
    *,
    density: float | Sequence[float] = 0.1,
    bits: int | Sequence[int] = 4,
    samples: Any = None,
    name: str = "network",
    progress: Progress | None = None,
) -> Model:
    """Compresses a chain of fully connected layers, without retraining, to a model that runs.

    source: a state dict (arrays or tensors by name; ReLU is between the layers, in the dict's order), or the path of a
        safetensors or ONNX file. For other networks see `openeie.torch.patch` and `compress_file`.
    density: share of the weights to keep, of all layers or of each. Zeros are never kept, so a network that was pruned
        before stays as it is with density=1.
    bits: 2 ** bits shared weights, of all layers or of each; a device takes up to 4 bits.
    samples: rows of inputs (float32) from which the units of int16 arrays and of devices are taken; without them,
        standard normal inputs are assumed. float32 rows on the CPU need no units.
    progress: called with (layer, done, of).
    """
    rows = None if samples is None else np.ascontiguousarray(_array(samples), np.float32)
    if rows is not None and rows.ndim != 2:
        raise ValueError(f"samples have {rows.ndim} dimensions, expected rows and columns")
    if isinstance(source, (str, os.PathLike)):
        return _openeie.compress_network(os.fspath(source), _list(density), _list(bits), rows, progress)
    tensors = [(key, np.ascontiguousarray(_array(value), np.float32)) for key, value in source.items()]
    return _openeie.compress_tensors(tensors, name, _list(density), _list(bits), rows, progress)


def compress_file(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    density: float | Sequence[float] | None = None,
    bits: int | Sequence[int] = 4,
    codec: str = "smallest",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compresses any safetensors or ONNX file, tensor by tensor, and tells what became of each.

    The file that is written holds tensors and no network: `eie decompress` makes them dense again. density: of all
    tensors that are compressed, or of each; by default 0.35 of convolutions and 0.1 of the others. progress: called
    with (tensor, elements done, elements).
    """
    densities = [] if density is None else _list(density)
    return _openeie.compress_file(os.fspath(source), os.fspath(out), densities, _list(bits), codec, progress)


def load(source: str | os.PathLike[str] | bytes) -> Model:
    """Reads a model: the path of an .eie file, or its content."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _openeie.load(bytes(source))
    with open(source, "rb") as file:
        content = file.read()
    try:
        return _openeie.load(content)
    except EieError as error:
        raise EieError(f"{os.fspath(source)}: {error}") from None


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (Sequence, np.ndarray)) else [value]


def _array(value: Any) -> Any:
    """A tensor of PyTorch's as an array."""
    return value.detach().cpu().float().numpy() if hasattr(value, "detach") else value
