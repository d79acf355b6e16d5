#!/usr/bin/python3
"""stt conform mutants|hostile|proof: whether the suite finds what is wrong, and nothing else.

Called by `stt`, which says where it is: proof.py STT ROOT COMMAND ..."""

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import benign  # noqa: E402
import broken_adapters  # noqa: E402
import hostile  # noqa: E402
import judges  # noqa: E402
import matrix  # noqa: E402
import report  # noqa: E402
import table  # noqa: E402

DONE, FAILED, UNREADABLE, USAGE = 0, 1, 13, 64


def parse(arguments):
    parser = argparse.ArgumentParser(prog="stt conform", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("proof", help="everything: mutants, benign variants, broken adapters, hostile peers")
    mutants = commands.add_parser("mutants", help="planted bugs, which the suite has to find")
    of_mutants = mutants.add_subparsers(dest="what", required=True)
    of_mutants.add_parser("list", help="one line a mutant")
    explain = of_mutants.add_parser("explain", help="what a mutant does, and who killed it")
    explain.add_argument("ids", nargs="+", metavar="ID")
    runner = of_mutants.add_parser("run", help="put mutants before every judge")
    runner.add_argument("ids", nargs="*", metavar="ID", help="only these")
    runner.add_argument("--sample", action="store_true", help="only those of the table that are marked as the sample")
    runner.add_argument("--first-kill", action="store_true", help="one judge that kills is enough")
    runner.add_argument("--assert-killed", action="store_true", help="fail if one survives")
    attackers = commands.add_parser("hostile", help="what hostile peers do, against any implementation")
    of_attackers = attackers.add_subparsers(dest="what", required=True)
    of_attackers.add_parser("list", help="one line a behaviour")
    attack = of_attackers.add_parser("run", help="let an implementation meet them")
    attack.add_argument("ids", nargs="*", metavar="ID", help="only these")
    attack.add_argument("--adapter", metavar="COMMAND", help="this implementation instead of the reference")
    for each in (whole, runner):
        each.add_argument("--mutants", type=Path, help="stt-mutants, if it is not where the build puts it")
        each.add_argument("--table", type=Path, help="of mutants, with a program that holds them (--mutants)")
        each.add_argument("--results", type=Path, help="where the matrix is kept (reports/mutants.json)")
        each.add_argument("--changed", action="store_true",
                          help="keep what is known of mutants whose file is the same, though the suite has changed")
        each.add_argument("--again", action="store_true", help="keep nothing of what is known")
        each.add_argument("--jobs", type=int, default=2, metavar="N", help="mutants at a time (2)")
    return parser.parse_args(arguments)


def tools_of(stt, root, options):
    mutants = getattr(options, "mutants", None) or stt.parent.parent / "mutants/stt-mutants"
    if not mutants.exists():
        raise judges.HarnessError(f"there is no {mutants}: build stt-mutants (preset clang), or name it by --mutants")
    return judges.Tools(stt, mutants, root)


def list_mutants(root):
    for mutant in table.load(root):
        print(f"{mutant['id']}  {mutant['requirement']}  {mutant['why']}")
    return DONE


def explain_mutants(root, ids):
    path = root / "reports/mutants.json"
    rows = {row["id"]: row for row in json.loads(path.read_text())["mutants"]} if path.exists() else {}
    for mutant in table.chosen(table.load(root), ids):
        print(f"{mutant['id']}\n  {mutant['why']}\n  layer {mutant['layer']}, breaks {mutant['requirement']}\n"
              f"  reference/stt/{mutant['file']}\n    - {mutant['original']}\n    + {mutant['mutated']}")
        for verdict in rows.get(mutant["id"], {}).get("verdicts", []):
            what = f"killed by {verdict['killer']} ({verdict['how']})" if verdict["killed"] else "survived"
            print(f"  {verdict['judge']}: {what}, {verdict['cpu_seconds']} s")
    return DONE


def run_mutants(tools, options):
    options.results = options.results or tools.root / "reports/mutants.json"
    mutants = table.load(tools.root, options.table)
    if options.ids:
        mutants = table.chosen(mutants, options.ids)
    elif options.sample:
        mutants = [mutant for mutant in mutants if mutant.get("sample")]
    rows = matrix.run(tools, mutants, options, lambda line: print(line, flush=True))
    document = json.loads(options.results.read_text())
    origin = report.MECHANICAL if options.table else report.BY_HAND
    options.results.with_suffix(".md").write_text(report.markdown(document, origin))
    return rows


def print_layers(rows):
    for layer, numbers in matrix.summary(rows)["layers"].items():
        print(f"layer {layer}: {numbers['killed']} killed of {numbers['of']}")


def is_sound(rows):
    return all(row["killed_by"] > 0 or row["equivalent"] for row in rows)


def run_hostile(tools, ids, adapter):
    behaviours = table.chosen(hostile.load(tools.root), ids)
    problems = hostile.run(tools, behaviours, adapter)
    for name, what in problems.items():
        for each in what:
            print(f"{name}: {each}")
    return sum(not what for what in problems.values()), len(problems)


def each_of(items, work, jobs, name):
    """How many came out well; what did not is printed."""
    with ThreadPoolExecutor(jobs) as pool:
        problems = list(pool.map(work, items))
    for item, problem in zip(items, problems):
        if problem:
            print(f"{name(item)}: {problem}", flush=True)
    return sum(not problem for problem in problems), len(problems)


def prove(tools, options):
    options.ids, options.sample, options.first_kill = [], False, False
    rows = run_mutants(tools, options)
    green = each_of(benign.load(tools.root), lambda each: benign.run(tools, each), options.jobs, lambda each: each["id"])
    named = each_of(broken_adapters.ALL, lambda each: broken_adapters.run(tools, each), options.jobs,
                    lambda each: each.how)
    survived = run_hostile(tools, [], None)
    print_layers(rows)
    print(matrix.last_line(rows))
    for what, (good, of) in (("benign variants: {} green", green), ("broken adapters: {} named", named),
                             ("hostile behaviours: {} survived", survived)):
        print(f"{what.format(good)} of {of}")
    sound = is_sound(rows) and all(good == of for good, of in (green, named, survived))
    return DONE if sound else FAILED


def main(stt, root, arguments):
    options = parse(arguments)
    try:
        if options.command == "proof":
            return prove(tools_of(stt, root, options), options)
        if options.command == "hostile":
            if options.what == "list":
                for each in hostile.load(root):
                    print(f"{each['id']}  {'with keys' if each['keys'] else 'without'}  {each['does']}")
                return DONE
            good, of = run_hostile(judges.Tools(stt, stt, root), options.ids, options.adapter)
            print(f"hostile behaviours: {good} survived of {of}")
            return DONE if good == of else FAILED
        if options.what == "list":
            return list_mutants(root)
        if options.what == "explain":
            return explain_mutants(root, options.ids)
        rows = run_mutants(tools_of(stt, root, options), options)
        print_layers(rows)
        print(matrix.last_line(rows))
        return FAILED if options.assert_killed and not is_sound(rows) else DONE
    except KeyError as unknown:
        print(f"stt conform: there is none of the name {unknown}", file=sys.stderr)
        return USAGE
    except (judges.HarnessError, OSError) as error:
        print(f"stt conform: {error}", file=sys.stderr)
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
