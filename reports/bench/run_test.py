"""run_test.py: what `run` makes of measurements, without measuring."""

import sys
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

sys.dont_write_bytecode = True
loader = SourceFileLoader("run", str(Path(__file__).parent / "run"))
run = module_from_spec(spec_from_loader("run", loader))
loader.exec_module(run)


def measurement(*turns):
    """A program that gives these turns, one after the other: name -> rate in bytes a second."""
    left = list(turns)

    def measure_some(_, names=()):
        turn = left.pop(0)
        return {name: [{"name": name, "bytes_per_second": rate}] for name, rate in turn.items()
                if not names or name in names}

    measure_some.left = left
    return measure_some


class RunTest(unittest.TestCase):
    def test_a_row_that_misses_its_goal_is_measured_again_and_the_best_of_both_sides_counts(self):
        def turn(ours, yardstick):
            return {"seal/ours/65536": ours, "seal/yardstick/65536": yardstick, "other/ours": 1.0, "other/yardstick": 1.0}

        busy = measurement(turn(80e6, 99e6), turn(97e6, 100e6), turn(1, 1))
        row, other = run.rows(None, busy)
        self.assertEqual((row["name"], row["ours"], row["yardstick"], row["ratio"]), ("seal/65536", 97, 100, 0.97))
        self.assertFalse(run.missed(row))
        self.assertEqual(other["ratio"], 1)
        self.assertEqual(len(busy.left), 1)

    def test_a_row_that_goes_on_missing_is_missed(self):
        slow = measurement(*[{"seal/ours/1200": 90e6, "seal/yardstick/1200": 100e6}] * (run.AGAIN_MAX + 2))
        row, = run.rows(None, slow)
        self.assertTrue(run.missed(row))
        self.assertEqual(len(slow.left), 1)

    def test_units_leave_digits(self):
        for rate, shown in ((2_500_000, (2.5, "MB/s")), (2_500, (2.5, "kB/s")), (2.5, (2.5, "B/s")), (0.5, (0.5, "B/s"))):
            row, = run.rows(None, measurement({"x/ours/7/manual_time": rate, "x/yardstick/7/manual_time": rate * 4}))
            self.assertEqual((row["ours"], row["unit"]), shown)
            self.assertEqual((row["name"], row["ratio"]), ("x/7", 0.25))

    def test_columns_stand_under_each_other_however_long_a_name_is(self):
        table = [{"name": name, "ours": 1.0, "yardstick": 2.0, "ratio": 0.5, "unit": "MB/s"}
                 for name in ("a", "a_name_that_is_long_indeed/1048576")]
        head, *rest = run.lines(table)
        for line in rest:
            self.assertEqual(line.index("MB/s"), head.index("unit"))


if __name__ == "__main__":
    unittest.main()
