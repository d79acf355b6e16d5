"""A table of mutants, conformance/mutants/mutants.json if no other is named, and what a result depends on."""

import hashlib
import json


def load(root, path=None):
    return json.loads((path or root / "conformance/mutants/mutants.json").read_text())["mutants"]


def chosen(mutants, wanted):
    """Those that a list of ids or `*` names; KeyError says which is none."""
    known = {mutant["id"]: mutant for mutant in mutants}
    return [known[each] for each in wanted] if wanted else mutants


def fingerprint(root, mutant):
    """Changes when the mutant or the file that it is planted in does."""
    source = (root / "reference/stt" / mutant["file"]).read_bytes()
    parts = [mutant["file"], mutant["original"], mutant["mutated"]]
    return hashlib.sha256("\0".join(parts).encode() + source).hexdigest()[:16]


def suite_fingerprint(tools):
    """Changes when the program or a case of the suite does: then every verdict has to be found again."""
    digest = hashlib.sha256()
    for path in [tools.mutants, *sorted((tools.root / "vectors").rglob("*.json"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
