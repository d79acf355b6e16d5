"""suite_commands_test.py STT VECTORS: the exit codes and the last line of `stt conform`."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT, VECTORS = sys.argv[1], Path(sys.argv[2])
AS_EXPECTED, UNEXPECTED, TOO_FEW, HARNESS, USAGE = 0, 1, 3, 6, 64
LAST_LINE = r"^conform: \d+ expected, \d+ unexpected, 0 unsupported, \d+ not-exercised of \d+; suite \d+\.\d+\.\d+$"


def conform(*arguments):
    return subprocess.run([STT, "conform", *map(str, arguments)], capture_output=True, text=True, timeout=120)


class SuiteCommandsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = Path(folder.name) / "vectors"
        shutil.copytree(VECTORS, self.copy)

    def change(self, path, change):
        document = json.loads((self.copy / path).read_text())
        change(document)
        (self.copy / path).write_text(json.dumps(document))

    def run_copy(self, *arguments):
        return conform("run", "--vectors", self.copy, *arguments)

    def test_all_as_expected_twice_the_same(self):
        bodies = []
        for name in ("one", "two"):
            lines = self.copy / name
            result = self.run_copy("--jsonl", lines)
            self.assertEqual(result.returncode, AS_EXPECTED, result.stdout)
            self.assertRegex(result.stdout.splitlines()[-1], LAST_LINE)
            bodies.append(lines.read_bytes())
        self.assertEqual(bodies[0], bodies[1])
        self.assertEqual(len(bodies[0].splitlines()), json.loads((VECTORS / "manifest.json").read_text())["cases"])

    def test_unexpected_is_shown_in_full(self):
        def lie(document):
            case = next(one for one in document["cases"] if one["id"] == "frame.decode/magic-first")
            case["expect"]["reject"]["reason"] = ["wire.frame_version"]

        self.change("frame.decode/refuse.json", lie)
        result = self.run_copy()
        self.assertEqual(result.returncode, UNEXPECTED)
        for part in ("frame.decode/magic-first: wrong-reason", "STT-FRAME-002", "wire.frame_version",
                     "wire.frame_magic", "stt conform run --id 'frame.decode/magic-first'"):
            self.assertIn(part, result.stdout)
        self.assertRegex(result.stdout.splitlines()[-1], r"^conform: \d+ expected, 1 unexpected, ")
        self.assertEqual(self.run_copy("--id", "frame.decode/magic-second").returncode, AS_EXPECTED)

    def test_fewer_cases_than_promised(self):
        self.change("varint.decode/refuse.json", lambda document: document["cases"].pop())
        self.assertEqual(self.run_copy().returncode, TOO_FEW)
        self.assertEqual(self.run_copy("--kind", "kdf").returncode, AS_EXPECTED)
        self.assertEqual(self.run_copy("--id", "no/such").returncode, TOO_FEW)

    def test_what_cannot_be_read(self):
        self.assertEqual(conform("run", "--vectors", self.copy / "nowhere").returncode, HARNESS)
        (self.copy / "kdf" / "accept.json").write_text("{")
        result = self.run_copy()
        self.assertEqual(result.returncode, HARNESS)
        self.assertIn("kdf/accept.json", result.stderr)

    def test_a_case_without_expectation_is_named(self):
        self.change("kdf/accept.json", lambda document: document["cases"][0].pop("expect"))
        result = self.run_copy()
        self.assertEqual(result.returncode, HARNESS)
        self.assertIn("#/cases/0", result.stderr)

    def test_usage(self):
        self.assertEqual(conform("run", "--nonsense").returncode, USAGE)
        self.assertEqual(conform("explain").returncode, USAGE)

    def test_list_and_explain(self):
        listed = conform("list", "--kind", "varint.*")
        self.assertEqual(listed.returncode, AS_EXPECTED)
        self.assertIn("varint.decode/zero  STT-VARINT-001  ", listed.stdout)
        explained = conform("explain", "frame.decode/magic-first")
        self.assertEqual(explained.returncode, AS_EXPECTED)
        self.assertIn("The first two bytes of a frame MUST be", explained.stdout)
        self.assertEqual(conform("explain", "no/such").returncode, UNEXPECTED)

    def test_check(self):
        self.assertEqual(conform("vectors", "check", "--vectors", self.copy).returncode, AS_EXPECTED)
        self.change("kdf/accept.json", lambda document: document["cases"][0].update(why="Other words."))
        result = conform("vectors", "check", "--vectors", self.copy)
        self.assertEqual(result.returncode, UNEXPECTED)
        self.assertIn("kdf/accept.json: its SHA3-256", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
