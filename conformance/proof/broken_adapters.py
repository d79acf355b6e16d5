"""Adapters that are wrong in one way each (conformance/adapters/broken), and the verdict that names the wrong."""

import collections
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import running

UNEXPECTED, NONDETERMINISTIC, NO_ADAPTER = 1, 4, 5


@dataclass
class Broken:
    how: str             # as broken.py knows it
    status: int          # of `stt conform run`
    verdict: str         # that stands among the results, or in what is printed if it is about no case
    options: tuple = ()
    kind: str = "varint.decode"


ALL = (
    Broken("mute:2", UNEXPECTED, "hang", ("--deadline", "1")),
    Broken("always_accept", UNEXPECTED, "fail"),
    Broken("always_reject", UNEXPECTED, "fail"),
    Broken("echo", NO_ADAPTER, "its answer to hello"),
    Broken("chatty:4", UNEXPECTED, "adapter-error"),
    Broken("not_json:4", UNEXPECTED, "adapter-error"),
    Broken("crash:6", UNEXPECTED, "crash"),
    Broken("hang:2", UNEXPECTED, "hang", ("--deadline", "1")),
    Broken("out_of_order:2", UNEXPECTED, "hang", ("--deadline", "1")),
    Broken("leak", NONDETERMINISTIC, "nondeterministic", ("--repeat",)),
    Broken("lie", UNEXPECTED, "overclaim", kind="frame.decode"),
    Broken("nondeterministic", NONDETERMINISTIC, "nondeterministic", ("--repeat",)),
    Broken("overclaim", UNEXPECTED, "overclaim"),
    Broken("timer_now", UNEXPECTED, "livelock", kind="peer.session"),
    Broken("endless_line:4", UNEXPECTED, "adapter-error"),
    Broken("wrong_id:4", UNEXPECTED, "adapter-error"),
)


def run(tools, broken):
    """What is wrong, or nothing. No case may be lost, whatever the adapter does."""
    script = tools.root / "conformance/adapters/broken/broken.py"
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        ran = running.run([str(tools.stt), "conform", "run", "--vectors", str(tools.root / "vectors"),
                           "--kind", broken.kind, "--jobs", "1", "--jsonl", str(lines),
                           "--adapter", f"{sys.executable} {script} {broken.how}", *broken.options], cpu_seconds=60)
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]] if lines.exists() else []
    counts = collections.Counter(row["verdict"] for row in rows)
    named = counts[broken.verdict] > 0 or broken.verdict in ran.out
    expected = 0 if broken.status == NO_ADAPTER else len(tools.cases_of(broken.kind))
    lost = expected - len([row for row in rows if row["id"].startswith(broken.kind + "/")])
    if ran.status == broken.status and named and lost == 0:
        return ""
    return f"status {ran.status}, verdicts {dict(counts)}, {lost} cases lost"
