"""What hostile peers do, with valid keys and without, and whether an implementation survives it.

hostile.json names each behaviour and the cases and scenarios that show it. To survive is to meet it with the error
that the specification names, within bounds of memory, and to go on working where that is what should happen."""

import json
import tempfile
from pathlib import Path

import running


def load(root):
    return json.loads((root / "conformance/proof/hostile.json").read_text())


def scenario_of(shown_by):
    return shown_by.removeprefix("scenario:") if shown_by.startswith("scenario:") else None


def run(tools, behaviours, adapter):
    """{id: what went wrong, or nothing}. `adapter` is a command; without one it is the reference."""
    shown = sorted({each for behaviour in behaviours for each in behaviour["shown_by"]})
    verdicts = case_verdicts(tools, [each for each in shown if scenario_of(each) is None], adapter)
    verdicts |= {each: scenario_verdict(tools, scenario_of(each), adapter) for each in shown if scenario_of(each)}
    return {behaviour["id"]: [f"{each}: {verdicts.get(each, 'did not run')}" for each in behaviour["shown_by"]
                              if verdicts.get(each) != "pass"] for behaviour in behaviours}


def case_verdicts(tools, ids, adapter):
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        command = [str(tools.stt), "conform", "run", "--vectors", str(tools.root / "vectors"), "--jsonl", str(lines)]
        command += [part for each in ids for part in ("--id", each)]
        running.run(command + (["--adapter", adapter] if adapter else []), cpu_seconds=120)
        if not lines.exists():
            return {}
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]]
    return {row["id"]: row["verdict"] for row in rows}


def scenario_verdict(tools, scenario, adapter):
    command = [str(tools.stt), "sim", "run", scenario]
    ran = running.run(command + (["--adapter", f"server={adapter}"] if adapter else []), cpu_seconds=120)
    return "pass" if ran.status == 0 else ran.ended_by
