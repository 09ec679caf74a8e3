#!/usr/bin/env python3
"""Checks how the sources are divided: no circle among the folders of one module, and no function of more than 70 lines.

    scripts/check-sources.py [--folders] [MODULE…]      (--folders also tells which folder knows which)

A folder knows another where a file of it names a type, or a free function or constant, that a file of the other declares. Files beside
the folders count as a folder of their own. What is nested counts by its outermost type, an extension as a use of the type that it extends;
an id (`ID<Order>`) only names what it is the id of. The sources are read as text, not compiled, so some uses are not seen: a member of an
extension (`order.tallied()`, where another folder declares it), a type that is only inferred, and a name that the same file also declares.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

LONGEST = 70

# What a text literal interpolates, with brackets two deep.
INNER = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
# A comment, or a text literal: raw or not, in three quotes or in one line.
SKIPPED = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|(?P<long>\#+)""".*?"""(?P=long)|(?P<raw>\#+)".*?"(?P=raw)|"""(?:\\.|(?!""").)*"""'
    rf'|"(?:\\{INNER}|\\.|[^"\\\n])*"',
    re.DOTALL,
)
INTERPOLATED = re.compile(rf"\\\#*({INNER})")
DECLARED = re.compile(
    r"(?P<brace>[{}])|\b(?:struct|class|enum|actor|protocol|typealias)\s+(?P<type>[A-Z]\w*)|\bfunc\s+(?P<func>\w+)"
    r"|\b(?:let|var)\s+(?P<value>[a-z_]\w*)"
)
BRACE = re.compile(r"[{}]")
NAMED = re.compile(r"(?<![\w.])(?:ID<\w+>|[A-Za-z_]\w*)")
BODIED = re.compile(
    r"(?m)^[ \t]*(?:[\w@()]+[ \t]+)*?(?:func[ \t]+(?P<name>[^\s(<]+)|(?P<init>init)[?!]?(?=[(<])|(?P<deinit>deinit))"
)


def code(text: str) -> str:
    """The text without comments and the words of its literals; every line stays where it is."""

    def blank(match: re.Match) -> str:
        found = match.group()
        kept = "" if found.startswith(("//", "/*")) else " ".join(INTERPOLATED.findall(found)).replace("\n", " ")
        return f"{kept} " + "\n" * found.count("\n")

    return SKIPPED.sub(blank, text)


def declarations(text: str) -> tuple[set[str], set[str]]:
    """What others may name, and what only this file can: names declared outermost, and private or nested ones."""
    shared: set[str] = set()
    own: set[str] = set()
    depth = 0
    for match in DECLARED.finditer(text):
        if match["brace"]:
            depth += 1 if match["brace"] == "{" else -1
        elif depth == 0:
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            (own if "private" in line else shared).add(match["type"] or match["func"] or match["value"])
        elif match["type"]:
            own.add(match["type"])
    return shared, own


def knowledge(files: dict[Path, str], module: Path) -> dict[str, dict[str, set[str]]]:
    """For each folder the folders that it knows, with the names that it knows of them."""
    folder = {path: str(path.parent.relative_to(module)) for path in files}
    declared = {path: declarations(text) for path, text in files.items()}
    homes: dict[str, set[str]] = defaultdict(set)
    for path, (shared, _) in declared.items():
        for name in shared:
            homes[name].add(folder[path])
    known: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in sorted(set(folder.values()))}
    for path, text in files.items():
        for name in set(NAMED.findall(text)) - declared[path][1]:
            for home in homes.get(name, ()):
                if home != folder[path]:
                    known[folder[path]][home].add(name)
    return known


def circles(known: dict[str, dict[str, set[str]]]) -> list[list[str]]:
    """Folders that know each other, directly or by way of others."""
    reached: dict[str, set[str]] = {}
    for start in known:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for following in known[waiting.pop()]:
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        reached[start] = seen
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other])) for name in known if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def long_functions(path: Path, text: str):
    """Each function that is longer than it may be, with its line and its length."""
    for match in BODIED.finditer(text):
        depth = 0
        opened = BRACE.search(text, match.end())
        # A requirement of a protocol has no body: what follows is the end of the protocol, or another declaration.
        following = BODIED.search(text, match.end())
        if not opened or opened.group() == "}" or (following and following.start() < opened.start()):
            continue
        for brace in BRACE.finditer(text, opened.start()):
            depth += 1 if brace.group() == "{" else -1
            if depth == 0:
                break
        first = text.count("\n", 0, match.start()) + 1
        lines = text.count("\n", match.start(), brace.end()) + 1
        if lines > LONGEST:
            yield f"{path}:{first}: {match['name'] or match['init'] or 'deinit'} has {lines} lines, more than {LONGEST}"


def main() -> int:
    root = Path(__file__).resolve().parent.parent / "Sources"
    wanted = [name for name in sys.argv[1:] if not name.startswith("--")]
    problems: list[str] = []
    for module in sorted(path for path in root.iterdir() if not wanted or path.name in wanted):
        files = {path: code(path.read_text(encoding="utf-8")) for path in sorted(module.rglob("*.swift"))}
        for path, text in files.items():
            problems += long_functions(path.relative_to(root.parent), text)
        known = knowledge(files, module)
        if "--folders" in sys.argv:
            for name, others in known.items():
                print(f"{module.name}/{name}: {', '.join(sorted(others)) or 'none'}")
        for circle in circles(known):
            problems.append(f"{module.name}: these folders know each other in a circle: {', '.join(circle)}")
            for a in circle:
                for b in circle:
                    if names := known[a].get(b):
                        problems.append(f"    {a} knows {', '.join(sorted(names))} of {b}")
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
