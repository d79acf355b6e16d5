"""Every mutant before every judge: who kills it, how, and after how long."""

import collections
import json
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict

import judges
import table

SCHEMA_VERSION = 1


class Results:
    """What is known so far, in a file that is complete after each mutant."""

    def __init__(self, path, suite):
        self.path, self.suite = path, suite
        self.rows = {}
        if path.exists():
            kept = json.loads(path.read_text())
            self.rows = {row["id"]: row for row in kept["mutants"]}

    def known(self, mutant, fingerprint, any_suite):
        """What each judge has said of it, and still holds."""
        row = self.rows.get(mutant["id"])
        if row is None or row["fingerprint"] != fingerprint or not (any_suite or row["suite"] == self.suite):
            return []
        # Who has killed once kills again; who has not may have new cases by now.
        return [verdict for verdict in row["verdicts"] if verdict["killed"] or row["suite"] == self.suite]

    def add(self, row):
        self.rows[row["id"]] = row

    def write(self, order):
        rows = [self.rows[mutant["id"]] for mutant in order if mutant["id"] in self.rows]
        document = {"schema": SCHEMA_VERSION, "judges": list(judges.JUDGES), "summary": summary(rows), "mutants": rows}
        before = self.path.with_suffix(".new")
        before.write_text(json.dumps(document, indent=1) + "\n")
        os.replace(before, self.path)


def is_complete(mutant, known, first_kill):
    if first_kill and any(verdict["killed"] for verdict in known):
        return True
    return {verdict["judge"] for verdict in known} >= set(judges.judges_for(mutant["layer"]))


def judged(tools, mutant, fingerprint, suite, known, first_kill):
    kept = {verdict["judge"]: judges.Verdict(**verdict) for verdict in known}
    verdicts = []
    for name in judges.judges_for(mutant["layer"]):
        if name in kept:
            verdicts.append(kept[name])
            continue
        judges.control(tools, name)
        verdicts.append(judges.judge(tools, name, mutant["id"]))
        if first_kill and verdicts[-1].killed:
            break
    killers = [verdict for verdict in verdicts if verdict.killed]
    return {"id": mutant["id"], "layer": mutant["layer"], "requirement": mutant["requirement"], "why": mutant["why"],
            "equivalent": mutant.get("equivalent", ""), "fingerprint": fingerprint, "suite": suite,
            "quiet": not first_kill and judges.is_quiet(tools, mutant["id"]),
            "killed_by": len(killers), "first_killer": f"{killers[0].judge}: {killers[0].killer}" if killers else "",
            "cpu_seconds_to_kill": round(time_to_kill(verdicts), 2),
            "verdicts": [{**asdict(verdict), "cpu_seconds": round(verdict.cpu_seconds, 2)} for verdict in verdicts]}


def time_to_kill(verdicts):
    total = 0.0
    for verdict in verdicts:
        total += verdict.cpu_seconds
        if verdict.killed:
            break
    return total


def run(tools, mutants, options, say):
    """Judges those of `mutants` of which nothing is known yet. The rows of all of them."""
    every = table.load(tools.root, options.table)
    suite = table.suite_fingerprint(tools)
    results = Results(options.results, suite)
    prints = {mutant["id"]: table.fingerprint(tools.root, mutant) for mutant in mutants}
    known = {mutant["id"]: [] if options.again else results.known(mutant, prints[mutant["id"]], options.changed)
             for mutant in mutants}
    waiting = [mutant for mutant in mutants if not is_complete(mutant, known[mutant["id"]], options.first_kill)]
    with ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(judged, tools, mutant, prints[mutant["id"]], suite, known[mutant["id"]],
                               options.first_kill) for mutant in waiting]
        for number, future in enumerate(as_completed(running), 1):
            row = future.result()
            results.add(row)
            results.write(every)
            say(f"{number}/{len(waiting)} {line_of(row)}")
    return [results.rows[mutant["id"]] for mutant in mutants]


def line_of(row):
    how = f"killed by {row['killed_by']}, {row['first_killer']}" if row["killed_by"] else \
        ("equivalent" if row["equivalent"] else "SURVIVES")
    return f"{row['id']}: {how}"


def summary(rows):
    """The numbers of the last line, and the same by layer and by judge."""
    counted = [row for row in rows if not row["equivalent"]]
    layers = collections.defaultdict(lambda: {"killed": 0, "of": 0})
    by_judge = collections.Counter()
    for row in counted:
        layers[row["layer"]]["of"] += 1
        layers[row["layer"]]["killed"] += row["killed_by"] > 0
        by_judge.update(verdict["judge"] for verdict in row["verdicts"] if verdict["killed"])
    return {"killed": sum(row["killed_by"] > 0 for row in counted), "of": len(counted),
            "by_two_or_more": sum(row["killed_by"] > 1 for row in counted),
            "equivalent": len(rows) - len(counted), "quiet": sum(row["quiet"] for row in counted),
            "layers": dict(sorted(layers.items())), "killed_by_judge": {name: by_judge[name] for name in judges.JUDGES}}


def last_line(rows):
    numbers = summary(rows)
    return (f"mutants: {numbers['killed']} killed of {numbers['of']}, {numbers['by_two_or_more']} by two layers or "
            f"more; equivalent {numbers['equivalent']}")
