"""Checks that every relative link and anchor of the Markdown files is there: python3 scripts/links.py [--root DIR].

With --book DIR the links, pictures and anchors of the built book's pages instead."""

import argparse
import html
import re
import sys
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text(path: Path) -> str:
    """Without code, in which brackets are no links."""
    source = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", source)


def anchors(path: Path) -> set[str]:
    """As mdBook and GitHub name headings."""
    found = set()
    for heading in re.findall(r"^#+\s+(.*)$", re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S), re.M):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-"))
    return found


def book(root: Path) -> int:
    """Pages that mdBook built: everything that they refer to is there."""
    pages = {p: p.read_text(encoding="utf-8") for p in root.rglob("*.html") if p.name not in ("404.html", "toc.html")}
    ids = {p: set(re.findall(r'\bid="([^"]+)"', t)) for p, t in pages.items()}
    links, wrong = 0, []
    for page, source in pages.items():
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', source):
            if re.match(r"[a-z]+:|//", link):
                continue
            links += 1
            name, _, anchor = html.unescape(link).partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.exists():
                wrong.append(f"{page.relative_to(root)}: {link}: no such file")
            elif anchor and target in ids and anchor not in ids[target]:
                wrong.append(f"{page.relative_to(root)}: {link}: no such heading")
    print("\n".join(wrong + [f"{links} links in {len(pages)} pages, {len(wrong)} wrong"]))
    return bool(wrong) or not pages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--book", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    args = parser.parse_args()
    if args.book:
        return book(args.book.resolve())
    root = args.root.resolve()
    skip = {"target", ".venv", ".git", "build"}
    files = [p for p in root.rglob("*.md") if not skip & set(p.relative_to(root).parts)]
    docs = root / "docs"
    links, wrong = 0, []
    for file in files:
        for link in LINK.findall(text(file)):
            if re.match(r"[a-z]+:", link):
                continue
            links += 1
            name, _, anchor = link.partition("#")
            target = (file.parent / name).resolve() if name else file
            if not target.exists():
                wrong.append(f"{file.relative_to(root)}: {link}: no such file")
            elif docs in file.parents and docs not in target.parents:
                wrong.append(f"{file.relative_to(root)}: {link}: not in the book, which is docs alone")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                wrong.append(f"{file.relative_to(root)}: {link}: no such heading")
    summary = docs / "SUMMARY.md"
    if summary.exists():
        named = {(summary.parent / link).resolve() for link in LINK.findall(text(summary))}
        wrong += [f"docs/{p.name}: not in SUMMARY.md" for p in summary.parent.glob("*.md") if p != summary and p not in named]
    print("\n".join(wrong + [f"{links} links in {len(files)} files, {len(wrong)} wrong"]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
