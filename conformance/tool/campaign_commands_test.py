"""campaign_commands_test.py STT: campaigns of `stt sim`, as users run them."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

STT = sys.argv[1]
DONE, FAILED, CONTRADICTION, UNREADABLE, CANNOT_WRITE, USAGE, INTERRUPTED = 0, 1, 4, 13, 14, 64, 130
ENDLESS = 1_000_000  # seeds: more than any machine gets through before it is told to stop


def sim(*arguments):
    return subprocess.run([STT, "sim", *map(str, arguments)], capture_output=True, text=True, timeout=240)


class CampaignTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def campaign(self, name, *arguments, seeds="1:8"):
        lines = self.path / f"{name}.jsonl"
        result = sim("campaign", "--seeds", seeds, "--db", self.path / f"{name}.db", "--jsonl", lines, *arguments)
        self.assertEqual(result.returncode, DONE, result.stdout + result.stderr)
        return lines.read_bytes()

    def test_jobs_and_shards_change_nothing(self):
        whole = self.campaign("whole", "--jobs", 1)
        self.assertEqual(len(whole.splitlines()), 8)
        self.assertEqual(self.campaign("jobs", "--jobs", 3), whole)
        for shard in (1, 2, 3):
            self.campaign(f"shard-{shard}", "--shard", f"{shard}/3")
        merged = self.path / "merged.jsonl"
        # In any order, and one of them twice, as after a requeued job.
        inputs = [self.path / f"shard-{shard}.db" for shard in (3, 1, 2, 1)]
        result = sim("merge", self.path / "merged.db", *inputs, "--jsonl", merged)
        self.assertEqual(result.returncode, DONE, result.stderr)
        self.assertEqual(merged.read_bytes(), whole)
        self.assertIn("none missing", result.stdout)

    def test_a_seed_alone_gives_the_hash_it_has_in_a_campaign(self):
        for line in self.campaign("hashes", seeds="5:6").splitlines():
            result = json.loads(line)
            alone = sim("replay", result["token"])
            self.assertEqual(alone.stdout.splitlines()[-1], "trace " + result["trace"])

    def test_report_counts_every_fault_and_shows_gaps(self):
        self.campaign("report")
        report = sim("report", self.path / "report.db")
        self.assertEqual(report.returncode, DONE)
        self.assertRegex(report.stdout, r"(?m)^lost +[1-9]\d* +[1-9]\d*$")
        self.assertRegex(report.stdout, r"(?m)^unrouted +0 +0  gap: never injected$")
        self.assertEqual(report.stdout.splitlines()[-1], "campaign: 8 seeds, 0 failures")

    def test_progress_is_plain_lines_when_nobody_watches(self):
        result = sim("campaign", "--seeds", "1:3")
        self.assertEqual(result.returncode, DONE)
        self.assertRegex(result.stderr, r"\A(campaign  \d+ %  .* no failures\n)+\Z")

    def test_interrupted_it_is_resumed_and_loses_nothing(self):
        db, lines = self.path / "cut.db", self.path / "cut.jsonl"
        arguments = [STT, "sim", "campaign", "--seeds", f"1:{ENDLESS}", "--jobs", "2", "--db", str(db)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.wait_for_rows(db)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, INTERRUPTED, errors)
        self.assertIn("--resume", errors)
        kept = self.rows(db)
        self.assertTrue(0 < kept < ENDLESS, kept)
        resumed = sim("campaign", "--seeds", "1:8", "--db", db, "--resume", "--jsonl", lines)
        self.assertEqual(resumed.returncode, DONE, resumed.stderr)
        self.assertEqual(lines.read_bytes().splitlines()[:8], self.campaign("at-once").splitlines())

    def test_killed_it_is_resumed(self):
        db = self.path / "killed.db"
        arguments = [STT, "sim", "campaign", "--seeds", f"1:{ENDLESS}", "--jobs", "2", "--db", str(db)]
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for_rows(db)
        process.kill()
        process.wait()
        self.assertEqual(sim("campaign", "--seeds", "1:10", "--db", db, "--resume").returncode, DONE)
        self.assertGreaterEqual(self.rows(db), 10)

    def wait_for_rows(self, db):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.rows(db):
                    return
            except sqlite3.OperationalError:
                pass  # not there yet, or busy
            time.sleep(0.05)
        self.fail("no result within a minute")

    @staticmethod
    def rows(db):
        connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT count(*) FROM results").fetchone()[0]
        finally:
            connection.close()

    def test_failures_are_reported_and_decide_the_exit_code(self):
        self.campaign("bad", seeds="1:3")
        self.change("bad", "UPDATE results SET verdict = 'fail', problems = '[\"planted\"]' WHERE seed = 2")
        report = sim("report", self.path / "bad.db")
        self.assertEqual(report.returncode, FAILED)
        self.assertIn("planted", report.stdout)
        self.assertIn("replay: stt sim replay seed:2", report.stdout)
        self.assertEqual(report.stdout.splitlines()[-1], "campaign: 3 seeds, 1 failures")

    def test_one_seed_with_two_results_is_an_error(self):
        self.campaign("one", seeds="1:3")
        shutil.copy(self.path / "one.db", self.path / "two.db")
        self.change("two", "UPDATE results SET events = events + 1 WHERE seed = 1")
        result = sim("merge", self.path / "out.db", self.path / "one.db", self.path / "two.db")
        self.assertEqual(result.returncode, CONTRADICTION)
        self.assertIn("seed 1 has two results", result.stderr)
        resumed = sim("campaign", "--seeds", "1:4", "--db", self.path / "two.db", "--resume")
        self.assertEqual(resumed.returncode, CONTRADICTION)
        self.assertIn("another program", resumed.stderr)

    def change(self, name, sql):
        connection = sqlite3.connect(self.path / f"{name}.db")
        connection.execute(sql)
        connection.commit()
        connection.close()

    def test_refuses_what_it_cannot_use(self):
        for arguments in (("--seeds", "5"), ("--seeds", "5:1"), ("--seeds", "1:2", "--shard", "0/2"),
                          ("--seeds", "1:2", "--resume"), ("--seeds", "1:2", "--jobs", "some"), ()):
            self.assertEqual(sim("campaign", *arguments).returncode, USAGE, arguments)
        there = self.path / "there"
        there.write_text("something that is not a data base")
        self.assertEqual(sim("campaign", "--seeds", "1:2", "--db", there).returncode, UNREADABLE)
        self.assertEqual(sim("report", there).returncode, UNREADABLE)
        self.assertEqual(sim("report", self.path / "none").returncode, UNREADABLE)
        self.assertEqual(sim("merge", self.path / "out", self.path / "none").returncode, UNREADABLE)
        self.assertFalse((self.path / "out").exists())
        lines = self.path / "no" / "lines"
        self.assertEqual(sim("campaign", "--seeds", "1:1", "--jsonl", lines).returncode, CANNOT_WRITE)

    def test_help_teaches(self):
        for command in ("campaign", "merge", "report"):
            text = sim(command, "--help").stdout
            self.assertIn("Exit codes:", text)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
