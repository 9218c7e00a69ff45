#!/bin/sh
# Debian's packages of the tools that the tests use. Installs them as root, else says how.
set -eu
missing=""
for pair in verilator:verilator yosys:yosys g++:g++; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null; then
        exit 0
    fi
fi
echo "missing:$missing; install with: sudo apt-get install$missing (goes on without: those rungs are SKIPPED)" >&2
