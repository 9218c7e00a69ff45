import os
from collections.abc import Callable, Sequence
from typing import Any, final, overload

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Device",
    "EieError",
    "Model",
    "Session",
    "__version__",
    "compress_file",
    "compress_network",
    "compress_tensors",
    "load",
]
__version__: str

class EieError(Exception):
    """What OpenEIE says went wrong."""

@final
class Model:
    """A compressed network, ready to run on this machine's CPU."""

    @property
    def name(self) -> str:
        """Name of the network."""
    @property
    def inputs(self) -> int:
        """Values of a row of the input."""
    @property
    def outputs(self) -> int:
        """Values of a row of the output."""
    @property
    def scales(self) -> tuple[float, float]:
        """Real values of a unit of an input and of an output: what int16 arrays are in."""
    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory, as laid out by the calls so far."""
    @property
    def dense_nbytes(self) -> int:
        """Bytes of the same network in float32."""
    def info(self) -> dict[str, Any]:
        """What there is to know of the file: layer by layer, bytes and bits."""
    def weight(self, layer: int) -> NDArray[np.float32]:
        """Dense weights of a layer, outputs x inputs."""
    def bias(self, layer: int) -> NDArray[np.float32]:
        """Biases of a layer."""
    @overload
    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]: ...
    @overload
    def run(self, x: NDArray[np.int16]) -> NDArray[np.int16]: ...
    def to_bytes(self, codec: str = "smallest") -> bytes:
        """The file's content."""
    def save(self, path: str | os.PathLike[str], codec: str = "smallest") -> int:
        """Writes the .eie file. Its size."""
    def __len__(self) -> int: ...

@final
class Device:
    """A device by its address, as model:?pes=16 or uart:/dev/ttyUSB0.

    timeout: seconds that an answer may take. vectors: rows that the device runs together.
    """

    def __new__(cls, uri: str, *, timeout: float | None = None, vectors: int = 8) -> Device: ...
    @property
    def uri(self) -> str:
        """The address, without a token."""
    def load(self, model: Model) -> Session:
        """Opens the device and loads a model on it."""

@final
class Session:
    """A model on a device."""

    @property
    def inputs(self) -> int:
        """Values of a row of the input."""
    @property
    def outputs(self) -> int:
        """Values of a row of the output."""
    @property
    def placement(self) -> list[tuple[str, str]]:
        """Layers and who runs them."""
    @overload
    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]: ...
    @overload
    def run(self, x: NDArray[np.int16]) -> NDArray[np.int16]: ...
    def stats(self) -> dict[str, Any]:
        """Calls, errors, vectors, retries, bytes and seconds since the session was opened."""

def load(bytes: bytes) -> Model: ...
def compress_tensors(
    tensors: Sequence[tuple[str, NDArray[np.float32]]],
    name: str,
    density: Sequence[float],
    bits: Sequence[int],
    samples: NDArray[np.float32] | None,
    progress: Callable[[str, int, int], Any] | None,
) -> Model: ...
def compress_network(
    path: str,
    density: Sequence[float],
    bits: Sequence[int],
    samples: NDArray[np.float32] | None,
    progress: Callable[[str, int, int], Any] | None,
) -> Model: ...
def compress_file(
    path: str,
    out: str,
    density: Sequence[float],
    bits: Sequence[int],
    codec_name: str,
    progress: Callable[[str, int, int], Any] | None,
) -> dict[str, Any]: ...
