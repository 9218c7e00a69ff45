#!/usr/bin/env python3
"""Coverage of the Verilated array, over all instances of a module: coverage.py FOLDER

Reads the files that simulations wrote (EIE_COVERAGE=FOLDER), prints the share of lines and of signal bits that were
reached for each module, and which were not. A bit is reached when it has gone up and down.
"""
import collections
import glob
import re
import sys

FIELD = re.compile("\x01([^\x02]*)\x02([^\x01']*)")
counts = collections.Counter()
for path in glob.glob(sys.argv[1] + "/*.dat"):
    for line in open(path, errors="replace"):
        if not line.startswith("C '"):
            continue
        key, count = line[3:].rsplit("' ", 1)
        field = dict(FIELD.findall(key))
        kind, _, module = field.get("page", "").partition("/")
        # Configurations number instances differently, and blocks do not depend on them.
        module = re.sub(r"__DOT__|\$", ".", re.sub(r"__[0-9A-Fa-f]{2,}", ".", module))
        module = re.sub(r"\.+", ".", re.sub(r"\d+", "", module)).strip(".")
        name = field.get("o", "") if "toggle" in kind else field.get("l", "") + " " + field.get("o", "")
        counts[("toggle" if "toggle" in kind else "line", module, name)] += int(count)
if not counts:
    sys.exit("no coverage files in " + sys.argv[1])

share = collections.defaultdict(lambda: [0, 0])
missed = collections.defaultdict(list)
for (kind, module, name), count in sorted(counts.items()):
    for at in ((kind, module), (kind, "all modules")):
        share[at][0] += count > 0
        share[at][1] += 1
    if count == 0:
        missed[(kind, module)].append(name)
for (kind, module), (hit, total) in sorted(share.items(), key=lambda s: (s[0][0], s[0][1] != "all modules", s[0][1])):
    print(f"{kind:6} {100 * hit / total:5.1f} %  {hit:6} of {total:6}  {module}")
print("\nNever reached:")
for (kind, module), names in sorted(missed.items()):
    signals = collections.Counter(re.sub(r"\[\d+\]$", "", n) for n in names)
    text = ", ".join(f"{n} ({c})" if c > 1 else n for n, c in sorted(signals.items()))
    print(f"{kind:6} {module}: {text}")
