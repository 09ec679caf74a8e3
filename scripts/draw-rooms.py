#!/usr/bin/env python3
"""Draws the modules of Package.swift into ARCHITECTURE.md, as a Mermaid graph between two markers.

    scripts/draw-rooms.py            writes the graph
    scripts/draw-rooms.py --check    fails if the graph there differs

Only modules of this package are shown, without tests. An arrow means that a module imports another; arrows implied by others are left out.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- rooms: drawn by scripts/draw-rooms.py -->", "<!-- rooms: end -->"
TARGET = re.compile(r"\.(?:target|executableTarget|systemLibrary)\(")
NAMED = re.compile(r'name:\s*"(\w+)"')
LISTED = re.compile(r"dependencies:\s*\[(.*?)\]", re.DOTALL)
PRODUCT = re.compile(r"\.product\([^)]*\)")
IMPORTED = re.compile(r"^(?:@\w+(?:\([^)]*\))? )*(?:package |public )?import (?:(?:struct|class|enum|func) )?(\w+)", re.MULTILINE)


def call(text: str, start: int) -> str:
    """The arguments of a call whose parenthesis opens at `start`."""
    depth = 0
    for end in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[start:end]
    raise SystemExit("Package.swift: a bracket is not closed")


def rooms(manifest: str) -> dict[str, set[str]]:
    """The dependencies that each module lists."""
    targets = manifest[manifest.index("targets: [", manifest.index("dependencies: [")) :]
    found: dict[str, set[str]] = {}
    for match in TARGET.finditer(targets):
        arguments = call(targets, match.end() - 1)
        if 'path: "Tests/' in arguments:
            continue
        listed = LISTED.search(arguments)
        found[NAMED.search(arguments)[1]] = set(re.findall(r'"(\w+)"', PRODUCT.sub("", listed[1] if listed else "")))
    for name, others in found.items():
        if missing := others - found.keys():
            raise SystemExit(f"Package.swift: {name} lists {', '.join(sorted(missing))}, which this script does not find")
    return found


def differences(listed: dict[str, set[str]]):
    """Where what a module lists is not what it imports."""
    for name, others in listed.items():
        sources = [path.read_text(encoding="utf-8") for path in (ROOT / "Sources" / name).rglob("*.swift")]
        imported = {found for text in sources for found in IMPORTED.findall(text)} & listed.keys()
        if sources and imported != others:
            yield f"Package.swift: {name} lists {sorted(others - imported)} for nothing, and imports {sorted(imported - others)} unlisted"


def reduced(listed: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same without arrows implied by others."""
    reached: dict[str, set[str]] = {}

    def below(name: str) -> set[str]:
        if name not in reached:
            reached[name] = listed[name].union(*map(below, listed[name]))
        return reached[name]

    return {
        name: {other for other in others if not any(other in below(third) for third in others)}
        for name, others in listed.items()
    }


def picture(listed: dict[str, set[str]]) -> str:
    """The graph in Mermaid syntax."""
    arrows = sorted(reduced(listed).items())
    lines = [f"    {name} --> {' & '.join(sorted(others))}" for name, others in arrows if others]
    return "\n".join([BEGIN, "```mermaid", "graph TD", *lines, "```", END])


def main() -> int:
    path = ROOT / "ARCHITECTURE.md"
    text = path.read_text(encoding="utf-8")
    start, end = text.index(BEGIN), text.index(END) + len(END)
    listed = rooms((ROOT / "Package.swift").read_text(encoding="utf-8"))
    if problems := list(differences(listed)):
        print("\n".join(problems), file=sys.stderr)
        return 1
    drawn = text[:start] + picture(listed) + text[end:]
    if "--check" in sys.argv[1:]:
        if drawn != text:
            print("ARCHITECTURE.md: the rooms are not those of Package.swift; run scripts/draw-rooms.py", file=sys.stderr)
            return 1
    else:
        path.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
