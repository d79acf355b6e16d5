"""replay_line_test.py FAILING_PROPERTY: what a failing test prints is one command, and it fails in the same way."""

import os
import re
import subprocess
import sys
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
FIRST_CASE = re.compile(r"Falsifiable after.*?(?=^To run it again)", re.S | re.M)


def run(command, **environment):
    kept = {name: value for name, value in os.environ.items() if name != "RC_PARAMS"}
    done = subprocess.run(command, shell=True, env=kept | environment, capture_output=True, text=True, cwd="/")
    return done.returncode, done.stdout


def replay_lines(output):
    return re.findall(r"^To run it again:\n  (.+)$", output, re.M)


class ReplayLineTest(unittest.TestCase):
    def test_the_command_draws_the_same_failure_again(self):
        for parameters in ({}, {"RC_PARAMS": "seed=7 max_success=5000"}):
            code, output = run(f"'{PROGRAM}'", **parameters)
            self.assertNotEqual(code, 0)
            commands = replay_lines(output)
            self.assertEqual(len(commands), 2, output)  # of three tests one passes
            code, again = run(commands[0])
            self.assertNotEqual(code, 0)
            self.assertEqual(FIRST_CASE.findall(again), FIRST_CASE.findall(output))
            self.assertEqual(replay_lines(again), commands[:1])

    def test_seeds_differ_unless_one_is_given(self):
        _, one = run(f"'{PROGRAM}' --gtest_filter=Planted.NoNumberIsLarge")
        _, other = run(f"'{PROGRAM}' --gtest_filter=Planted.NoNumberIsLarge")
        self.assertNotEqual(replay_lines(one), replay_lines(other))
        self.assertIn("seed=", replay_lines(one)[0])

    def test_a_test_that_draws_nothing_has_its_command_too(self):
        _, output = run(f"'{PROGRAM}' --gtest_filter=*FailsWithoutDrawing")
        code, again = run(replay_lines(output)[0])
        self.assertNotEqual(code, 0)
        self.assertIn("as planted", again)


unittest.main()
