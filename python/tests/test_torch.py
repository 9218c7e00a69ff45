"""Layers of PyTorch. Without torch they are skipped, and the reason is printed."""

import pickle
from pathlib import Path

import numpy as np
import openeie
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
from openeie.torch import Linear, patch  # noqa: E402
from torch import nn  # noqa: E402


def net():
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 60), nn.ReLU(), nn.Linear(60, 5)).eval()


def pruned(module, keep=0.2):
    """Prunes and rounds weights to a few values, so that compression changes nothing."""
    with torch.no_grad():
        for m in module.modules():
            if isinstance(m, nn.Linear):
                step = m.weight.abs().max() / 4
                m.weight.copy_((m.weight / step).round() * step)
    return module


def test_a_layer_is_the_dense_one():
    dense = pruned(nn.Linear(40, 30))
    layer = Linear.from_dense(dense, density=1)
    x = torch.randn(2, 6, 40)
    with torch.no_grad():
        want = dense(x)
        assert torch.allclose(layer(x), want, atol=2e-3)
        dense.weight[3, 5] += 0.1
        assert not torch.allclose(layer(x), dense(x), atol=2e-3)
    assert (layer.in_features, layer.out_features) == (40, 30)
    assert torch.allclose(layer.weight @ x[0].T + layer.bias[:, None], layer(x)[0].T, atol=1e-4)


def test_five_lines_from_a_state_dict(tmp_path, monkeypatch):
    """The lines of docs/python.md, as they are there."""
    page = (Path(__file__).resolve().parents[2] / "docs/python.md").read_text()
    lines = page.split("```python\n")[1].split("```")[0]
    assert lines.startswith("import torch, openeie\n") and len(lines.splitlines()) == 5
    monkeypatch.chdir(tmp_path)
    made = {}
    exec(lines, made)
    assert made["y"].shape == (8, 10)
    model = openeie.load("net.eie")
    # A tenth of the weights, and what they give is what the dense products of them give.
    assert 0.08 < np.count_nonzero(model.weight(0)) / (784 * 300) < 0.12
    x = np.random.default_rng(1).normal(size=(4, 784)).astype(np.float32)
    want = np.maximum(x @ model.weight(0).T + model.bias(0), 0) @ model.weight(1).T + model.bias(1)
    assert np.abs(model.run(x) - want).max() < 1e-3
    assert np.abs(model.run(x) - want * 1.01).max() > 1e-3


@pytest.mark.parametrize("device", [None, "model:?pes=4"])
def test_patch(device):
    module, x = pruned(net()), torch.randn(3, 1, 8, 8)
    with torch.no_grad():
        want = module(x)
        assert patch(module, density=1, samples=[x], device=device) == ["3", "5"]
        got = module(x)
    assert torch.allclose(got, want, atol=0.01), (got - want).abs().max()
    assert "openeie" in repr(type(module[3])) and type(module[0]) is nn.Conv2d


def test_patch_changes_what_it_says():
    module, x, told = net(), torch.randn(3, 1, 8, 8), []
    with torch.no_grad():
        want = module(x)
        names = patch(module, density=0.05, select=lambda name, m: m.in_features > 100, progress=lambda *t: told.append(t))
        assert names == ["3"] and told == [("3", 1, 1)] and type(module[5]) is nn.Linear
        assert not torch.allclose(module(x), want, atol=0.01)
    assert np.count_nonzero(module[3].model.weight(0)) == round(0.05 * 144 * 60)


def test_shared_layers_and_attention_stay_right():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(8, 8)
            self.b = self.a
            self.attention = nn.MultiheadAttention(8, 2)

        def forward(self, x):
            y, _ = self.attention(x, x, x)
            return self.b(self.a(y))

    module = pruned(Twice()).eval()
    x = torch.randn(4, 2, 8)
    with torch.no_grad():
        want = module(x)
        assert patch(module, density=1) == ["a"]
        assert module.a is module.b and torch.allclose(module(x), want, atol=0.01)


def test_state_dicts_and_pickles():
    a, b = Linear.from_dense(nn.Linear(20, 10)), Linear.from_dense(nn.Linear(20, 10))
    x = torch.randn(3, 20)
    assert not torch.equal(a(x), b(x))
    b.load_state_dict(a.state_dict())
    assert torch.equal(a(x), b(x))
    assert torch.equal(pickle.loads(pickle.dumps(a))(x), a(x))


def test_types_and_gradients():
    layer = Linear.from_dense(nn.Linear(20, 10))
    assert layer(torch.randn(3, 20).to(torch.bfloat16)).dtype == torch.bfloat16
    with pytest.raises(RuntimeError, match="no gradient"):
        layer(torch.randn(3, 20, requires_grad=True))
    with pytest.raises(ValueError, match="rows of 20"):
        layer(torch.randn(3, 21))
    with pytest.raises(ValueError, match="from_dense"):
        patch(nn.Linear(3, 3))
