"""The matrix as a page in Markdown."""

MARK = {True: "x", False: "."}
BY_HAND = ["# What the suite catches", "",
           "Bugs of one line each ([conformance/mutants](../conformance/mutants)), each before every judge of the suite",
           "([conformance/proof](../conformance/proof)). Made by `stt conform mutants run`.", ""]
MECHANICAL = ["# A second opinion", "",
              "Mutants that a machine drew ([mechanical.py](../conformance/mutants/mechanical.py)): some of them change nothing",
              "that can be seen, so the share that dies is a trend, and not a goal. Made by",
              "`cmake --build --preset clang --target mechanical_mutants`; each is judged up to its first kill.", ""]


def markdown(document, origin=BY_HAND):
    numbers, judges = document["summary"], document["judges"]
    lines = [*origin,
             f"{numbers['killed']} killed of {numbers['of']}, {numbers['by_two_or_more']} by two judges or more; "
             f"equivalent {numbers['equivalent']}. {numbers['quiet']} are quiet: they pass the positive transcript "
             "vectors", "and a transfer without a loss, and show only under fault, attack, time or at a limit.", "",
             "| layer | killed | of |", "|---|---|---|"]
    lines += [f"| {layer} | {row['killed']} | {row['of']} |" for layer, row in numbers["layers"].items()]
    lines += ["", "| judge | kills |", "|---|---|"]
    lines += [f"| {judge} | {count} |" for judge, count in numbers["killed_by_judge"].items()]
    lines += ["", f"| mutant | breaks | {' | '.join(judges)} | first killer | CPU s |",
              "|---" * (len(judges) + 4) + "|"]
    lines += [row_of(row, judges) for row in document["mutants"]]
    survivors = [row for row in document["mutants"] if row["killed_by"] == 0 and not row["equivalent"]]
    lines += ["", "## Survivors", ""]
    lines += [f"- `{row['id']}`: {row['why']}" for row in survivors] or ["None."]
    equivalent = [row for row in document["mutants"] if row["equivalent"]]
    if equivalent:
        lines += ["", "## Equivalent", ""] + [f"- `{row['id']}`: {row['equivalent']}" for row in equivalent]
    return "\n".join(lines) + "\n"


def row_of(row, judges):
    marks = {verdict["judge"]: MARK[verdict["killed"]] for verdict in row["verdicts"]}
    cells = " | ".join(marks.get(judge, "") for judge in judges)
    killer = row["first_killer"].replace("|", "\\|")
    return f"| {row['id']} | {row['requirement']} | {cells} | {killer} | {row['cpu_seconds_to_kill']} |"
