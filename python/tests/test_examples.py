"""The examples: their figures, and plots with something on them. Skipped without matplotlib."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed")
from matplotlib import image  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def colours(path):
    picture = image.imread(path)
    assert picture.shape[0] >= 250 and picture.shape[1] >= 500, picture.shape
    return len(np.unique((picture[..., :3] * 255).astype(np.uint8).reshape(-1, 3), axis=0)), picture


def test_mnist(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "python/examples/mnist.py", "--models", ROOT / "models", "--out", tmp_path],
        capture_output=True, text=True, timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert "retrained: 1.38 % wrong, " in done.stdout
    for name in ["densities", "weights", "speed"]:
        count, picture = colours(tmp_path / f"{name}.png")
        # Not a plain page, and ink in each third of it.
        assert count > 20, name
        for third in np.array_split(picture[..., :3].mean(2), 3, axis=1):
            assert (third < 0.8).mean() > 0.002, name
