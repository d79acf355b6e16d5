"""suite_commands_test.py STT VECTORS: the exit codes and the last line of `stt conform`."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT, VECTORS = sys.argv[1], Path(sys.argv[2])
AS_EXPECTED, UNEXPECTED, BAD_WAIVERS, TOO_FEW, NONDETERMINISTIC, NO_ADAPTER, HARNESS, USAGE = 0, 1, 2, 3, 4, 5, 6, 64
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

    def body(self, *arguments):
        lines = self.copy / "lines"
        result = self.run_copy("--jsonl", lines, *arguments)
        self.assertEqual(result.returncode, AS_EXPECTED, result.stdout + result.stderr)
        self.assertRegex(result.stdout.splitlines()[-1], LAST_LINE)
        return lines.read_bytes().splitlines()[1:]

    def test_neither_jobs_nor_shards_change_the_results(self):
        whole = self.body("--jobs", 1)
        self.assertEqual(len(whole), json.loads((VECTORS / "manifest.json").read_text())["cases"])
        self.assertEqual(self.body("--jobs", 4, "--repeat"), whole)
        shards = [line for shard in (1, 2, 3) for line in self.body("--shard", f"{shard}/3")]
        self.assertEqual(shards, whole)
        self.assertEqual(whole, sorted(whole, key=lambda line: json.loads(line)["id"]))

    def test_filters(self):
        def ids(*arguments):
            result = conform("list", *arguments)
            return [line.split()[0] for line in result.stdout.splitlines()]

        frames = ids("--group", "frame")
        self.assertEqual({one.split("/")[0] for one in frames},
                         {"frame.decode", "frame.encode", "frame.open", "frame.seal", "frame.stream"})
        self.assertEqual(ids("--kind", "frame.*"), frames)
        self.assertEqual(ids("--kind", "frame.*", "--kind", "varint.decode"), frames + ids("--id", "varint.decode/*"))
        self.assertIn("frame.decode/magic-first", ids("--requirement", "STT-FRAME-002"))
        self.assertEqual(len(ids("--level", "m*", "--level", "should", "--level", "may")), len(ids()))
        self.assertEqual(conform("list", "--level", "perhaps").returncode, UNEXPECTED)

    def test_unexpected_is_shown_in_full(self):
        def lie(document):
            case = next(one for one in document["cases"] if one["id"] == "frame.decode/magic-first")
            case["expect"]["reject"]["reason"] = ["wire.frame_version"]

        self.change("frame.decode/refuse.json", lie)
        result = self.run_copy()
        self.assertEqual(result.returncode, UNEXPECTED)
        for part in ("frame.decode/magic-first: wrong-reason", "STT-FRAME-002", "wire.frame_version",
                     "The first two bytes of a frame MUST be", "0000  base      53 54", "here      73 54",
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
        self.assertEqual(conform("run", "--shard", "4/3").returncode, USAGE)
        self.assertEqual(conform("explain").returncode, USAGE)

    def test_choices_are_listed(self):
        result = conform("run", "--kind", "replay.window", "--kind", "peer.choice", "--list-choices")
        self.assertEqual(result.returncode, AS_EXPECTED, result.stdout)
        self.assertIn("choice ack.frequency: every second\n", result.stdout)
        self.assertIn("choice replay.window: wider\n", result.stdout)
        summary = self.copy / "summary.md"
        conform("run", "--kind", "replay.window", "--markdown", summary)
        self.assertIn("| replay.window | wider |", summary.read_text())

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

    def test_vectors_that_cannot_be_written(self):
        file = Path(self.copy) / "manifest.json"
        result = conform("vectors", "generate", "--out", file)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f"stt conform vectors generate: cannot write {file}: Not a directory\n")

    def test_shipped_vectors_are_in_order_and_reach_their_goals(self):
        for command, last in (("check", "vectors: 0 problems in "), ("lint", "lint: 0 problems")):
            result = conform("vectors", command, "--vectors", VECTORS)
            self.assertEqual(result.returncode, AS_EXPECTED, result.stdout + result.stderr)
            self.assertTrue(result.stdout.splitlines()[-1].startswith(last), result.stdout)

    def test_an_input_that_was_found_becomes_a_draft_and_then_a_case(self):
        crash = self.copy.parent / "crash-1"
        crash.write_bytes(b"\xff\xb9\x6e")
        draft = self.copy.parent / "draft.json"

        def promote(*arguments):
            return conform("vectors", "promote", "--vectors", self.copy, "--out", draft, *arguments)

        self.assertEqual(promote(crash, "--skip", 1).returncode, UNEXPECTED)  # what kind is it?
        result = promote(crash, "--skip", 1, "--kind", "varint.decode", "--name", "crash")
        self.assertEqual(result.returncode, AS_EXPECTED, result.stderr)
        self.assertIn('varint.decode/crash-1: {"accept":{"consumed":2,"value":"14137"}}', result.stdout)
        found = json.loads(draft.read_text())
        self.assertIn("cases.json", found["draft"])
        # Begun by hand, and in hexadecimal: the same.
        begun = self.copy.parent / "begun.json"
        begun.write_text(json.dumps({"kind": "varint.decode", "in": {"bytes": "b96e"}}))
        for arguments in ([begun], ["--hex", "b96e", "--kind", "varint.decode"]):
            self.assertEqual(promote(*arguments, "--name", "crash").returncode, AS_EXPECTED)
            self.assertEqual(json.loads(draft.read_text()), found)
        self.assertEqual(promote("--hex", "b9", "--kind", "no.such").returncode, UNEXPECTED)
        self.assertEqual(promote("--hex", "xx", "--kind", "varint.decode").returncode, UNEXPECTED)
        self.assertEqual(promote("--kind", "varint.decode").returncode, USAGE)
        # No suite takes a draft; once it is confirmed it is a case.
        place = self.copy / "varint.decode" / "cases.json"
        place.write_text(draft.read_text())
        self.assertEqual(self.run_copy("--kind", "varint.decode").returncode, HARNESS)
        found.pop("draft")
        place.write_text(json.dumps(found))
        self.assertEqual(self.run_copy("--id", "varint.decode/crash-1").returncode, AS_EXPECTED)

    def test_lint(self):
        result = conform("vectors", "lint", "--vectors", self.copy)
        self.assertIn("lint: 0 problems", result.stdout)
        self.assertRegex(result.stdout, r"vectors: \d+ cases, \d+ counted \(goal 600\), \d+ of them negative")

        def lie(document):
            case = next(one for one in document["cases"] if one["id"] == "frame.decode/magic-first")
            case["edit"] = "bytes, byte 0: 53 becomes 74"

        self.change("frame.decode/refuse.json", lie)
        self.change("varint.decode/refuse.json", lambda document: document["cases"].clear())
        result = conform("vectors", "lint", "--vectors", self.copy, "--uncovered")
        self.assertEqual(result.returncode, UNEXPECTED)
        self.assertIn("frame.decode/magic-first: its edit says another thing than its bytes", result.stdout)
        self.assertIn("\nSTT-VARINT-002: no negative\n", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
