"""check.py RULE ROOT: prints every place of the repository at ROOT that breaks RULE; fails if there is one."""

import sys
from pathlib import Path

import rules

_, name, root = sys.argv
rule = {rule.__name__: rule for rule in rules.RULES}[name]
broken = list(rule(Path(root)))
print(*broken, sep="\n")
if broken:
    sys.exit(f"{len(broken)} places break this rule: {rule.__doc__}")
