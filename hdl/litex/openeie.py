"""OpenEIE in a LiteX system on a chip.

    from openeie import OpenEIE

    soc.openeie = OpenEIE(soc.platform, pes=8, data_width=64)
    soc.bus.add_slave("openeie", soc.openeie.bus, SoCRegion(origin=0x3000_0000, size=0x1000, cached=False))
    soc.comb += [dma_reader.source.connect(soc.openeie.sink), soc.openeie.source.connect(dma_writer.sink)]

`sink` takes the bytes of requests, `source` gives replies, a packet each with `last` at its end; both are streams of
`data` and `keep` (a bit a byte; lowest first), the same as LitePCIe's DMA or a UART bone's converter gives and takes.
`bus` is AXI4-Lite with the registers of spec/src/link/axi.rs. `busy` and `error` are signals. Clock and reset are
those of the domain "sys".

The Verilog is made by `eie emit`; `verilog` is a file that there is already.
"""
import pathlib
import subprocess

from migen import ClockSignal, Instance, ResetSignal, Signal

from litex.gen import LiteXModule
from litex.soc.interconnect import axi, stream

MODULE = "openeie"
ADDRESS_BITS = 12
DATA_WIDTHS = (8, 32, 64, 128)


def emit(folder, pes, data_width, eie="eie", options=()):
    """Writes the accelerator's Verilog to a folder; the file's path. Raises with the program's own words."""
    path = pathlib.Path(folder) / f"{MODULE}_{pes}_{data_width}.v"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [eie, "emit", "--pes", str(pes), "--top", "axis", "--axis-bits", str(data_width), "--module", MODULE]
    done = subprocess.run([*command, *options, "--out", str(path)], capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return path


class OpenEIE(LiteXModule):
    """See the module's documentation. `options` are further ones for `eie emit`, as `("--weight-depth", "8192")`."""

    def __init__(self, platform, pes=4, data_width=64, verilog=None, folder="build/openeie", eie="eie", options=()):
        if data_width not in DATA_WIDTHS:
            raise ValueError(f"data_width is {data_width}, expected one of {DATA_WIDTHS}")
        layout = [("data", data_width), ("keep", data_width // 8)]
        self.sink = sink = stream.Endpoint(layout)
        self.source = source = stream.Endpoint(layout)
        self.bus = bus = axi.AXILiteInterface(data_width=32, address_width=32)
        self.busy = Signal()
        self.error = Signal()

        self.specials += Instance(
            MODULE,
            i_aclk=ClockSignal("sys"),
            i_aresetn=~ResetSignal("sys"),
            i_s_axis_tdata=sink.data,
            i_s_axis_tkeep=sink.keep,
            i_s_axis_tvalid=sink.valid,
            o_s_axis_tready=sink.ready,
            o_m_axis_tdata=source.data,
            o_m_axis_tkeep=source.keep,
            o_m_axis_tlast=source.last,
            o_m_axis_tvalid=source.valid,
            i_m_axis_tready=source.ready,
            i_s_axil_awaddr=bus.aw.addr[:ADDRESS_BITS],
            i_s_axil_awvalid=bus.aw.valid,
            o_s_axil_awready=bus.aw.ready,
            i_s_axil_wdata=bus.w.data,
            i_s_axil_wstrb=bus.w.strb,
            i_s_axil_wvalid=bus.w.valid,
            o_s_axil_wready=bus.w.ready,
            o_s_axil_bresp=bus.b.resp,
            o_s_axil_bvalid=bus.b.valid,
            i_s_axil_bready=bus.b.ready,
            i_s_axil_araddr=bus.ar.addr[:ADDRESS_BITS],
            i_s_axil_arvalid=bus.ar.valid,
            o_s_axil_arready=bus.ar.ready,
            o_s_axil_rdata=bus.r.data,
            o_s_axil_rresp=bus.r.resp,
            o_s_axil_rvalid=bus.r.valid,
            i_s_axil_rready=bus.r.ready,
            o_busy=self.busy,
            o_error=self.error,
        )
        path = verilog or emit(folder, pes, data_width, eie, options)
        platform.add_source(str(pathlib.Path(path).resolve()))
