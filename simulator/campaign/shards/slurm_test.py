"""slurm_test.py STT [SEEDS]: a real Slurm cluster on this machine runs a campaign as a job array; one of
its two nodes is killed, and the merged result equals the one-process result byte for byte."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
from slurm_cluster import Cluster, wait_until  # noqa: E402

STT = sys.argv[1]
SEEDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
SHARDS = 6  # of half a minute, or a node would be missed after its work is done


class SlurmTest(unittest.TestCase):
    def test_a_killed_node_changes_nothing(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            whole = folder / "whole.jsonl"
            command = [STT, "sim", "campaign", "--seeds", f"1:{SEEDS}", "--jsonl", str(whole)]
            print("one process", flush=True)
            alone = subprocess.run(command, capture_output=True, text=True)
            self.assertIn(alone.returncode, (0, 1), alone.stderr)
            with Cluster(tempfile.mkdtemp(dir=folder)) as cluster:
                merged = self.run_array(cluster, folder / "shards")
                restarted = self.restarts(cluster)
            print(f"array elements that were queued again: {restarted}", flush=True)
            self.assertGreater(restarted, 0)
            self.assertEqual(merged.returncode, alone.returncode, merged.stderr)
            self.assertEqual((folder / "shards/all.jsonl").read_bytes(), whole.read_bytes())
            self.assertIn("none missing", merged.stdout)
            print(merged.stdout.splitlines()[-1], flush=True)

    def run_array(self, cluster, shards):
        script = Path(__file__).parent / "run-slurm"
        process = subprocess.Popen([str(script), STT, f"1:{SEEDS}", str(SHARDS), str(shards)], env=cluster.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: "n1" in cluster.run("squeue", "-h", "-t", "R", "-o", "%N").split(), 60, "a shard on n1")
        wait_until(lambda: list(shards.glob("*.part")), 60, "a world of a shard")
        print("killing node n1 with what runs there", flush=True)
        cluster.lose_node("n1")
        output, errors = process.communicate(timeout=1800)
        return subprocess.CompletedProcess(script, process.returncode, output, errors)

    @staticmethod
    def restarts(cluster):
        jobs = cluster.run("scontrol", "show", "jobs")
        return sum(int(count) for count in re.findall(r"Restarts=(\d+)", jobs))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
