"""Against NumPy's product of the decompressed weights, and against what is wrong."""

import threading
from pathlib import Path

import numpy as np
import openeie
import pytest

MODELS = Path(__file__).parents[2] / "models"


def made(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def state():
    return {"a.weight": made(40, 60), "a.bias": made(40, seed=1), "b.weight": made(10, 40, seed=2)}


def dense(model, x):
    """The network with its decompressed weights."""
    for k in range(len(model)):
        x = x @ model.weight(k).T + model.bias(k)
        x = np.maximum(x, 0) if k + 1 < len(model) else x
    return x


@pytest.fixture(scope="module")
def model():
    return openeie.compress(state(), density=[0.2, 0.5], samples=made(32, 60, seed=3))


def test_float_equals_the_dense_product(model):
    x = made(5, 7, 60, seed=4)
    y = model.run(x)
    assert y.shape == (5, 7, 10) and y.dtype == np.float32
    np.testing.assert_allclose(y, dense(model, x), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(model.run(x[0, 0]), y[0, 0], rtol=1e-5, atol=1e-5)
    # The comparison sees a small change of a single weight.
    other = state()
    other["b.weight"] = made(10, 40, seed=9)
    wrong = openeie.compress(other, density=[0.2, 0.5]).run(x)
    assert not np.allclose(wrong, dense(model, x), rtol=1e-4, atol=1e-4)


def test_integers_are_the_same_everywhere(model):
    in_scale, out_scale = model.scales
    x = made(6, 60, seed=5)
    units = np.round(x / in_scale).astype(np.int16)
    y = model.run(units)
    assert y.dtype == np.int16
    session = openeie.Device("model:?pes=4").load(model)
    assert (session.run(units) == y).all()
    changed = units.copy()
    changed[0] += 500
    assert (session.run(changed)[0] != y[0]).any() and (session.run(changed)[1:] == y[1:]).all()
    np.testing.assert_allclose(session.run(x), dense(model, x), atol=0.02)
    assert [place for _, place in session.placement] == ["model:?pes=4"]
    assert session.stats()["vectors"] == 24


def test_densities_and_shared_weights(model):
    weights = [model.weight(k) for k in range(2)]
    assert [np.count_nonzero(w) for w in weights] == [480, 200]
    assert all(len(np.unique(w)) <= 17 for w in weights)
    # Weights that are shared keep their values.
    again = openeie.compress({"a.weight": weights[0]}, density=1)
    np.testing.assert_allclose(again.weight(0), weights[0], atol=2e-4)
    # Each way of calling it has a layout of its own; this is one of them.
    fresh = openeie.load(model.to_bytes())
    fresh.run(np.zeros((1, 60), np.float32))
    assert 0 < fresh.nbytes < model.dense_nbytes / 2


def test_files(model, tmp_path):
    size = model.save(tmp_path / "m.eie")
    assert size == (tmp_path / "m.eie").stat().st_size == len(model.to_bytes())
    x = made(3, 60)
    for again in [openeie.load(tmp_path / "m.eie"), openeie.load(model.to_bytes("huffman"))]:
        assert (again.run(x) == model.run(x)).all()
    info = model.info()
    assert info["file_bytes"] == size and [layer["kept"] for layer in info["layers"]] == [480, 200]
    damaged = bytearray(model.to_bytes())
    damaged[len(damaged) // 2] ^= 4
    with pytest.raises(openeie.EieError):
        openeie.load(damaged)
    (tmp_path / "bad.eie").write_bytes(b"nothing")
    with pytest.raises(openeie.EieError, match="bad.eie"):
        openeie.load(tmp_path / "bad.eie")
    with pytest.raises(FileNotFoundError):
        openeie.load(tmp_path / "none.eie")


@pytest.mark.parametrize("name", ["lenet-300-100", "lenet-5", "lstm-mnist"])
def test_networks_of_the_repository(name):
    model = openeie.load(MODELS / f"{name}.eie")
    x = np.abs(made(4, 784))
    y = model.run(x)
    assert y.shape == (4, 10) and np.isfinite(y).all()
    in_scale, out_scale = model.scales
    units = np.clip(np.round(x / in_scale), 0, 32640).astype(np.int16)
    np.testing.assert_allclose(model.run(units) * out_scale, model.run(units * np.float32(in_scale)), atol=0.05)
    # The same from a device, in units, bit for bit.
    assert (openeie.Device("model:?pes=8").load(model).run(units) == model.run(units)).all()


def test_a_network_from_a_file():
    model = openeie.compress(MODELS / "lenet-300-100.safetensors", density=[0.04, 0.075, 0.3])
    assert (model.inputs, model.outputs, len(model), model.name) == (784, 10, 3, "lenet-300-100")


def test_any_file(tmp_path):
    calls = []
    facts = openeie.compress_file(
        MODELS / "lenet-300-100.safetensors", tmp_path / "a.eie", progress=lambda *told: calls.append(told)
    )
    assert facts["file_bytes"] == (tmp_path / "a.eie").stat().st_size < facts["dense_bytes"] / 10
    assert calls[-1][1] == calls[-1][2] == 266610
    with pytest.raises(openeie.EieError, match="archive"):
        openeie.load(tmp_path / "a.eie")


def test_progress_and_its_exceptions():
    told = []
    openeie.compress(state(), progress=lambda *call: told.append(call))
    assert told == [("a", 1, 2), ("b", 2, 2)]
    with pytest.raises(ZeroDivisionError):
        openeie.compress(state(), progress=lambda *call: 1 / 0)


def test_no_copies(model):
    y = model.run(made(8, 60))
    # The array owns the results as they came from Rust, and the input is not copied to be looked at.
    assert y.flags.c_contiguous and y.base is not None
    with pytest.raises(ValueError, match="contiguous"):
        model.run(made(60, 8).T)
    # By columns, an array is one piece of memory, too, but not one of rows.
    with pytest.raises(ValueError, match="contiguous"):
        model.run(np.asfortranarray(made(8, 60)))
    by_columns = {"a.weight": np.asfortranarray(made(40, 60))}
    assert (openeie.compress(by_columns).weight(0) == openeie.compress({"a.weight": made(40, 60)}).weight(0)).all()


def test_threads(model):
    x = made(64, 60)
    want, results = model.run(x), [None] * 4
    threads = [threading.Thread(target=lambda k=k: results.__setitem__(k, model.run(x))) for k in range(4)]
    [t.start() for t in threads]
    [t.join(timeout=60) for t in threads]
    assert all((r == want).all() for r in results)


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda m: m.run(made(3, 59)), ValueError, "rows of 60"),
        (lambda m: m.run(np.float32(1)), TypeError, "expected a NumPy array"),
        (lambda m: m.run(made(3, 60).astype(np.float64)), TypeError, "float64"),
        (lambda m: m.run([1.0] * 60), TypeError, "list"),
        (lambda m: m.run(np.full((1, 60), np.nan, np.float32)), openeie.EieError, "value 0 is not a number"),
        (lambda m: m.weight(2), IndexError, "layer 2 of 2"),
        (lambda m: m.to_bytes("zip"), ValueError, "codec"),
        (lambda m: openeie.Device("nowhere"), ValueError, "nowhere"),
        (lambda m: openeie.Device("uart:/dev/none").load(m), openeie.EieError, "none"),
        (lambda m: openeie.Device("model:", timeout=0), ValueError, "timeout"),
        (lambda m: openeie.compress({"a.weight": made(4, 4)}, density=2), openeie.EieError, "density is 2"),
        (lambda m: openeie.compress({"a.weight": made(4, 4)}, bits=9), ValueError, "bits is 9"),
        (lambda m: openeie.compress({"a.weight": made(4, 4)}, samples=made(3, 5)), ValueError, "5 values a row"),
        (lambda m: openeie.compress({"a.weight": made(4, 4), "b.weight": made(3, 5)}), openeie.EieError, "takes 5"),
        (lambda m: openeie.compress({}), ValueError, "no tensor"),
        (lambda m: openeie.compress("/none.safetensors"), openeie.EieError, "none.safetensors"),
        (lambda m: openeie.compress(MODELS / "mnist-test" / "ATTRIBUTION.md"), openeie.EieError, "ATTRIBUTION"),
    ],
)
def test_what_is_wrong_is_said(model, call, error, text):
    with pytest.raises(error, match=text):
        call(model)
    # It can be used on.
    assert model.run(made(1, 60)).shape == (1, 10)
