# Two commands do all the set-up: `make demo` and `make test`.
EIE := target/release/eie

.PHONY: all demo test tools build lint verilog models clean

all: build

# The whole path on the 10,000 test images, one table at the end.
demo: tools build
	$(EIE) demo

# Everything: lints, all rungs of the ladder. What a missing tool skips is printed as SKIPPED.
test: tools lint
	cargo test --release --workspace -- --nocapture --test-threads 2

# Installs what is missing where it can; prints the one line to do so where it cannot.
tools:
	@sh scripts/tools.sh

build:
	cargo build --release -p eie-cli

lint:
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets -- -D warnings

# The Verilog in the repository, compared with a fresh one by a test.
verilog: build
	$(EIE) emit --pes 4 --out hdl/verilog/accelerator_4.v

# The models in the repository. EIE_DATA is the folder of the MNIST files (`eie data mnist --out DIR`).
models: build
	$(EIE) train --out models/lenet-300-100.safetensors
	$(EIE) compress --model models/lenet-300-100.safetensors --out models/lenet-300-100.eie

clean:
	cargo clean
