"""A layer of AlexNet's size: compressed, compared with NumPy's dense product, timed turn by turn, and plotted.

python examples/layer.py --plot layer.png     (the plot needs matplotlib)
"""

import argparse
import statistics
import time

import numpy as np
import openeie


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small layer")
    parser.add_argument("--plot", metavar="PNG", help="write a plot of the times")
    args = parser.parse_args()
    outputs, inputs = (256, 512) if args.quick else (4096, 4096)
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(outputs, inputs)).astype(np.float32) / np.sqrt(inputs)
    model = openeie.compress({"fc.weight": weight}, density=0.09, progress=lambda *told: print("compressed", *told))
    dense = model.weight(0)

    batches, ratios = [1, 4, 16, 64], []
    for batch in batches:
        x = np.maximum(rng.normal(size=(batch, inputs)), 0).astype(np.float32)
        far = np.abs(model.run(x) - x @ dense.T).max()
        assert far < 1e-3, f"differs from the dense product by {far}"
        ours, theirs = [], []
        for _ in range(15):
            start = time.perf_counter()
            model.run(x)
            middle = time.perf_counter()
            x @ dense.T
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
        ratios.append(statistics.median(theirs) / statistics.median(ours))
        print(f"batch {batch}: {ratios[-1]:.1f} times as fast as NumPy's dense product, {far:.1e} apart")
    print(f"{model.dense_nbytes} bytes dense, {len(model.to_bytes())} in a file, {model.nbytes} in memory")

    if args.plot:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot as plt

        figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
        axes.bar([str(b) for b in batches], ratios, color="#0072B2")
        axes.axhline(1, color="black", linewidth=0.8)
        axes.set(xlabel="vectors at a time", ylabel="times NumPy's speed", title=f"{outputs} x {inputs}, 9 % kept")
        figure.savefig(args.plot, dpi=150)


if __name__ == "__main__":
    main()
