#!/usr/bin/env python3
"""Checks that every link to a file in the Markdown files given leads to a file, and every #anchor to a heading."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]\n]+\]:\s+(\S+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def blanked(text: str, pattern: re.Pattern) -> str:
    """The text with every match replaced by blanks; line breaks stay."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub derives from a document's headings."""
    found: set[str] = set()
    for title in HEADING.findall(blanked(path.read_text(encoding="utf-8"), FENCE)):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        base = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
        name, copies = base, 0
        while name in found:
            copies += 1
            name = f"{base}-{copies}"
        found.add(name)
    return found


def problems(document: Path):
    """Each broken link of the document, with its line."""
    text = blanked(blanked(document.read_text(encoding="utf-8"), FENCE), CODE)
    for match in LINK.finditer(text):
        target = match.group(1) or match.group(2)
        if ELSEWHERE.match(target):
            continue
        name, _, anchor = unquote(target).partition("#")
        path = document.parent / name if name else document
        line = text.count("\n", 0, match.start()) + 1
        if not path.exists():
            yield f"{document}:{line}: no file {name}"
        elif anchor and path.suffix == ".md" and anchor.lower() not in anchors(path):
            yield f"{document}:{line}: no heading #{anchor} in {path}"


def main() -> int:
    found = [problem for name in sys.argv[1:] for problem in problems(Path(name))]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
