"""Plays a recorded session to the Verilog of `eie emit --top axis` and compares every reply.

The other side is cocotbext-axi's model of AXI, which knows nothing of OpenEIE; the simulator is Icarus Verilog. What is
played and what is expected come from a folder that `tests/tests/axi.rs` fills:

    top.v       the Verilog
    session.txt lines of ">" (sent to the device) or "<" (its replies) and bytes in hexadecimal
    facts.json  addresses and values of the registers, widths

    axis.py FOLDER [--seed N]

Exit code 0: every reply was right. The last line says how much was compared.
"""
import json
import os
import pathlib
import random
import sys

FOLDER = pathlib.Path(os.environ.get("EIE_AXI_FOLDER") or (sys.argv[1] if len(sys.argv) > 1 else "."))


def pieces():
    """The session: (bytes sent, bytes of the replies to them)."""
    out = []
    for line in (FOLDER / "session.txt").read_text().split():
        data = bytes.fromhex(line[1:])
        if line[0] == ">":
            if not out or out[-1][1]:
                out.append([b"", b""])
            out[-1][0] += data
        else:
            out[-1][1] += data
    return out


def main():
    """Compiles and runs; called as a program."""
    try:
        from cocotb_tools.runner import get_runner
        import cocotbext.axi  # noqa: F401
    except ImportError as e:
        print(f"SKIPPED: {e}")
        return 0
    seed = sys.argv[sys.argv.index("--seed") + 1] if "--seed" in sys.argv else "1"
    runner = get_runner("icarus")
    build = FOLDER.resolve() / "sim"
    runner.build(sources=[FOLDER.resolve() / "top.v"], hdl_toplevel="top", build_dir=build, timescale=("1ns", "1ps"))
    here = pathlib.Path(__file__).resolve()
    env = {"PYTHONWARNINGS": "ignore", "EIE_AXI_FOLDER": str(FOLDER.resolve()), "EIE_AXI_SEED": seed, "COCOTB_LOG_LEVEL": "WARNING"}
    results = runner.test(hdl_toplevel="top", test_module=here.stem, build_dir=build, test_dir=here.parent,
                          results_xml=str(build / "results.xml"), extra_env=env)
    from cocotb_tools.runner import get_results
    run, failed = get_results(results)
    print((build / "compared.txt").read_text() if run and not failed else f"{failed} of {run} tests failed")
    return 0 if run and not failed else 1


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    sys.exit(main())

import cocotb  # noqa: E402
from cocotb.clock import Clock  # noqa: E402
from cocotb.triggers import ClockCycles, FallingEdge, ReadOnly, RisingEdge, with_timeout  # noqa: E402
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp, AxiStreamBus, AxiStreamSink, AxiStreamSource  # noqa: E402

PERIOD = 10
MAGIC = 0x1E


def gaps(rng, least):
    """Random pauses: some short, now and then a long one."""
    while True:
        for level, longest in [(False, 12), (True, least)]:
            for _ in range(rng.randrange(1, longest * (20 if rng.random() < 0.05 else 1) + 1)):
                yield level


async def stays(dut, count):
    """AXI's rule: what is valid and not taken stays as it is. Counts the cycles in which it had to."""
    held = None
    while True:
        await FallingEdge(dut.aclk)
        await ReadOnly()
        now = (int(dut.m_axis_tdata.value), int(dut.m_axis_tkeep.value), int(dut.m_axis_tlast.value))
        if not int(dut.aresetn.value):
            held = None
            continue
        valid = bool(int(dut.m_axis_tvalid.value))
        assert held is None or (valid and now == held), f"m_axis changed from {held} before it was taken"
        held = now if valid and not int(dut.m_axis_tready.value) else None
        count[0] += held is not None


async def register(lite, facts, name):
    answer = await with_timeout(lite.read(facts["registers"][name], 4), 2000 * PERIOD, "ns")
    assert answer.resp == AxiResp.OKAY, f"{name}: {answer.resp}"
    return int.from_bytes(answer.data, "little")


