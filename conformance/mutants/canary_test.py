"""canary_test.py STT-MUTANTS TABLE TRACE-HASHES: a campaign that finds nothing has shown that it would.

Some mutants of the table are caught in a known share of a fixed set of swarm seeds, and the binary
without a mutant is the clean reference, to the last byte of its worlds."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BINARY, TABLE, HASHES = sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
CANARIES = [mutant for mutant in TABLE["mutants"] if "caught_percent" in mutant]
SEEDS = 300
# A world of several hosts in which a mutant is caught, to be made small.
SHRUNK = {"mutant": "stream.joined-piece-forgets-its-left", "seed": 30}


def run(mutant, *arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=600,
                          env=os.environ | {"STT_MUTANT": mutant})


def campaign(mutant):
    result = run(mutant, "sim", "campaign", "--seeds", f"1:{SEEDS}", "--jobs", "2")
    last = result.stdout.splitlines()[-1] if result.stdout else result.stderr
    return result, int(last.split(", ")[1].split()[0])


class CanaryTest(unittest.TestCase):
    def test_without_a_mutant_it_is_the_reference(self):
        self.assertEqual(run("", "sim", "trace-hashes").stdout, HASHES.read_text())

    def test_each_mutant_is_caught(self):
        for mutant in CANARIES:
            with self.subTest(mutant=mutant["id"]):
                result, failures = campaign(mutant["id"])
                print(f'{mutant["id"]}: {failures} of {SEEDS}', flush=True)
                self.assertGreaterEqual(100 * failures, mutant["caught_percent"] * SEEDS, result.stdout)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f'replay: STT_MUTANT={mutant["id"]} stt-mutants sim replay seed:', result.stdout)

    def test_the_clean_reference_passes_the_same_seeds(self):
        result, failures = campaign("")
        self.assertEqual((result.returncode, failures), (0, 0), result.stdout)

    # From several hosts and many faults to two hosts and a handful of events, within the minute that the
    # search has; and what is left fails in the same way, to the last byte, again and again.
    def test_what_is_caught_is_made_small(self):
        with tempfile.TemporaryDirectory() as folder:
            small = str(Path(folder) / "small.json")
            result = run(SHRUNK["mutant"], "sim", "shrink", f'seed:{SHRUNK["seed"]}', "--out", small, "--within", "60")
            self.assertEqual(result.returncode, 0, result.stderr)
            print(result.stdout, flush=True)
            worlds = re.findall(r"^(?:before|after) +(\d+) hosts, .*?(\d+) fault events", result.stdout, re.M)
            (hosts_before, faults_before), (hosts_after, faults_after) = [tuple(map(int, world)) for world in worlds]
            self.assertGreaterEqual(hosts_before, 3)
            self.assertEqual(hosts_after, 2)
            self.assertLessEqual(10 * faults_after, faults_before)
            trace = re.search(r"^trace \w{64}$", result.stdout, re.M).group(0)
            for _ in range(2):
                again = run(SHRUNK["mutant"], "sim", "run", small)
                self.assertEqual(again.returncode, 1)
                self.assertIn(trace, again.stdout)

    def test_a_mutant_that_is_none_is_refused(self):
        result = run("wire.none", "sim", "list")
        self.assertEqual(result.returncode, 64)
        self.assertIn(TABLE["mutants"][0]["id"], result.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
