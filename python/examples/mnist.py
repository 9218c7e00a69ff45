"""What compression does to a network, in cells: run it whole, or cell by cell in an editor that knows `# %%`.

python examples/mnist.py --models ../models --out plots      (needs matplotlib)
"""

# %% What it needs
import argparse
import gzip
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np  # noqa: E402
import openeie  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--models", type=Path, default=Path(__file__).resolve().parents[2] / "models")
parser.add_argument("--out", type=Path, default=Path("plots"))
args = parser.parse_args()
args.out.mkdir(parents=True, exist_ok=True)
BLUE, ORANGE = "#0072B2", "#D55E00"


def idx(name: str) -> np.ndarray:
    """A file of MNIST's."""
    path = next(args.models.glob(f"mnist-test/{name}*"))
    raw = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    sizes = np.frombuffer(raw, ">u4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


# %% The test set: 10,000 images
images, labels = idx("t10k-images"), idx("t10k-labels")
x = images.reshape(len(images), -1).astype(np.float32) / 255


def error(model: openeie.Model) -> float:
    """Wrong images, in per cent."""
    return 100 * float(np.mean(model.run(x).argmax(1) != labels))


# %% Without retraining: the densities decide what is left of the accuracy
dense = args.models / "lenet-300-100.safetensors"
densities = [1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05]
models = [openeie.compress(dense, density=density) for density in densities]
errors, sizes = [error(m) for m in models], [len(m.to_bytes()) for m in models]
for density, wrong, size in zip(densities, errors, sizes):
    print(f"density {density:4.2f}: {wrong:5.2f} % wrong, {size:7d} bytes")

# %% With retraining: what `eie compress` made of the same network
retrained = openeie.load(args.models / "lenet-300-100.eie")
units = images.reshape(len(images), -1).astype(np.int16) * 128
retrained_error = 100 * float(np.mean(retrained.run(units).argmax(1) != labels))
retrained_size = len(retrained.to_bytes())
print(f"retrained: {retrained_error:.2f} % wrong, {retrained_size} bytes of {retrained.dense_nbytes}")
assert retrained_error < 1.5 < errors[-1], "retraining is what keeps the accuracy"

figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
axes.plot(np.array(sizes) / 1000, errors, "o-", color=BLUE, label="without retraining")
axes.plot(retrained_size / 1000, retrained_error, "s", color=ORANGE, markersize=9, label="retrained")
for density, wrong, size in zip(densities, errors, sizes):
    axes.annotate(f"{100 * density:g} %", (size / 1000, wrong), xytext=(4, 6), textcoords="offset points", fontsize=8)
axes.set(xlabel="kB of the file", ylabel="wrong images, %", xscale="log", yscale="log",
         title="LeNet-300-100: weights kept, error, size")
axes.minorticks_off()
axes.set_xticks([12, 20, 40, 80, 120], ["12", "20", "40", "80", "120"])
axes.set_yticks([1.4, 3, 10, 30, 90], ["1.4", "3", "10", "30", "90"])
axes.margins(x=0.08, y=0.1)
axes.legend()
figure.savefig(args.out / "densities.png", dpi=120)

# %% Where the weights are: the first layer's rows as images, some of them
weight = retrained.weight(0).reshape(-1, 28, 28)
kept = np.count_nonzero(weight, axis=(1, 2))
figure, rows = plt.subplots(2, 8, figsize=(8, 2.4), layout="constrained")
most = np.abs(weight).max()
for axes, row in zip(rows.flat, np.argsort(-kept)[:16]):
    axes.imshow(weight[row], cmap="RdBu", vmin=-most, vmax=most)
    axes.set_title(f"{kept[row]} of 784", fontsize=8)
    axes.axis("off")
figure.suptitle("Rows of the first layer with the most weights")
figure.savefig(args.out / "weights.png", dpi=120)

# %% Speed: the compressed layers beside NumPy's dense products, turn by turn
layers = [(retrained.weight(k), retrained.bias(k)) for k in range(len(retrained))]


def by_numpy(rows: np.ndarray) -> np.ndarray:
    for k, (w, b) in enumerate(layers):
        rows = rows @ w.T + b
        if k + 1 < len(layers):
            rows = np.maximum(rows, 0)
    return rows


batches, ratios = [1, 8, 64, 512], []
scale = retrained.scales[0]
for batch in batches:
    part = units[:batch].astype(np.float32) * scale
    ours, theirs = [], []
    for _ in range(40):
        start = time.perf_counter()
        found = retrained.run(part)
        middle = time.perf_counter()
        wanted = by_numpy(part)
        ours.append(middle - start)
        theirs.append(time.perf_counter() - middle)
    assert np.abs(found - wanted).max() < 1e-2 * np.abs(wanted).max()
    ratios.append(float(np.median(theirs) / np.median(ours)))
    print(f"batch {batch}: {ratios[-1]:.1f} times as fast as NumPy's dense products")
figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
axes.bar([str(b) for b in batches], ratios, color=BLUE)
axes.axhline(1, color="black", linewidth=0.8)
axes.set(xlabel="images at a time", ylabel="times NumPy's speed", title="Retrained LeNet-300-100")
figure.savefig(args.out / "speed.png", dpi=120)

# %%
print(f"plots in {args.out}: densities.png, weights.png, speed.png")
