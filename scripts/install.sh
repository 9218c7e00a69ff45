#!/bin/sh
# Installs eie as a user does, into a folder of its own, and checks that it needs no library but the C library's.
# PROFILE=dist makes what is given away: link-time optimisation, which takes minutes.
set -eu
cd "$(dirname "$0")/.."
root=$PWD/target/installed
rm -rf "$root"
cargo install --quiet --locked --path host/cli --profile "${PROFILE:-release}" --root "$root" --target-dir target --no-track
eie=$root/bin/eie
echo "$eie: $(wc -c < "$eie") bytes"
if command -v ldd >/dev/null 2>&1; then
    needed=$(ldd "$eie" | awk '{ print $1 }' | grep -vE '^(linux-vdso|/lib.*/ld-linux|libc\.|libm\.|libgcc_s\.|libpthread\.|libdl\.|librt\.|libstdc)' || true)
    [ -z "$needed" ] || { echo "it needs $needed" >&2; exit 1; }
    ldd "$eie" | awk '{ print "  " $1 }'
fi
# From any folder, without the repository.
model=$PWD/models/lenet-300-100.eie
cd "$root"
"$eie" inspect "$model" --json > /dev/null
"$eie" boards --json > /dev/null
"$eie" completions bash | bash -n
"$eie" man --out man
echo "inspect, boards, completions and man run from $root"
