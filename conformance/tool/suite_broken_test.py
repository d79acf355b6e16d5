"""suite_broken_test.py STT BROKEN: adapters that are wrong in one way each get the verdict that names it.

BROKEN is conformance/adapters/broken/broken.py, which knows varint.decode only."""

import collections
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT, BROKEN = sys.argv[1:3]
AS_EXPECTED, UNEXPECTED, NONDETERMINISTIC, NO_ADAPTER = 0, 1, 4, 5


def run(how, *arguments, kind="varint.decode"):
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        result = subprocess.run([STT, "conform", "run", "--adapter", f"{sys.executable} {BROKEN} {how}", "--kind", kind,
                                 "--jsonl", lines, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]] if lines.exists() else []
    return result, rows


def verdicts(rows):
    return collections.Counter(row["verdict"] for row in rows)


class BrokenAdaptersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        result, cls.good = run("well")
        assert result.returncode == AS_EXPECTED, result.stdout + result.stderr
        cls.cases = len(cls.good)

    def judged(self, how, *arguments, **options):
        result, rows = run(how, *arguments, **options)
        self.assertEqual(result.returncode, UNEXPECTED, result.stderr)
        return rows, verdicts(rows)

    def assert_no_case_is_lost(self, rows):
        self.assertEqual([row["id"] for row in rows], [row["id"] for row in self.good])

    def test_one_that_is_right(self):
        self.assertEqual(verdicts(self.good), {"pass": self.cases})
        result, rows = run("well", "--list-unsupported", kind="varint.*")
        self.assertEqual(result.returncode, AS_EXPECTED)
        self.assertGreater(verdicts(rows)["unsupported"], 0)
        self.assertIn("varint.encode/zero: unsupported", result.stdout)

    def test_neither_jobs_nor_shards_change_the_verdicts(self):
        for how in ("always_accept", "always_reject", "well"):
            _, rows = run(how, "--jobs", 1)
            self.assertEqual(run(how, "--jobs", 4)[1], rows)
            self.assertEqual(run(how, "--shard", "1/2")[1] + run(how, "--shard", "2/2")[1], rows)

    def test_one_that_accepts_everything(self):
        rows, counts = self.judged("always_accept")
        self.assertNotIn("pass", counts)
        # No base passes, so no negative says anything.
        self.assertEqual(set(counts), {"fail", "not-exercised"})

    def test_one_that_rejects_everything(self):
        _, counts = self.judged("always_reject")
        self.assertEqual(set(counts), {"fail", "not-exercised"})

    def test_one_that_echoes(self):
        result, _ = run("echo")
        self.assertEqual(result.returncode, NO_ADAPTER)
        self.assertIn("its answer to hello", result.stderr)

    def test_one_that_claims_too_much(self):
        _, counts = self.judged("lie", kind="frame.decode")
        self.assertEqual(set(counts), {"overclaim"})

    def test_one_that_crashes(self):
        rows, counts = self.judged("crash:6", "--jobs", 1)
        self.assert_no_case_is_lost(rows)
        # Each process answers hello and four cases, and dies of the fifth.
        self.assertEqual(counts["crash"], self.cases // 5)
        self.assertGreaterEqual(counts["pass"] + counts["not-exercised"], self.cases - self.cases // 5)
        self.assertIn("SEGV", next(row["note"] for row in rows if row["verdict"] == "crash"))

    def test_one_that_ends_too_early(self):
        rows, counts = self.judged("early_exit:3", "--jobs", 1)
        self.assert_no_case_is_lost(rows)
        self.assertGreater(counts["crash"] + counts["adapter-error"], 0)

    def test_silence_that_does_not_come_again_alone(self):
        result, rows = run("mute:12", "--deadline", 3, "--jobs", 1)
        self.assertEqual(result.returncode, AS_EXPECTED, result.stdout)
        self.assertEqual(rows, self.good)

    def test_one_that_falls_silent(self):
        rows, counts = self.judged("mute:2", "--deadline", 1, "--jobs", 1)
        self.assert_no_case_is_lost(rows)
        self.assertEqual(counts, {"hang": self.cases})
        self.assertEqual([row["note"] for row in rows],
                         ["hang: no reply within 1 s"] * 3 +
                         ["not repeated: the adapter hung three times"] * (self.cases - 3))

    def test_lines_that_are_no_replies(self):
        for how in ("not_json:4", "nested:4", "wrong_id:4", "without_id:4", "chatty:4", "endless_line:4"):
            rows, counts = self.judged(how, "--jobs", 1)
            self.assert_no_case_is_lost(rows)
            self.assertGreater(counts["adapter-error"], 0, how)
            self.assertGreater(counts["pass"], 0, how)

    def test_answers_that_change(self):
        result, rows = run("nondeterministic", "--repeat")
        self.assertEqual(result.returncode, NONDETERMINISTIC)
        self.assertGreater(verdicts(rows)["nondeterministic"], 0)
        self.assertIn("asked again", next(row["note"] for row in rows if row["verdict"] == "nondeterministic"))
        # Each answer by itself is wrong, and nothing shows that it changes.
        _, counts = self.judged("nondeterministic")
        self.assertNotIn("nondeterministic", counts)

    def test_what_a_reset_does_not_forget(self):
        result, rows = run("leak", "--repeat", "--jobs", 1)
        self.assertEqual(result.returncode, NONDETERMINISTIC)
        self.assertEqual(verdicts(rows)["nondeterministic"], 1)

    def test_what_does_not_start(self):
        for how in ("mute", "hang", "crash", "not_json", "silent_hello"):
            result, rows = run(how, "--deadline", 1)
            self.assertEqual(result.returncode, NO_ADAPTER, how)
            self.assertEqual(rows, [])
            self.assertIn("the adapter does not answer", result.stderr)
        result = subprocess.run([STT, "conform", "run", "--adapter", "/no/such/program"], capture_output=True,
                                text=True, timeout=60)
        self.assertEqual(result.returncode, NO_ADAPTER)
        self.assertIn("/no/such/program", result.stderr)

    def test_how_to_run_it_again(self):
        result, _ = run("always_reject", "--id", "varint.decode/zero")
        self.assertIn(f"stt conform run --adapter '{sys.executable} {BROKEN} always_reject' --id 'varint.decode/zero'",
                      result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
