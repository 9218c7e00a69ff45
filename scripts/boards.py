#!/usr/bin/env python3
"""Builds the bitstreams of all boards and prints a table of what came out.

    scripts/boards.py [--eie PROGRAM] [--out FOLDER] [--seed N[,N...]] [BOARD...]

What was built from the same inputs before is not built again. A board whose tools are missing is in the table as
SKIPPED; exit code 1 if one could not be built.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Seconds: `eie build` itself ends a tool after three hours.
LIMIT = 4 * 3600
HEAD = "| board | PEs | clock | reached | logic cells | block RAMs | multipliers | bytes | seed |\n|---|---|---|---|---|---|---|---|---|"
# What nextpnr calls them, the families in turn.
LOGIC = ["ICESTORM_LC", "TRELLIS_COMB", "LUT4"]
RAMS = ["ICESTORM_RAM", "DP16KD", "BSRAM"]
MULTIPLIERS = ["ICESTORM_DSP", "MULT18X18D", "MULT18X18"]


def share(report, kinds):
    found = [report["utilisation"][kind] for kind in kinds if kind in report["utilisation"]]
    return f"{found[0]['used']:,} of {found[0]['available']:,}" if found else "0"


def said(done):
    """The lines of a program's stderr, of which the last one is its reason."""
    return [line for line in done.stderr.splitlines() if line.strip()] or ["no output"]


def build(eie, board, *options):
    """What `eie build` reports, or none and why, and whether that is a tool that is missing."""
    command = [eie, "build", "--board", board, "--json", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None, f"not through after {LIMIT} s", False
    if done.returncode == 0:
        return json.loads(done.stdout), "", False
    why = said(done)
    return None, why[-1], any("is not installed" in line for line in why)


def row(board, args):
    """A line of the table, and whether that is as it should be."""
    r, why, missing = build(args.eie, board, "--out", str(args.out), "--seed", args.seed)
    if r is None:
        return f"| `{board}` | {'SKIPPED: ' if missing else ''}{why} | | | | | | | |", missing
    cells = " | ".join(share(r, kinds) for kinds in [LOGIC, RAMS, MULTIPLIERS])
    return (
        f"| `{board}` | {r['pes']} | {r['clock_mhz']:g} MHz | {r['fmax_mhz']:.1f} MHz | {cells} | {r['bytes']:,} | {r['seed']} |",
        True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("boards", nargs="*")
    parser.add_argument("--eie", default=str(ROOT / "target/release/eie"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--seed", default="1,2,3")
    args = parser.parse_args()
    known = json.loads(subprocess.run([args.eie, "boards", "--json"], capture_output=True, text=True, check=True).stdout)
    names = args.boards or [board["name"] for board in known["boards"] if board["build"]]
    print(HEAD, flush=True)
    good = True
    for name in names:
        line, fine = row(name, args)
        good &= fine
        print(line, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
