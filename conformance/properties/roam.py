"""roam.py SOURCES PROGRAM=CASES...: every property with a new seed and ROAM_FACTOR (10) times the cases of CI.

ROAM_SEED sets the seed. The last line says how many properties passed. A property of the sources that no program
has is a failure."""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROPERTY = re.compile(r"^RC_GTEST_PROP\((\w+),\s*(\w+),", re.M)


def properties_of(sources):
    """Suite.Name of every property in the tests below `sources`."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*_test.cpp"],
                            cwd=sources, capture_output=True, text=True, check=True).stdout.split()
    texts = (Path(sources, name).read_text() for name in listed if Path(sources, name).is_file())
    return {f"{suite}.{name}" for text in texts for suite, name in PROPERTY.findall(text)}


def tests_of(program):
    suite, tests = "", set()
    for line in subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True,
                               check=True).stdout.splitlines():
        if line.startswith("  "):
            tests.add(suite + line.split()[0])
        else:
            suite = line.split()[0] if line.endswith(".") or "#" in line else suite
    return tests


def run(program, names, parameters):
    """Which of `names` passed, and what the program said."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = subprocess.run([program, f"--gtest_filter={':'.join(sorted(names))}", f"--gtest_output=json:{report}"],
                              env=os.environ | {"RC_PARAMS": parameters}, cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if not report.is_file():  # it crashed: nothing is known to have passed
            return set(), done.stdout
        suites = json.loads(report.read_text())["testsuites"]
    passed = {f"{suite['name']}.{test['name']}" for suite in suites for test in suite["testsuite"]
              if test["status"] == "RUN" and "failures" not in test}
    return passed & names, done.stdout


def main():
    sources, *programs = sys.argv[1:]
    seed = int(os.environ.get("ROAM_SEED") or secrets.randbits(63))
    factor = int(os.environ.get("ROAM_FACTOR") or 10)
    print(f"seed {seed}, {factor} times the cases of CI", flush=True)
    wanted = properties_of(sources)
    passed = set()

    def roam(entry):
        program, cases = entry.rsplit("=", 1)
        names = tests_of(program) & wanted
        came_through, said = run(program, names, f"seed={seed} max_success={int(cases) * factor}")
        passed.update(came_through)
        print(f"{Path(program).name}: {len(came_through)} of {len(names)}", flush=True)
        if came_through != names:
            print(said, flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(roam, programs))
    failed = sorted(wanted - passed)
    if failed:
        print("did not pass:", *failed, sep="\n  ")
    print(f"seed {seed}: {len(passed)} properties passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
