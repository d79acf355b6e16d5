"""parallel_test.py STT: a campaign in shards by GNU parallel gives what one process gives, byte for byte."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]
FOLDER = Path(__file__).parent
SEEDS = "1:30"


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=240)


class ParallelTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def test_shards_merge_into_what_one_process_gives(self):
        whole = self.path / "whole.jsonl"
        self.assertEqual(run(STT, "sim", "campaign", "--seeds", SEEDS, "--jsonl", whole).returncode, 0)
        shards = self.path / "shards"
        result = run(FOLDER / "run-parallel", STT, SEEDS, 4, shards, "--jobs", 2)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((shards / "all.jsonl").read_bytes(), whole.read_bytes())
        self.assertEqual(result.stdout.splitlines()[-1], "campaign: 30 seeds, 0 failures")
        # A shard that is lost is run again, and only that one.
        kept = (shards / "shard-1.db").stat().st_mtime_ns
        (shards / "shard-3.db").unlink()
        self.assertEqual(run(FOLDER / "run-parallel", STT, SEEDS, 4, shards).returncode, 0)
        self.assertEqual((shards / "all.jsonl").read_bytes(), whole.read_bytes())
        self.assertEqual((shards / "shard-1.db").stat().st_mtime_ns, kept)
        self.assertFalse(list(shards.glob("*.part")))

    def test_a_shard_that_cannot_run_ends_it(self):
        result = run(FOLDER / "run-parallel", STT, "30:1", 2, self.path)
        self.assertNotEqual(result.returncode, 0)
        self.assertFalse((self.path / "all.db").exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
