#!/usr/bin/env python3
"""All tests of the workspace, two programs beside each other: placers and simulators of whole designs run on one core
for minutes, while `cargo test` runs one program after the other.

Each program's output comes whole, when it has ended. What is given is passed on to each: `scripts/test.py --ignored`.
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

# The longest ones begin, that none of them is alone at the end.
FIRST = ["ladder", "ice40", "efficiency", "ecp5", "up5k", "images", "cli", "cycles", "routed", "axi"]
# Of one program: the longest took 22 minutes in CI, and more than 30 beside another job on two cores.
TIMEOUT = 2700


def programs():
    """The test programs, built: their names, files and packages' folders."""
    build = ["cargo", "test", "--release", "--workspace", "--no-run", "--message-format", "json-render-diagnostics"]
    with subprocess.Popen(build, stdout=subprocess.PIPE, text=True) as cargo:
        for line in cargo.stdout:
            message = json.loads(line)
            if message.get("executable") and message.get("profile", {}).get("test"):
                folder = Path(message["manifest_path"]).parent
                yield message["target"]["name"], message["executable"], folder
    if cargo.returncode:
        sys.exit(cargo.returncode)


def run(name, program, folder):
    """One program's output, whether it passed, and its seconds."""
    begun = time.monotonic()
    command = [program, "--nocapture", "--test-threads", "1", *sys.argv[1:]]
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            timeout=TIMEOUT, check=False,
        )
        output, passed = done.stdout, done.returncode == 0
    except subprocess.TimeoutExpired as late:
        # Bytes, even of a text.
        output = (late.output or b"").decode(errors="replace") + f"\n{name} has not ended in {TIMEOUT} seconds"
        passed = False
    return name, folder, output, passed, time.monotonic() - begun


def main():
    found = list(programs())
    if not found:
        sys.exit("cargo built no test programs")
    found.sort(key=lambda p: FIRST.index(p[0]) if p[0] in FIRST else len(FIRST))
    failed, seconds = [], []
    with ThreadPoolExecutor(2) as pool:
        for done in as_completed([pool.submit(run, *program) for program in found]):
            name, folder, output, passed, took = done.result()
            print(f"     Running {folder.name}/{name}: {took:.1f} s\n{output}", flush=True)
            seconds.append((took, f"{folder.name}/{name}"))
            if not passed:
                failed.append(f"{folder.name}/{name}")
    documentation = subprocess.run(["cargo", "test", "--release", "--workspace", "--doc"], check=False)
    if documentation.returncode:
        failed.append("the examples in the documentation")
    slowest = ", ".join(f"{name} {took:.0f} s" for took, name in sorted(seconds, reverse=True)[:8])
    print(f"{len(found)} test programs; the slowest: {slowest}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


main()
