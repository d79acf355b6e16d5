"""mechanical.py ROOT OUT: a table of mutants that nobody thought of, in the form of mutants.json.

A second opinion on the suite: every place of the reference where an operator of a machine fits is a candidate, and a
fixed seed draws from each folder. Who is drawn depends on his own line alone, so that changes elsewhere in the code
leave the sample as it is, and figures of two versions can be compared."""

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

SEED = "1"
DRAWN = 20  # of each folder
LAYERS = {"wire": "codec", "handshake": "handshake", "session": "session", "stream": "stream"}
# Binary operators stand between spaces, brackets of templates do not: clang-format sees to that.
COMPARISONS = {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ", " != ": " == "}
LOGIC = {" && ": " || ", " || ": " && "}
OFF_BY_ONE = {" + 1": " + 0", " - 1": " - 0"}
SWAPS = COMPARISONS | LOGIC | OFF_BY_ONE
OPERATOR = re.compile("|".join(re.escape(each) + (r"\b" if each[-1] == "1" else "") for each in SWAPS))
# What stands on one line and can go without taking a declaration along.
DROPPABLE = re.compile(r"(?:if \(.*\) return .*|(?!return|break|continue|using|goto|STT_TRY|STT_ASSERT|static_assert)"
                       r"[\w.:>\[\]*+-]+(?:\(.*\)| [-+|&^]?= .*));")
# Where an expression stands alone on its line, between what comes before and behind it.
EXPRESSIONS = (re.compile(r"(?:\} else )?(?:if|while) \((.*)\) \{"), re.compile(r"for \([^;]*; (.*); [^;]*\) ?.*"),
               re.compile(r"(?:const )?[\w:<>]+ \w+ = (.*);"), re.compile(r"return (.*);"),
               re.compile(r"if \((.*)\) (?:return .*;|\w.*;)"))


@dataclass(frozen=True)
class Change:
    original: str
    mutated: str
    operator: str


def is_whole(text):
    """Whether each bracket in it is closed, in order, and none of a block or list."""
    depth = 0
    for letter in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if depth < 0 or letter in "{};":
            return False
    return depth == 0


def changes_of(line):
    """Every change that an operator makes of a line of code, without its indent."""
    for form in EXPRESSIONS:
        match = form.fullmatch(line)
        if match and is_whole(match[1]):
            for found in OPERATOR.finditer(match[1]):
                swapped = match[1][:found.start()] + SWAPS[found[0]] + match[1][found.end():]
                yield Change(match[1], swapped, f"{found[0].strip()} becomes {SWAPS[found[0]].strip()}")
            break
    if DROPPABLE.fullmatch(line) and is_whole(line[:-1]):
        yield Change(line, "", "a statement is dropped")


def entries_of(text, name):
    """The mutants of a file, `name` below reference/stt: (order in the draw, line, mutant). What does not stand once in
    it is passed over: the generator finds a place by its text."""
    folder, file = name.split("/")
    requirement, before = None, ""
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        requirement = (re.search(r"//= (STT-[A-Z]+-\d+)", code) or [None, requirement])[1]
        begins = not before or before[-1] in ";{}:" or before.startswith("//")
        before = code
        if not requirement or not begins or not line.startswith("  ") or "//" in code:
            continue
        for change in changes_of(code):
            if text.count(change.original) != 1:
                continue
            digest = hashlib.sha256("\0".join((SEED, name, change.original, change.mutated)).encode()).hexdigest()
            yield digest, number, {
                "id": f"{folder}.{file.removesuffix('.cpp').replace('_', '-')}-{digest[:6]}", "layer": LAYERS[folder],
                "requirement": requirement, "file": name, "original": change.original, "mutated": change.mutated,
                "why": f"{file}: {change.operator} in `{code}`"}


def drawn(root):
    """Of each folder as many as there are to be, at most one of a line."""
    chosen = []
    for folder in LAYERS:
        paths = [path for path in (root / "reference/stt" / folder).glob("*.cpp") if not path.stem.endswith("_test")]
        every = [each for path in paths for each in entries_of(path.read_text(), f"{folder}/{path.name}")]
        lines = {}
        for _, number, entry in sorted(every, key=lambda each: each[0]):
            lines.setdefault((entry["file"], number), entry)
        chosen += list(lines.values())[:DRAWN]
    return chosen


def as_text(root):
    return json.dumps({"mutants": drawn(root)}, indent=1) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(as_text(Path(sys.argv[1])))
