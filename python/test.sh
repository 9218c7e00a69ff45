#!/bin/sh
# Builds the wheel in target/python, installs it in fresh environments and tests it there. PyTorch's tests run where
# it can be had: in the interpreter given as TORCH_PYTHON, or in Debian's, whose package is installed as root.
set -eu
cd "$(dirname "$0")/.."
home=target/python
python=${PYTHON:-python3}
"$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
    { echo "SKIPPED: $python is no Python of 3.10 or later with venv"; exit 0; }
pip() { env="$1"; shift; "$home/$env/bin/python" -m pip install -q --disable-pip-version-check "$@"; }

[ -x "$home/build/bin/maturin" ] || { "$python" -m venv "$home/build" && pip build 'maturin>=1.9.4,<2'; }
rm -rf "$home/wheels"
"$home/build/bin/maturin" build --release --quiet --manifest-path python/Cargo.toml --out "$home/wheels"
wheel=$(echo "$home"/wheels/*.whl)
echo "$wheel: $(wc -c < "$wheel") bytes"

rm -rf "$home/fresh"
"$python" -m venv "$home/fresh"
pip fresh "$wheel" pytest matplotlib 'mypy>=1.18,<2'
"$home/fresh/bin/python" -m pytest -q -rs -p no:cacheprovider python/tests/test_openeie.py python/tests/test_examples.py
# The stubs say what the module has, and its own Python is typed. From a folder without an environment called torch.
(
    cd "$home/wheels"
    check=../fresh/bin/python
    "$check" -m mypy.stubtest openeie._openeie --concise --ignore-disjoint-bases
    "$check" -m mypy --strict --ignore-missing-imports --allow-subclassing-any --no-warn-return-any --no-error-summary -p openeie
    "$check" -m mypy --strict --no-error-summary ../../../python/tests/typed.py
)
"$home/fresh/bin/python" python/examples/layer.py --quick

torch=${TORCH_PYTHON:-/usr/bin/python3}
has_torch() { [ -x "$torch" ] && "$torch" -c 'import torch, venv, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }
if ! has_torch && [ "$torch" = /usr/bin/python3 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing python3-torch" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        python3-torch python3-venv; } >/dev/null 2>&1 || true
fi
if has_torch; then
    rm -rf "$home/torch"
    "$torch" -m venv --system-site-packages "$home/torch"
    pip torch "$wheel" pytest
    "$home/torch/bin/python" -m pytest -q -rs -p no:cacheprovider python/tests/test_torch.py
else
    echo "SKIPPED: the tests with PyTorch, as $torch has none: set TORCH_PYTHON"
fi