@cocotb.test()
async def a_session_is_answered_as_recorded(dut):
    facts = json.loads((FOLDER / "facts.json").read_text())
    rng = random.Random(int(os.environ["EIE_AXI_SEED"]))
    cocotb.start_soon(Clock(dut.aclk, PERIOD, unit="ns").start())
    dut.aresetn.value = 0
    reset = {"reset": dut.aresetn, "reset_active_level": False}
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.aclk, **reset)
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.aclk, **reset)
    lite = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.aclk, **reset)
    await ClockCycles(dut.aclk, 20)
    dut.aresetn.value = 1
    source.set_pause_generator(gaps(rng, 6))
    sink.set_pause_generator(gaps(rng, 30))
    for channel in [lite.write_if.aw_channel, lite.write_if.w_channel, lite.write_if.b_channel,
                    lite.read_if.ar_channel, lite.read_if.r_channel]:
        channel.set_pause_generator(gaps(rng, 4))
    held = [0]
    cocotb.start_soon(stays(dut, held))

    # What the card is.
    for name, value in facts["values"].items():
        found = await register(lite, facts, name)
        assert found == value, f"{name} is {found:#x}, expected {value:#x}"
    # After a reset it clears its memories.
    await ClockCycles(dut.aclk, 500)
    assert await register(lite, facts, "status") == 0
    for unknown in [facts["last"] + 4, 0xFFC]:
        assert (await lite.read(unknown, 4)).resp == AxiResp.SLVERR, f"{unknown:#x} answers"
        assert (await lite.write(unknown, b"\1\0\0\0")).resp == AxiResp.SLVERR, f"{unknown:#x} is written"
    assert (await lite.write(facts["registers"]["ident"], b"\0\0\0\0")).resp == AxiResp.SLVERR

    async def play(session, damaged=False):
        """Bytes sent and compared. Each frame must be one packet. The first reply has the link's counters in it, which
        after damage are not those on record: of it the header and the words before them are compared."""
        sent = compared = busy = 0
        for request, reply in session:
            await source.send(request)
            sent += len(request)
            got = b""
            while len(got) < len(reply):
                frame = bytes((await with_timeout(sink.recv(), 40_000 * PERIOD, "ns")).tdata)
                assert frame[0] == MAGIC and len(frame) == 11 + int.from_bytes(frame[4:6], "little"), "not a packet"
                got += frame
                busy |= await register(lite, facts, "status") >> facts["busy_bit"]
            if damaged and request is session[0][0]:
                got, reply = got[:15], reply[:15]
            assert got == reply, f"replies differ after {compared} bytes:\n{got.hex()}\n{reply.hex()}"
            compared += len(got)
        return sent, compared

    session = pieces()
    sent, compared = await play(session)
    assert sink.empty(), "more replies than expected"
    assert await register(lite, facts, "bytes_in") == sent
    assert await register(lite, facts, "bytes_out") == compared
    assert await register(lite, facts, "bad_crcs") == 0
    assert await register(lite, facts, "status") == 0

    # A damaged packet: no reply, and the registers say so.
    bad = bytearray(session[0][0].lstrip(b"\0"))
    bad[-1] ^= 0x10
    await source.send(bytes(bad))
    await source.wait()
    await ClockCycles(dut.aclk, 3000)
    assert sink.empty(), "a damaged packet was answered"
    assert await register(lite, facts, "bad_crcs") == 1
    assert await register(lite, facts, "status") == 1 << facts["error_bit"]

    # A reset of the link: half a packet before it does no harm to the one behind it. A write whose lowest byte is not
    # to be written does nothing.
    begin = session[0][0].lstrip(b"\0")
    await source.send(begin[: len(begin) // 2])
    await source.wait()
    await ClockCycles(dut.aclk, 200)
    control = facts["registers"]["control"]
    assert (await lite.write(control + 1, b"\1")).resp == AxiResp.OKAY
    assert (await lite.write(control, b"\1\0\0\0")).resp == AxiResp.OKAY
    again_sent, again = await play(session[:2], damaged=True)

    # The port's own reset, within a reply: nothing of it comes afterwards.
    await source.send(session[0][0])
    while not int(dut.m_axis_tvalid.value):
        await RisingEdge(dut.aclk)
    dut.aresetn.value = 0
    await ClockCycles(dut.aclk, 20)
    assert not int(dut.m_axis_tvalid.value), "valid in reset"
    dut.aresetn.value = 1
    await ClockCycles(dut.aclk, 10_000)
    while not sink.empty():
        sink.recv_nowait()
    sink.clear()
    assert await register(lite, facts, "bytes_in") == 0
    _, last = await play(session[:2], damaged=True)

    waited = held[0]
    assert waited > 100, f"the sink made the device wait {waited} times only"
    text = f"{compared + again + last} bytes of replies as recorded, {waited} cycles of back-pressure"
    (FOLDER / "sim/compared.txt").write_text(text)
