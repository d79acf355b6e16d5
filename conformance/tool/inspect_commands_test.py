"""inspect_commands_test.py STT: `stt sim shrink`, `explain`, `compare`, `checkpoints` and `export-netem`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]
DONE, FAILED, UNREADABLE, CANNOT_WRITE, USAGE = 0, 1, 13, 14, 64

# Much goes wrong; what it fails of is the partition.
FAILING = {
    "name": "failing", "purpose": "to be shrunk", "seed": 3,
    "hosts": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    "links": [{"between": ["a", "b"], "both": {"loss": "10%", "jitter": "5ms", "delay": "10ms"},
               "changes": [{"at": "50ms", "set": {"blocked": True}}, {"at": "3s", "set": {"loss": "0%"}}]},
              {"between": ["a", "c"], "both": {"loss": "10%", "reorder": "20%", "delay": "10ms"}}],
    "conversations": [{"from": "a", "to": "c", "bytes": 30000, "streams": 3}, {"from": "a", "to": "b", "bytes": 90000}],
    "expect": {"outcome": "completes", "within": "20s"}}


def sim(*arguments):
    return subprocess.run([STT, "sim", *map(str, arguments)], capture_output=True, text=True, timeout=240)


def last_word_of(output, word):
    return next(line for line in output.splitlines() if line.startswith(word)).split()[-1]


class InspectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.failing = self.path / "failing.json"
        self.failing.write_text(json.dumps(FAILING))

    def test_shrunk_it_fails_in_the_same_way_again_and_again(self):
        small = self.path / "small.json"
        result = sim("shrink", self.failing, "--out", small)
        self.assertEqual(result.returncode, DONE, result.stderr)
        scenario = json.loads(small.read_text())
        self.assertEqual((len(scenario["hosts"]), len(scenario["conversations"])), (2, 1))
        trace = last_word_of(result.stdout, "trace")
        token = last_word_of(result.stdout, "replay:")
        for command in (("run", small), ("replay", token)):
            again = sim(*command)
            self.assertEqual(again.returncode, FAILED)
            self.assertEqual(last_word_of(again.stdout, "trace"), trace)
            self.assertIn("liveness: not done in time", again.stdout)

    def test_shrink_refuses_what_it_cannot_shrink(self):
        self.assertEqual(sim("shrink", "simple-p2p").returncode, FAILED)
        self.assertEqual(sim("shrink", "no-such").returncode, UNREADABLE)
        self.assertEqual(sim("shrink", self.failing, "--out", self.path / "no" / "x").returncode, CANNOT_WRITE)
        self.assertEqual(sim("shrink", self.failing, "--within", "0").returncode, USAGE)

    def test_explain_knows_files_names_and_seeds(self):
        for target, says in ((self.failing, "a and c: takes 10ms to arrive; loses 10% of the packets"), ("blackhole", "carries nothing at all"),
                             ("seed:7", "swarm 7")):
            result = sim("explain", target)
            self.assertEqual(result.returncode, DONE, result.stderr)
            self.assertIn(says, result.stdout)
        self.assertEqual(sim("explain", "seed:x").returncode, UNREADABLE)

    def test_compare_names_the_first_event_that_differs(self):
        self.assertEqual(sim("compare", "seed:3", "seed:3").returncode, DONE)
        result = sim("compare", "seed:3", "seed:4")
        self.assertEqual(result.returncode, FAILED)
        self.assertRegex(result.stdout, r'first difference: event \d+\n  a \{"t_ns":.*\n  b \{"t_ns":')
        traces = []
        for seed in (3, 4):
            traces.append(self.path / f"{seed}.jsonl")
            sim("run", "--seed", seed, "--trace", traces[-1])
        self.assertEqual(sim("compare", *traces).stdout, result.stdout)
        lines = traces[0].read_text().splitlines()
        lines[99] = lines[99].replace('"t_ns":', '"t_ns":1')
        traces[1].write_text("\n".join(lines) + "\n")
        self.assertIn("first difference: event 100\n", sim("compare", *traces).stdout)

    def test_compare_of_two_builds_goes_by_checkpoints(self):
        theirs = self.path / "theirs"
        theirs.write_text(sim("checkpoints", "seed:3", "--every", 50).stdout)
        self.assertEqual(sim("compare", theirs, "seed:3").returncode, DONE)
        lines = theirs.read_text().splitlines()
        lines[2] = lines[2].replace('"hash":"', '"hash":"0')
        theirs.write_text("\n".join(lines) + "\n")
        result = sim("compare", theirs, "seed:3")
        self.assertEqual(result.returncode, FAILED)
        self.assertIn("between events 101 and 150", result.stdout)
        self.assertEqual(len(sim("checkpoints", "seed:3", "--events", "101:150").stdout.splitlines()), 50)
        trace = self.path / "trace"
        sim("run", "--seed", 3, "--trace", trace)
        self.assertEqual(sim("compare", trace, "seed:3").returncode, USAGE)
        self.assertEqual(sim("compare", self.path / "none", "seed:3").returncode, UNREADABLE)

    def test_netem_commands_are_understood_by_tc(self):
        names = [line.split()[0] for line in sim("list").stdout.splitlines()]
        for name in names:
            script = sim("export-netem", name)
            self.assertEqual(script.returncode, DONE)
            self.assertEqual(subprocess.run(["sh", "-n"], input=script.stdout, text=True).returncode, 0)
            commands = re.findall(r"^tc (qdisc .*)$", script.stdout, re.M)
            self.assertTrue(commands, name)
            self.understood_by_tc([re.sub(r'"\$DEV_\w+"', "lo", command) for command in commands], name)

    # In a network namespace of its own, so that nothing of this machine is touched; where there is none
    # (no iproute2, no right to make one), the form of the commands is all that is judged.
    def understood_by_tc(self, commands, name):
        tc = shutil.which("tc", path=os.environ["PATH"] + ":/sbin:/usr/sbin")
        if not tc or subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode != 0:
            return
        for command in commands:
            result = subprocess.run(["unshare", "-n", tc, "-batch", "-"], input=command + "\n", capture_output=True,
                                    text=True)
            # What the kernel has to say (no netem there, nothing to change) comes as RTNETLINK answers.
            kernel = r"(?m)^(RTNETLINK answers|Error: |We have an error talking|Command failed|Warning: ).*\n?"
            self.assertEqual(re.sub(kernel, "", result.stderr), "", f"{name}: {command}")

    def test_help_teaches(self):
        for command in ("shrink", "explain", "compare", "checkpoints", "export-netem"):
            self.assertIn("Exit codes:", sim(command, "--help").stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
