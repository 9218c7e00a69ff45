#!/usr/bin/env python3
"""Places and routes the accelerator of several sizes for a board and writes docs/pnr.md.

    scripts/pnr_report.py [--board NAME] [--seed N] [--clock-mhz MHZ] [--eie PROGRAM] [--out FILE] PES...

Each size is `eie build --board NAME --pes N --json`: the flow of the boards' own bitstreams, PLL and pins included. A size
that does not fit, does not route or does not meet the clock is in the table with the reason. Nothing is written if a
tool is missing.
"""
import argparse
import pathlib
import sys

from boards import ROOT, build


def measure(pes, args):
    """A row of the table, and the tools' versions; no row if a tool is missing."""
    print(f"{pes} PEs", file=sys.stderr)
    options = ["--pes", str(pes), "--clock-mhz", str(args.clock_mhz), "--seed", str(args.seed)]
    report, why, missing = build(args.eie, args.board, *options, "--out", str(ROOT / f"build/pnr/{pes}"))
    if missing:
        print(f"SKIPPED: {why}", file=sys.stderr)
        return None, {}
    if report is None:
        return f"| {pes} | {why} | | | | | {args.seed} |", {}
    used = {kind: cells["used"] for kind, cells in report["utilisation"].items()}
    luts = report["utilisation"]["TRELLIS_COMB"]
    return (
        f"| {pes} | {luts['used']} ({100 * luts['used'] // luts['available']} %) | {used['TRELLIS_FF']} | {used['DP16KD']} "
        f"| {used['MULT18X18D']} | {report['fmax_mhz']:.1f} | {report['seed']} |",
        report["tools"],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pes", type=int, nargs="+")
    parser.add_argument("--board", default="ulx3s-85f")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock-mhz", type=float, default=75.0)
    parser.add_argument("--eie", default=str(ROOT / "target/release/eie"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/pnr.md")
    args = parser.parse_args()
    rows, versions = [], {}
    for pes in args.pes:
        row, tools = measure(pes, args)
        if row is None:
            return 0
        rows.append(row)
        versions.update(tools)
    text = (ROOT / "scripts/pnr_report.md").read_text()
    facts = {"ROWS": "\n".join(rows), "SIZES": " ".join(map(str, args.pes)), "SEED": str(args.seed),
             "MHZ": f"{args.clock_mhz:g}", "BOARD": args.board, "VERSIONS": "; ".join(versions.values())}
    for name, value in facts.items():
        text = text.replace(f"@{name}@", value)
    args.out.write_text(text)
    print("\n".join(rows), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
