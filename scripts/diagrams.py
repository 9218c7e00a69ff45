"""Draws the hardware's blocks as the emitted Verilog has them: python3 scripts/diagrams.py [--check].

Instances and connections are read from hdl/verilog/accelerator_4.v (`make verilog`). A module with the ports d, q and
clock only is a register: it is no box, but is counted on the connection that leads through it. --check compares the
committed pictures with fresh ones (exit code 1 if one differs); --out writes elsewhere.
"""

import argparse
import html
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERILOG = ROOT / "hdl/verilog/accelerator_4.v"
# What hosts write, and what all blocks have: not the way of the data.
QUIET = re.compile(r"^(clock|clear|reset|write(_.*)?|host_.*|wide_.*|address|code_address|act_address|act_enable)$")
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1c2024; }
  .name { font-weight: 600; } .small { font-size: 10.5px; fill: #5b636b; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
  .plain { stroke: none; }
  .box { fill: #eaf3f9; stroke: #0063a0; stroke-width: 1.5; } .port { fill: #fff; stroke: #9aa3ab; stroke-dasharray: 3 3; }
  .way { fill: none; stroke: #5b636b; stroke-width: 1.4; marker-end: url(#end); } .back { stroke: #d55e00; }
  .card { fill: #fff; stroke: #d9dde1; }
"""


class Module:
    """A module's ports, the instances in it, and what each signal is made of."""

    def __init__(self, name: str, ports: list[str], body: str):
        self.name, self.ports = name, ports
        self.inputs = re.findall(r"^\s*input wire\s+(?:\[[^\]]*\]\s*)?([\w$]+);", body, re.M)
        self.outputs = re.findall(r"^\s*output (?:reg|wire)\s+(?:\[[^\]]*\]\s*)?([\w$]+);", body, re.M)
        width = r"^\s*(?:input wire|output reg|output wire|reg|wire)\s+(?:\[(\d+):0\]\s*)?([\w$]+);"
        self.widths = {n: int(w) + 1 if w else 1 for w, n in re.findall(width, body, re.M)}
        self.instances = {i: m for m, i in re.findall(r"^ {4}([\w$]+) ([\w$]+)\(\n\s+\.", body, re.M)}
        self.sources: dict[str, set[str]] = {}
        names = lambda text: set(re.findall(r"[A-Za-z_][\w$]*", re.sub(r"\d+'[hbd][0-9a-fA-F]+", "", text)))
        conditions: list[set[str]] = []
        for line in body.splitlines():
            line = line.strip()
            if line.startswith("end") and conditions:
                conditions.pop()
            if line.endswith("begin") or line.startswith("case"):
                found = re.search(r"\((.*)\)", line)
                conditions.append(names(found[1]) if found else set())
            made = re.match(r"([\w$]+)(?:\[[^\]]*\])?\s*<?=\s*([^;]+);", line)
            if made:
                # What is set to a constant is made of the condition.
                signals = names(made[2]) & (self.widths.keys() | set(self.inputs))
                whole = signals - {made[1]} or (conditions[-1] if conditions else set())
                self.sources.setdefault(made[1], set()).update(whole)


def read(path: Path) -> dict[str, Module]:
    found = {}
    for name, ports, body in re.findall(r"^module ([\w$]+)\(([^)]*)\);\n(.*?)^endmodule", path.read_text(), re.M | re.S):
        found[name] = Module(name, ports.split(","), body)
    return found


def family(instance: str) -> str:
    """The name without its number: equal blocks are one box."""
    return re.sub(r"\$\d+$", "", instance)


def graph(module: Module, modules: dict[str, Module]) -> tuple[dict[str, int], dict[tuple[str, str], dict[str, tuple[int, int]]]]:
    """Boxes with their number, and for each pair of them the ports that are connected: bits and registers between."""
    registers = {i for i, m in module.instances.items() if set(modules[m].ports) == {"d", "q", "clock"}}
    blocks = {i: m for i, m in module.instances.items() if i not in registers}
    boxes: dict[str, int] = {}
    for instance in blocks:
        boxes[family(instance)] = boxes.get(family(instance), 0) + 1
    owner = {f"{i}${p}": (i, p) for i, m in module.instances.items() for p in modules[m].ports}

    def origins(signal: str, seen: set[str], between: int) -> dict[tuple[str, str], int]:
        """Blocks' outputs and module inputs that a signal is made of, and the registers on the way."""
        if signal in seen:
            return {}
        seen.add(signal)
        if signal in module.inputs:
            return {("", signal): between}
        instance, port = owner.get(signal, ("", ""))
        if instance in blocks and port in modules[blocks[instance]].outputs:
            return {(instance, port): between}
        found: dict[tuple[str, str], int] = {}
        nexts = module.sources.get(signal, set())
        if instance in registers and port == "q":
            nexts, between = {f"{instance}$d"}, between + 1
        for other in sorted(nexts - {signal}):
            for key, count in origins(other, seen, between).items():
                found[key] = min(count, found.get(key, count))
        return found

    edges: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}

    def add(source: str, target: str, port: str, bits: int, between: int) -> None:
        ports = edges.setdefault((source, target), {})
        if port not in ports or ports[port][1] > between:
            ports[port] = (bits, between)

    for instance, name in blocks.items():
        inner = modules[name]
        for port in inner.inputs:
            if QUIET.match(port):
                continue
            for (source, out), between in origins(f"{instance}${port}", set(), 0).items():
                if source and family(source) != family(instance) and not QUIET.match(out):
                    bits = module.widths.get(f"{source}${out}", 1)
                    add(family(source), family(instance), re.sub(r"\$\d+$", "", out), bits, between)
                elif not source and not QUIET.match(out):
                    add("in", family(instance), out, module.widths.get(out, 1), between)
    for port in module.outputs:
        for (source, out), between in origins(port, set(), 0).items():
            if source and not QUIET.match(out):
                add(family(source), "out", port, module.widths.get(port, 1), between)
    return boxes, edges


def layers(boxes: list[str], edges: set[tuple[str, str]]) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """A column for each box, in the order of the data, and the connections that lead back."""
    order, state, back = [], {}, set()

    def visit(box: str) -> None:
        state[box] = "open"
        for source, target in sorted(edges, key=lambda e: boxes.index(e[1])):
            if source == box:
                if state.get(target) == "open":
                    back.add((source, target))
                elif target not in state:
                    visit(target)
        state[box] = "done"
        order.append(box)

    for box in boxes:
        if box not in state:
            visit(box)
    column = dict.fromkeys(boxes, 0)
    for box in reversed(order):
        for source, target in edges - back:
            if source == box:
                column[target] = max(column[target], column[box] + 1)
    return column, back


def blocks(module: Module, modules: dict[str, Module], title: str, keep: list[str]) -> str:
    """A picture of a module's blocks; `keep` are those to draw, in the order in which data come by."""
    boxes, edges = graph(module, modules)
    missing = [b for b in keep if b not in boxes]
    if missing:
        raise SystemExit(f"{module.name} has no {', '.join(missing)}: {sorted(boxes)}")
    inner = {e for e in edges if e[0] in keep and e[1] in keep}
    column, back = layers(keep, inner)
    # What is connected with others through the module's own ports only stands at the end.
    alone = [box for box in keep if not any(box in edge for edge in inner)]
    column |= dict.fromkeys(alone, max(column.values()) + 1)
    returns = sorted(e for e in inner if column[e[1]] <= column[e[0]])
    far = sorted(e for e in inner if column[e[1]] > column[e[0]] + 1)
    # Lines past other boxes run at the right, so the boxes that have some stand there.
    lanes = {box: sum(box in edge for edge in returns + far) for box in keep}
    rows: dict[int, int] = {}
    place = {}
    for box in sorted(keep, key=lambda b: (lanes[b], keep.index(b))):
        place[box] = (column[box], rows.get(column[box], 0))
        rows[column[box]] = place[box][1] + 1
    wide, high, gap_x, gap_y, left, top = 140, 54, 90, 62, 200, 70
    across, down = max(rows.values()), max(rows) + 1
    right = left + across * (wide + gap_x) - gap_x
    width, height = right + 48 + 26 * len(returns + far), top + down * (high + gap_y) - gap_y + 26

    def xy(box: str) -> tuple[float, float]:
        layer, slot = place[box]
        return left + slot * (wide + gap_x) + (across - rows[layer]) * (wide + gap_x) / 2, top + layer * (high + gap_y)

    def label(ports: dict[str, tuple[int, int]], most: int = 3) -> list[str]:
        sized = sorted(ports.items(), key=lambda p: (-p[1][0], p[0]))
        lines = [f"{n} {b}" + (f" +{r}r" if r else "") for n, (b, r) in sized[:most]]
        return lines + ([f"and {len(sized) - most} more"] if len(sized) > most else [])

    out = []
    text = lambda x, y, t, cls="small", anchor="middle", turn="": out.append(
        f'<text class="{cls}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{turn}>{html.escape(t)}</text>')
    for source, target in sorted(inner - set(returns) - set(far)):
        (x0, y0), (x1, y1) = xy(source), xy(target)
        out.append(f'<path class="way" d="M{x0 + wide / 2:.0f} {y0 + high:.0f} L{x1 + wide / 2:.0f} {y1 - 2:.0f}"/>')
        lines, middle = label(edges[source, target]), (x0 + x1 + wide) / 2
        before, first = x1 < x0, (y0 + high + y1) / 2 + 3 - 6 * (len(label(edges[source, target])) - 1)
        for k, line in enumerate(lines):
            text(middle + (-12 if before else 10), first + 12 * k, line, "small", "end" if before else "start")
    used: dict[str, int] = {}
    # Short lines inside, so that few cross.
    for k, (source, target) in enumerate(sorted(far + returns, key=lambda e: (abs(column[e[0]] - column[e[1]]), e))):
        (x0, y0), (x1, y1) = xy(source), xy(target)
        kind, lane = "way back" if (source, target) in returns else "way", right + 38 + 26 * k
        ends = []
        for box, y in ((source, y0), (target, y1)):
            used[box] = used.get(box, 0) + 1
            ends.append(y + high * used[box] / (lanes[box] + 1))
        out.append(f'<path class="{kind}" d="M{x0 + wide:.0f} {ends[0]:.0f} H{lane} V{ends[1]:.0f} H{x1 + wide + 2:.0f}"/>')
        x, y = lane + 11, (ends[0] + ends[1]) / 2
        words = [", ".join(label(edges[source, target], most)) for most in (3, 2, 1)]
        fits = next((w for w in words if 5.7 * len(w) < abs(ends[0] - ends[1]) + 20), words[-1])
        text(x, y, fits, "small", "middle", f' transform="rotate(-90 {x:.0f} {y:.0f})"')
    for box in keep:
        x, y = xy(box)
        if boxes[box] > 1:
            out.append(f'<rect class="box" x="{x + 5:.0f}" y="{y - 5:.0f}" width="{wide}" height="{high}" rx="6"/>')
        out.append(f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{wide}" height="{high}" rx="6"/>')
        text(x + wide / 2, y + high / 2 + 4, f"{boxes[box]} {box}" if boxes[box] > 1 else box, "name")
        into, from_it = edges.get(("in", box), {}), edges.get((box, "out"), {})
        # Of the others the ports are left away, or there would be no end.
        shown = [("in", into)] if column[box] == 0 or box in alone else []
        shown += [("out", from_it)] if box in alone or not any(s == box for s, _ in inner - set(returns)) else []
        shown = [(side, ports) for side, ports in shown if ports]
        for k, (side, ports) in enumerate(shown):
            at = y + high * (k + 1) / (len(shown) + 1)
            ends = (x - 40, x - 2) if side == "in" else (x, x - 38)
            out.append(f'<path class="way" d="M{ends[0]:.0f} {at:.0f} H{ends[1]:.0f}"/>')
            lines = label(ports, 4 if len(shown) == 1 else 1)
            for n, line in enumerate(lines):
                text(x - 46, at + 4 + 12 * n - 6 * (len(lines) - 1), line, "small", "end")
    text(20, 28, title, "name", "start")
    text(20, 44, "name bits +registers on the way; orange: back", "small", "start")
    return svg(width, height, out)


def svg(width: float, height: float, parts: list[str]) -> str:
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img">\n'
            f"<style>{STYLE}</style>\n"
            '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 L8 4 L0 8 z" fill="#5b636b"/></marker></defs>\n'
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>\n')
    return head + "\n".join(parts) + "\n</svg>\n"


def hierarchy(modules: dict[str, Module]) -> str:
    """All blocks as a tree, with the number of each and of the registers directly in it."""
    lines: list[tuple[int, str, str]] = []

    def walk(name: str, called: str, depth: int) -> None:
        module = modules[name]
        inner: dict[str, list[str]] = {}
        registers = 0
        for instance, kind in module.instances.items():
            if set(modules[kind].ports) == {"d", "q", "clock"}:
                registers += 1
            else:
                inner.setdefault(family(instance), []).append(kind)
        lines.append((depth, called, f"{registers} registers of its own" if registers else ""))
        for box, kinds in inner.items():
            if not box.endswith("_join"):
                walk(kinds[0], f"{len(kinds)} {box}" if len(kinds) > 1 else box, depth + 1)

    walk("top", "top", 0)
    out = []
    for k, (depth, name, more) in enumerate(lines):
        x, y = 24 + 34 * depth, 34 + 24 * k
        if depth:
            up = max(j for j in range(k) if lines[j][0] == depth - 1)
            out.append(f'<path d="M{x - 24} {34 + 24 * up + 6} V{y - 4} H{x - 4}" fill="none" stroke="#9aa3ab"/>')
        out.append(f'<text class="name" x="{x}" y="{y}">{html.escape(name)}'
                   f'<tspan class="small" dx="10">{html.escape(more)}</tspan></text>')
    return svg(560, 34 + 24 * len(lines) + 4, out)


def overview(modules: dict[str, Module]) -> str:
    """What the project is: from a trained network to outputs. Figures are those of the record beside the model."""
    record = json.loads((ROOT / "models/lenet-300-100.json").read_text())
    dense, file = record["dense_bytes"], record["file_bytes"]
    cluster = modules[modules["top"].instances["clusters$0"]]
    pe = modules[cluster.instances["pes$0"]]
    chain = [b for b in ["ptr_read", "act_queue", "spmat_read", "weight_decode", "mac", "drain_unit", "act_bank"] if b in pe.instances]
    out: list[str] = []
    text = lambda x, y, t, cls="small", anchor="middle": out.append(
        f'<text class="{cls}" x="{x}" y="{y}" text-anchor="{anchor}">{html.escape(t)}</text>')

    def box(x: int, y: int, w: int, h: int, name: str, *lines: str, cls: str = "box") -> None:
        out.append(f'<rect class="{cls}" x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>')
        first = y + h / 2 + 4 - 7 * len(lines)
        text(x + w // 2, int(first), name, "name")
        for k, line in enumerate(lines):
            text(x + w // 2, int(first) + 15 * (k + 1), line, "small plain")

    way = lambda d, cls="way": out.append(f'<path class="{cls}" d="{d}"/>')
    box(20, 40, 150, 84, "a trained network", "PyTorch, ONNX", f"{dense:,} bytes")
    way("M170 82 H228")
    box(230, 40, 190, 84, "eie compress", "prune, share, fine-tune,", "code")
    way("M420 82 H478")
    box(480, 40, 150, 84, "model.eie", f"{file:,} bytes,", f"{dense / file:.1f} times smaller")
    way("M630 82 H700")
    box(702, 40, 282, 84, "CPU engine", "eie run, eie studio, eie offload,", "openeie for Python")
    way("M555 124 V168")
    text(565, 150, "packed: never expanded", "small", "start")
    out.append('<rect class="card" x="20" y="170" width="964" height="170" rx="8"/>')
    text(36, 194, "the accelerator: Rust HDL, emitted as Verilog", "name", "start")
    text(36, 212, "a PE, of which there are 1 to 256: the blocks of hdl/verilog", "small", "start")
    step = 938 // len(chain)
    for k, name in enumerate(chain):
        x = 40 + step * k
        box(x, 240, step - 16, 44, name)
        if k + 1 < len(chain):
            way(f"M{x + step - 16} 262 H{x + step - 2}")
    last = 40 + step * (len(chain) - 1) + (step - 16) // 2
    way(f"M{last} 284 V316 H{40 + (step - 16) // 2} V286", "way back")
    text(480, 311, "activations that are not zero, broadcast to all PEs: the next layer")
    return svg(1004, 356, out)


def pictures() -> dict[str, str]:
    modules = read(VERILOG)
    top = modules["top"]
    cluster = modules[top.instances["clusters$0"]]
    pe = modules[cluster.instances["pes$0"]]
    return {
        "overview.svg": overview(modules),
        "array.svg": blocks(top, modules, "The array: sequencer, arbiter, clusters", ["sequencer", "arbiter", "clusters"]),
        "cluster.svg": blocks(cluster, modules, "A cluster: its detector, offers, PEs and counters",
                              ["nz_detect", "offers", "pes", "counters"]),
        "pe.svg": blocks(pe, modules, "A processing element",
                         ["ptr_read", "act_queue", "spmat_read", "weight_decode", "mac", "drain_unit", "act_bank"]),
        "hierarchy.svg": hierarchy(modules),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/img")
    args = parser.parse_args()
    wrong = 0
    for name, picture in pictures().items():
        path = args.out / name
        if not args.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(picture)
        elif not path.exists() or path.read_text() != picture:
            print(f"{path}: not what hdl/verilog has: python3 scripts/diagrams.py", file=sys.stderr)
            wrong += 1
    print(f"5 pictures, {wrong} of them old" if args.check else f"5 pictures in {args.out}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
