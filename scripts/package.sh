#!/bin/sh
# Packs every crate as for crates.io, and compiles all of them from what is in the packages alone, in a workspace of their
# own: a file that a package lacks is an error here. They are checked only, as by the lints, for no code has to be made to see that.
set -eu
cd "$(dirname "$0")/.."
home=$PWD/target/packed
rm -rf "$home" target/package
mkdir -p "$home"
# What is packed is what is in the work tree; each crate is compiled below, all of them together.
cargo package --workspace --exclude eie-tests --exclude eie-python --no-verify --allow-dirty --quiet
members=
for file in target/package/*.crate; do
    tar -xzf "$file" -C "$home"
    name=$(basename "$file" .crate)
    members="$members\"$name\", "
    echo "$name: $(tar -tzf "$file" | wc -l) files, $(wc -c < "$file") bytes"
done
{
    echo "[workspace]"
    echo "resolver = \"2\""
    echo "members = [$members]"
    echo "[profile.release]"
    echo "debug = \"line-tables-only\""
    echo "[patch.crates-io]"
    for folder in "$home"/*/; do
        name=$(basename "$folder")
        echo "${name%-*} = { path = \"$name\" }"
    done
} > "$home/Cargo.toml"
cp Cargo.lock "$home/Cargo.lock"
cargo check --release --quiet --manifest-path "$home/Cargo.toml" --target-dir target --workspace
echo "all packages compile from their own files"
