"""Checks the Dockerfile without an engine: python3 scripts/dockerfile.py [FILE].

Every path that is copied exists and is not in .dockerignore; Debian's packages are known to apt-cache where there is
one (else SKIPPED); wheels are the ones that scripts/tools.sh installs; the verb that runs by default is one of eie's.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Dockerfile"
    text = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.M))
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    known = {"FROM", "RUN", "COPY", "WORKDIR", "ENTRYPOINT", "CMD", "ENV", "ARG", "EXPOSE", "USER", "LABEL"}
    wrong = [f"no instruction: {line[0]}" for line in lines if line[0] not in known]
    stages = {m[1] for _, what in lines if (m := re.search(r"\bAS (\w+)", what))}
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = 0
    for what in (rest for word, rest in lines if word == "COPY"):
        words = what.split()
        stage = re.fullmatch(r"--from=(\w+)", words[0])
        if stage:
            wrong += [] if stage[1] in stages else [f"COPY from {stage[1]}, which is no stage"]
            continue
        for source in words[:-1]:
            copied += 1
            if not (ROOT / source).exists():
                wrong.append(f"COPY {source}: there is none")
            if f"/{source.strip('/')}" in ignored:
                wrong.append(f"COPY {source}: .dockerignore has it")
    packages = set()
    for what in (rest for word, rest in lines if word == "RUN"):
        for found in re.findall(r"apt-get install ((?:-\S+ +|[a-z0-9][\w.+-]* *)+)", what):
            packages |= {word for word in found.split() if not word.startswith("-")}
    if shutil.which("apt-cache"):
        # Where no list was fetched, nothing is known.
        if subprocess.run(["apt-cache", "show", "bash"], capture_output=True).returncode:
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True)
        if subprocess.run(["apt-cache", "show", "bash"], capture_output=True).returncode:
            print("SKIPPED: Debian's packages, as apt-cache has no lists")
        else:
            for package in sorted(packages):
                if subprocess.run(["apt-cache", "show", package], capture_output=True).returncode:
                    wrong.append(f"apt-cache knows no {package}")
    else:
        print("SKIPPED: Debian's packages, as there is no apt-cache")
    tools = (ROOT / "scripts/tools.sh").read_text()
    wheels = re.findall(r"[\w-]+==[\w.]+", text)
    wrong += [f"{wheel}: scripts/tools.sh has another one" for wheel in wheels if wheel not in tools]
    verbs = {p.stem.replace("_", "-") for p in (ROOT / "host/cli/src").glob("*.rs")}
    for word, rest in lines:
        if word == "CMD":
            verb = re.findall(r'"([\w-]+)"', rest)[0]
            wrong += [] if verb in verbs else [f"CMD {verb}: no verb of eie"]
        if word == "RUN" and (profile := re.search(r"--profile (\w+)", rest)):
            there = f"[profile.{profile[1]}]" in (ROOT / "Cargo.toml").read_text()
            wrong += [] if there else [f"no profile {profile[1]} in Cargo.toml"]
        if word == "RUN" and (crate := re.search(r"cargo install .*--path (\S+)", rest)):
            wrong += [] if (ROOT / crate[1] / "Cargo.toml").exists() else [f"no crate {crate[1]}"]
        for target in re.findall(r"(?:^|&&|;)\s*make (\w+)", rest if word == "RUN" else ""):
            there = re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)
            wrong += [] if there else [f"no make target {target}"]
    print("\n".join(wrong + [f"{len(lines)} instructions, {copied} paths, {len(packages)} packages, {len(wrong)} wrong"]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
