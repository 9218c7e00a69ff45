#!/usr/bin/env python3
"""A LiteX system without a CPU: the accelerator between two DMAs on the system's bus, driven over a serial line.

    example_soc.py --folder DIR [--pes N] [--eie PROGRAM]

Writes the system's Verilog to DIR and prints the files that belong to it, a line each. With another platform and a
Builder it is a bitstream.
"""
import argparse
import os
import pathlib

from migen import ClockDomain

from litex.build.generic_platform import Pins, Subsignal
from litex.build.sim import SimPlatform
from litex.gen import LiteXModule
from litex.soc.cores.dma import WishboneDMAReader, WishboneDMAWriter
from litex.soc.integration.soc import SoCRegion
from litex.soc.integration.soc_core import SoCMini
from litex.soc.interconnect import wishbone

from openeie import OpenEIE

PINS = [
    ("sys_clk", 0, Pins(1)),
    ("sys_rst", 0, Pins(1)),
    ("serial", 0, Subsignal("tx", Pins(1)), Subsignal("rx", Pins(1))),
    ("lamps", 0, Subsignal("busy", Pins(1)), Subsignal("error", Pins(1))),
]
WIDTH = 32


class ClockAndReset(LiteXModule):
    """The pins' clock and reset."""

    def __init__(self, platform):
        self.cd_sys = ClockDomain("sys")
        self.comb += self.cd_sys.clk.eq(platform.request("sys_clk"))
        self.comb += self.cd_sys.rst.eq(platform.request("sys_rst"))


class ExampleSoC(SoCMini):
    """A serial line to the bus, memory, two DMAs, the accelerator."""

    def __init__(self, platform, pes, eie, folder):
        self.crg = ClockAndReset(platform)
        super().__init__(platform, clk_freq=int(50e6), ident="OpenEIE", integrated_sram_size=0x4000)
        self.add_uartbone(uart_name="serial", baudrate=1_000_000)
        self.openeie = OpenEIE(platform, pes=pes, data_width=WIDTH, eie=eie, folder=folder)
        region = SoCRegion(origin=0x3000_0000, size=0x1000, cached=False)
        self.bus.add_slave("openeie", self.openeie.bus, region)
        # Requests from memory, whole words; the rest of the last one is zeros, which the link skips.
        to_device, from_device = wishbone.Interface(data_width=WIDTH), wishbone.Interface(data_width=WIDTH)
        self.reader = WishboneDMAReader(to_device, with_csr=True)
        self.writer = WishboneDMAWriter(from_device, with_csr=True)
        self.bus.add_master("openeie_reader", to_device)
        self.bus.add_master("openeie_writer", from_device)
        self.comb += [
            self.reader.source.connect(self.openeie.sink, omit={"keep"}),
            self.openeie.sink.keep.eq(2 ** (WIDTH // 8) - 1),
            self.openeie.source.connect(self.writer.sink, omit={"keep"}),
        ]
        lamps = platform.request("lamps")
        self.comb += [lamps.busy.eq(self.openeie.busy), lamps.error.eq(self.openeie.error)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("--pes", type=int, default=2)
    parser.add_argument("--eie", default="eie")
    args = parser.parse_args()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    soc = ExampleSoC(SimPlatform("SIM", PINS), args.pes, args.eie, folder)
    soc.finalize()
    os.chdir(folder)
    soc.platform.get_verilog(soc, name="example_soc").write(str(folder / "example_soc.v"))
    print("\n".join([str(folder / "example_soc.v"), *(source[0] for source in soc.platform.sources)]))


if __name__ == "__main__":
    main()
