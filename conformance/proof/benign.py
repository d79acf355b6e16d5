"""Variants of the reference that keep every rule (conformance/mutants/variants.json): no judge may object."""

import json
import re

import judges
import running

# A frame for every byte: worlds that move megabytes, and cases that fill a window, would take all day.
SMALL_ONLY = {"variant.one-byte-a-piece": ("vectors", "small-worlds")}
# A seed's time to finish is measured with the reference; what is slower by choice is not judged by it.
EVERY = ("vectors", "peers", "adapter", "against-reference", "scenarios", "swarm", "small-worlds")
OTHER_SEEDS = range(2, 7)


def load(root):
    return json.loads((root / "conformance/mutants/variants.json").read_text())["variants"]


def is_bad_luck(tools, step):
    """A scenario that loses packets at random has a seed with which the reference gets through, and other packets meet
    other losses: it objects if most of the other seeds do."""
    if step.name not in tools.scenarios:
        return False
    failed = sum(running.run([*step.command, "--seed", str(seed)], step.mutant).status != 0 for seed in OTHER_SEEDS)
    return 2 * failed < len(OTHER_SEEDS)


def is_gap(ran):
    """A scenario says what has to occur in it, as a datagram that is too large for the path. Whoever leaves out what a
    SHOULD asks for may never come there; that is all that is wrong."""
    problems = re.findall(r"^PROBLEM +(.*)$", ran.out, re.M)
    return bool(problems) and all(re.fullmatch(r"\S+ happened 0 times; expected at least \d+", each) for each in problems)


def run(tools, variant):
    """What a judge objects to, or nothing."""
    for name in SMALL_ONLY.get(variant["id"], EVERY):
        judges.control(tools, name)
        verdict = judges.judge(tools, name, variant["id"], deviations=False,
                               excuse=lambda step, ran: is_gap(ran) or is_bad_luck(tools, step))
        if verdict.killed:
            return f"{verdict.judge}: {verdict.killer} ({verdict.how})"
    return ""
