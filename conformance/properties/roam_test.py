"""roam_test.py FAILING_PROPERTY: roaming counts what passed, and misses what failed or was not built."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv.pop(1))
ROAM = Path(__file__).resolve().parent / "roam.py"


def roam(*properties):
    """Exit code and output, for sources in which these properties stand."""
    with tempfile.TemporaryDirectory() as folder:
        lines = (f"RC_GTEST_PROP({suite}, {name}, ()) {{}}\n" for suite, name in properties)
        Path(folder, "planted_test.cpp").write_text("".join(lines))
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        done = subprocess.run([sys.executable, str(ROAM), folder, f"{PROGRAM}=100"], capture_output=True, text=True,
                              env=os.environ | {"ROAM_SEED": "7", "ROAM_FACTOR": "2"})
        return done.returncode, done.stdout


class RoamTest(unittest.TestCase):
    def test_what_passes_is_counted(self):
        code, output = roam(("Planted", "EveryNumberIsItself"))
        self.assertEqual(output.splitlines()[-1], "seed 7: 1 properties passed, 0 failed")
        self.assertEqual(code, 0)

    def test_what_fails_is_named_with_the_command_that_runs_it_again(self):
        code, output = roam(("Planted", "EveryNumberIsItself"), ("Planted", "NoNumberIsLarge"))
        self.assertEqual(output.splitlines()[-1], "seed 7: 1 properties passed, 1 failed")
        self.assertIn("\n  Planted.NoNumberIsLarge\n", output)
        self.assertIn("env RC_PARAMS='max_success=200 seed=7'", output)
        self.assertEqual(code, 1)

    def test_what_no_program_has_did_not_pass(self):
        code, output = roam(("Planted", "EveryNumberIsItself"), ("Nowhere", "IsBuilt"))
        self.assertIn("\n  Nowhere.IsBuilt\n", output)
        self.assertEqual(code, 1)


unittest.main()
