"""Compressed layers in PyTorch, for inference: the CPU engine, or a device, in place of `torch.nn.Linear`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from . import Device, Model, compress, load

__all__ = ["Linear", "patch"]


class Linear(nn.Module):
    """A compressed layer, or a chain of them. Takes and gives what `torch.nn.Linear` does; has no gradient."""

    def __init__(self, model: Model, device: Device | str | None = None):
        """device: None for the CPU engine, or a device or its address."""
        super().__init__()
        self._place(model, device)

    def _place(self, model: Model, device: Device | str | None) -> None:
        self.model = model
        self.device = Device(device) if isinstance(device, str) else device
        self._runner = model if self.device is None else self.device.load(model)

    @classmethod
    def from_dense(
        cls,
        linear: nn.Linear,
        *,
        density: float = 0.1,
        bits: int = 4,
        samples: Any = None,
        device: Device | str | None = None,
        name: str = "linear",
    ) -> Linear:
        """Compresses a layer: see `openeie.compress`."""
        state = {f"{name}.weight": linear.weight}
        if linear.bias is not None:
            state[f"{name}.bias"] = linear.bias
        model = compress(state, density=density, bits=bits, samples=samples, name=name)
        return cls(model, device).train(linear.training)

    @property
    def in_features(self) -> int:
        return self.model.inputs

    @property
    def out_features(self) -> int:
        return self.model.outputs

    @property
    def weight(self) -> torch.Tensor:
        """The first layer's dense weights, for code that looks at them. Made anew at each call."""
        return torch.from_numpy(self.model.weight(0))

    @property
    def bias(self) -> torch.Tensor:
        """The first layer's biases. Made anew at each call."""
        return torch.from_numpy(self.model.bias(0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled() and x.requires_grad:
            raise RuntimeError("a compressed layer has no gradient: run it under torch.no_grad()")
        rows = x.detach().to("cpu", torch.float32).contiguous().numpy()
        return torch.from_numpy(self._runner.run(rows)).to(x.device, x.dtype)

    def extra_repr(self) -> str:
        place = "cpu" if self.device is None else self.device.uri
        return f"in_features={self.in_features}, out_features={self.out_features}, on={place}"

    def get_extra_state(self) -> torch.Tensor:
        """The .eie file's content, so that a state dict has the layer."""
        return torch.from_numpy(np.frombuffer(self.model.to_bytes(), np.uint8).copy())

    def set_extra_state(self, state: torch.Tensor) -> None:
        self._place(load(state.numpy().tobytes()), self.device)

    def __getstate__(self) -> dict[str, Any]:
        kept = {k: v for k, v in self.__dict__.items() if k not in ("model", "device", "_runner")}
        return kept | {"_file": self.model.to_bytes(), "_uri": None if self.device is None else self.device.uri}

    def __setstate__(self, state: dict[str, Any]) -> None:
        file, uri = state.pop("_file"), state.pop("_uri")
        super().__setstate__(state)
        self._place(load(file), uri)


def patch(
    module: nn.Module,
    *,
    density: float = 0.1,
    bits: int = 4,
    samples: Sequence[Any] | None = None,
    device: Device | str | None = None,
    select: Callable[[str, nn.Linear], bool] | None = None,
    progress: Callable[[str, int, int], Any] | None = None,
) -> list[str]:
    """Compresses the `torch.nn.Linear` layers of a module, in place. The names of those that it replaced.

    samples: arguments of calls of the module, from which a device's units are taken: as many tensors, or tuples of
        arguments, as there are calls. The CPU engine needs none.
    select: which layers; by default all. A layer that is used twice stays one.
    progress: called with (layer, done, of).
    """
    # Not subclasses: attention, say, uses the weights of its own ones without calling them.
    found = [(name, m) for name, m in module.named_modules() if type(m) is nn.Linear and (select is None or select(name, m))]
    if any(m is module for _, m in found):
        raise ValueError("the module is a Linear itself: use openeie.torch.Linear.from_dense")
    seen = _seen(module, [m for _, m in found], samples) if samples is not None else {}
    made: dict[int, Linear] = {}
    for done, (name, dense) in enumerate(found, 1):
        rows = seen.get(id(dense))
        made[id(dense)] = Linear.from_dense(
            dense, density=density, bits=bits, samples=rows, device=device, name=name.replace(".", "_")
        )
        if progress is not None:
            progress(name, done, len(found))
    # When all are there, or none is replaced: under each of their names.
    for parent in list(module.modules()):
        for name, child in list(parent._modules.items()):
            if id(child) in made:
                setattr(parent, name, made[id(child)])
    return [name for name, _ in found]


def _seen(module: nn.Module, layers: list[nn.Linear], samples: Sequence[Any]) -> dict[int, np.ndarray]:
    """Inputs that layers get, as rows."""
    rows: dict[int, list[np.ndarray]] = {}

    def keep(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        x = inputs[0].detach().to("cpu", torch.float32)
        rows.setdefault(id(layer), []).append(x.reshape(-1, x.shape[-1])[:256].numpy().copy())

    hooks = [layer.register_forward_pre_hook(keep) for layer in layers]
    training = module.training
    try:
        module.eval()
        with torch.no_grad():
            for sample in samples:
                module(*sample) if isinstance(sample, tuple) else module(sample)
    finally:
        module.train(training)
        for hook in hooks:
            hook.remove()
    return {layer: np.concatenate(parts) for layer, parts in rows.items()}
