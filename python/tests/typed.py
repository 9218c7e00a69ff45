"""Not run: how the types are used, for mypy. What is wrong must be an error, or its `ignore` is one."""

import numpy as np
import openeie
from numpy.typing import NDArray

model: openeie.Model = openeie.compress({"fc.weight": np.zeros((3, 4), np.float32)}, density=0.5, bits=[4])
real: NDArray[np.float32] = model.run(np.zeros((2, 4), np.float32))
whole = np.zeros((2, 4), np.int16)
units: NDArray[np.int16] = model.run(whole)
session: openeie.Session = openeie.Device("model:?pes=4", timeout=1.0).load(model)
kept: int = model.info()["layers"][0]["kept"]

mixed: NDArray[np.float32] = model.run(whole)  # type: ignore[assignment]
openeie.compress({}, density="0.5")  # type: ignore[arg-type]
openeie.compress({}, depth=1)  # type: ignore[call-arg]
openeie.Device(4)  # type: ignore[arg-type]
