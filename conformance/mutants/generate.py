"""generate.py TABLE ROOT TARGET: a copy of the reference of ROOT with every mutant of TABLE in it, and every variant
of the variants.json beside TABLE.

Which mutant lives is decided when the program runs (STT_MUTANT in its environment), so one binary
holds them all and the reference stays clean. An original text that does not stand in its file
exactly once is an error: the table is never out of date.

How a text is replaced: a statement (it ends with ; or }) by if/else, anything else by ?:. With
"table": true the text stands in a constexpr table. That one is fixed before the program runs, so in
the copy of its file tables become const, functions that ask them lose their constexpr, and
static_asserts are dropped."""

import json
import re
import sys
from pathlib import Path

FIELDS = {"id", "layer", "requirement", "file", "original", "mutated", "why"}
OPTIONAL = {"table", "caught_percent", "equivalent", "sample"}
LAYERS = ("codec", "frames", "sealing", "handshake", "session", "rotation", "replay", "stream", "flow", "recovery",
          "timers", "primitives", "storage", "transport", "variant")

ACTIVE_HPP = """// Written by conformance/mutants/generate.py.
#pragma once

#include <type_traits>

namespace stt::mutants {

// The number of the mutant that lives, or -1. Set before main().
extern int living;
// The same, at any time: tables are made before that.
int chosen();

constexpr bool is_active(int number) {
  return !std::is_constant_evaluated() && living == number;
}
// For tables: never a constant.
inline bool is_active_in_table(int number) { return chosen() == number; }

}  // namespace stt::mutants
"""

# Apart, so that a new mutant is no reason to compile the files of the others.
NAMES_HPP = """// Written by conformance/mutants/generate.py.
#pragma once

namespace stt::mutants {{

inline constexpr const char* names[] = {{{names}}};

}}  // namespace stt::mutants
"""


class TableError(Exception):
    pass


def check(entry, ids):
    missing, unknown = FIELDS - entry.keys(), entry.keys() - FIELDS - OPTIONAL
    if missing or unknown:
        raise TableError(f"{entry.get('id')}: lacks {sorted(missing)}, has unknown {sorted(unknown)}")
    if not re.fullmatch(r"[a-z]+\.[a-z0-9-]+", entry["id"]) or entry["id"] in ids:
        raise TableError(f"{entry['id']}: an id is new and has the form where.what")
    if entry["layer"] not in LAYERS:
        raise TableError(f"{entry['id']}: a layer is one of {', '.join(LAYERS)}")


def mutated_text(original, entries):
    """`entries` are (number, entry) of all that replace this text."""
    is_table = any(entry.get("table") for _, entry in entries)
    text = original
    for number, entry in reversed(entries):
        active = f"::stt::mutants::is_active{'_in_table' if entry.get('table') else ''}({number})"
        if original.rstrip().endswith((";", "}")) and not is_table:
            text = f"{{ if ({active}) {{ {entry['mutated']} }} else {{ {text} }} }}"
        else:
            text = f"({active} ? ({entry['mutated']}) : ({text}))"
    return text


def without_static_asserts(text):
    kept, at = [], 0
    for match in re.finditer(r"^static_assert\(", text, re.M):
        end, depth = match.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        kept.append(text[at:match.start()])
        at = text.index(";", end) + 1
    return "".join(kept) + text[at:]


def with_runtime_tables(text):
    text = without_static_asserts(text)
    text = re.sub(r"^inline constexpr std::array\b", "inline const std::array", text, flags=re.M)
    return re.sub(r"^(?:inline )?constexpr (?=[^=;{]*\()", "inline ", text, flags=re.M)


def rewrite(text, entries):
    """`entries` are (number, entry) of one file."""
    for number, entry in entries:
        count = text.count(entry["original"])
        if count != 1:
            raise TableError(f"{entry['id']}: its original text stands {count} times in {entry['file']}, not once")
        if entry["original"].count("{") != entry["original"].count("}"):
            raise TableError(f"{entry['id']}: its original text holds half a block")
        if entry["mutated"] == entry["original"]:
            raise TableError(f"{entry['id']}: changes nothing")
    # All are found in the clean text first, so that no mutant stands in another's text.
    places = {}
    for number, entry in entries:
        places.setdefault((text.index(entry["original"]), entry["original"]), []).append((number, entry))
    result, at = [], 0
    for (place, original), here in sorted(places.items()):
        if place < at:
            raise TableError(f"{here[0][1]['id']}: its text overlaps another mutant's")
        changes = [entry["mutated"] for _, entry in here]
        if len(set(changes)) != len(changes):
            raise TableError(f"{here[0][1]['id']}: another one makes the same change")
        result += [text[at:place], mutated_text(original, here)]
        at = place + len(original)
    text = "".join(result) + text[at:]
    if any(entry.get("table") for _, entry in entries):
        text = with_runtime_tables(text)
    return "#include <mutants/active.hpp>\n" + text


def write(path, text):
    """Only what is new is written, so that only that is compiled again."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def check_headers(names, root):
    """What lies above the reference is not compiled again; so it must not see a mutated header."""
    for folder in ("simulator", "conformance", "reference/stt/adapters"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            text = path.read_text()
            for name in names:
                if name.endswith(".hpp") and f"<stt/{name}>" in text and not path.stem.endswith("_test"):
                    raise TableError(f"{name} holds a mutant, and {path.relative_to(root)} includes it")


def requirements_of(root):
    text = "".join(path.read_text() for path in (root / "docs/spec").glob("*.md"))
    return set(re.findall(r"STT-[A-Z]+-\d+", text))


def load(table):
    """Mutants, and behind them what is no mutant: variants of the reference that keep every rule."""
    variants = table.with_name("variants.json")
    entries = json.loads(table.read_text())["mutants"]
    return entries + (json.loads(variants.read_text())["variants"] if variants.exists() else [])


def generate(table, root, target):
    sources = root / "reference/stt"
    entries = load(table)
    requirements = requirements_of(root)
    by_file, ids = {}, set()
    for number, entry in enumerate(entries):
        check(entry, ids)
        if entry["requirement"] not in requirements:
            raise TableError(f"{entry['id']}: docs/spec has no {entry['requirement']}")
        ids.add(entry["id"])
        by_file.setdefault(entry["file"], []).append((number, entry))
    check_headers(by_file, root)
    for path in sorted(sources.rglob("*.[ch]pp")):
        name = path.relative_to(sources).as_posix()
        text = path.read_text()
        mutants = by_file.pop(name, None)
        write(target / "stt" / name, rewrite(text, mutants) if mutants else text)
    if by_file:
        raise TableError(f"there is no {', '.join(sorted(by_file))}")
    names = ", ".join(f'"{entry["id"]}"' for entry in entries)
    write(target / "mutants/active.hpp", ACTIVE_HPP)
    write(target / "mutants/names.hpp", NAMES_HPP.format(names=names))


if __name__ == "__main__":
    try:
        generate(*map(Path, sys.argv[1:4]))
    except TableError as error:
        sys.exit(f"conformance/mutants: {error}")
