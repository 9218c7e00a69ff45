#!/usr/bin/env python3
"""FuseSoC's generator: called with a file that says what is wanted, it writes the Verilog and the core that it is in."""
import os
import pathlib
import shutil
import subprocess
import sys

import yaml

FILE = "openeie.v"


def main():
    wanted = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())
    here = pathlib.Path(wanted["files_root"])
    built = here / "target/release/eie"
    eie = os.environ.get("EIE") or (str(built) if built.is_file() else shutil.which("eie"))
    if not eie:
        sys.exit("eie is neither in target/release nor on the path: cargo build --release -p eie-cli")
    options = [str(o) for o in wanted["parameters"].get("options", [])]
    done = subprocess.run([eie, "emit", *options, "--out", FILE], timeout=600)
    if done.returncode:
        sys.exit(done.returncode)
    core = {
        "name": wanted["vlnv"],
        "filesets": {"rtl": {"files": [FILE], "file_type": "verilogSource"}},
        "targets": {"default": {"filesets": ["rtl"]}},
    }
    pathlib.Path(FILE.replace(".v", ".core")).write_text("CAPI=2:\n" + yaml.safe_dump(core))


if __name__ == "__main__":
    main()
