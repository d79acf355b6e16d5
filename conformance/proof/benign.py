"""Variants of the reference that keep every rule (conformance/mutants/variants.json): no judge may object."""

import json

import judges

# A frame for every byte: worlds that move megabytes would take all day, and show nothing else than small ones.
SMALL_ONLY = {"variant.one-byte-a-piece": ("vectors", "peers", "adapter", "small-worlds")}
# A seed's time to finish is measured with the reference; what is slower by choice is not judged by it.
EVERY = ("vectors", "peers", "adapter", "against-reference", "scenarios", "swarm", "small-worlds")


def load(root):
    return json.loads((root / "conformance/mutants/variants.json").read_text())["variants"]


def run(tools, variant):
    """What a judge objects to, or nothing."""
    for name in SMALL_ONLY.get(variant["id"], EVERY):
        judges.control(tools, name)
        verdict = judges.judge(tools, name, variant["id"], deviations=False)
        if verdict.killed:
            return f"{verdict.judge}: {verdict.killer} ({verdict.how})"
    return ""
