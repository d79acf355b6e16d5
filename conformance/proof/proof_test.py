"""proof_test.py: the judges of mutants find a kill, a crash and a hang, and keep what they know."""

import argparse
import json
import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import benign  # noqa: E402
import hostile  # noqa: E402
import judges  # noqa: E402
import matrix  # noqa: E402
import report  # noqa: E402
import running  # noqa: E402
import table  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

# A program that knows one scenario and one case, and what its mutants do to them.
PROGRAM = """#!/bin/sh
case "$STT_MUTANT:$1 $2" in
  *:"sim list") echo "plain  A scenario." ;;
  *:"conform list") echo "frame.decode/good  STT-FRAME-001  A case."; echo "peer.session/good  STT-SESSION-001  A case." ;;
  a.wrong:"conform run") echo "frame.decode/good: fail"; exit 1 ;;
  a.unreadable:"conform run") exit 6 ;;
  a.crash:"sim run") kill -SEGV $$ ;;
  a.unlucky:"sim run") [ "$*" != "sim run plain" ] ;;
  a.slow:"sim run") [ "$3" != plain ] ;;
esac
"""


class ProofTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        program = self.path / "stt"
        program.write_text(PROGRAM)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.tools = judges.Tools(program, program, ROOT)
        judges.SWARM_SEEDS = 3

    def options(self, **changes):
        chosen = {"results": self.path / "mutants.json", "jobs": 1, "changed": False, "again": False,
                  "first_kill": True, "table": None}
        return argparse.Namespace(**(chosen | changes))

    def test_a_case_that_fails_is_the_killer(self):
        verdict = judges.judge(self.tools, "vectors", "a.wrong")
        self.assertEqual((verdict.killed, verdict.killer, verdict.how), (True, "frame.decode/good", "fail"))

    def test_the_reference_survives(self):
        for name in ("vectors", "peers", "scenarios", "swarm"):
            self.assertFalse(judges.judge(self.tools, name, "").killed, name)

    def test_who_objects_to_the_reference_is_no_judge(self):
        with self.assertRaises(judges.HarnessError):
            judges.control(judges.Tools(self.tools.stt, self.wrong_program(), ROOT), "scenarios")

    def wrong_program(self):
        program = self.path / "wrong"
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    def test_a_crash(self):
        verdict = judges.judge(self.tools, "scenarios", "a.crash")
        self.assertEqual((verdict.killed, verdict.killer, verdict.how), (True, "plain", "crash"))

    def test_a_variant_may_be_unlucky_with_one_seed_and_not_with_most(self):
        for mutant, objection in (("a.unlucky", ""), ("a.slow", "scenarios: plain (fail)")):
            variant = {"id": mutant}
            judges.control.cache_clear()
            self.assertEqual(benign.run(self.tools, variant), objection)

    def test_who_never_ends_hangs(self):
        ran = running.run(["python3", "-c", "while True: pass"], cpu_seconds=1)
        self.assertTrue(ran.hung)
        self.assertGreaterEqual(ran.cpu_seconds, 1)

    def test_what_cannot_be_judged_is_no_kill(self):
        with self.assertRaises(judges.HarnessError):
            judges.judge(self.tools, "vectors", "a.unreadable")

    def test_what_is_known_is_not_asked_again(self):
        mutants = table.load(ROOT)[:2]
        said = []
        rows = matrix.run(self.tools, mutants, self.options(), said.append)
        self.assertEqual(len(said), 2)
        self.assertEqual(matrix.run(self.tools, mutants, self.options(), said.append), rows)
        self.assertEqual(len(said), 2)
        self.assertEqual(len(matrix.run(self.tools, mutants, self.options(again=True), said.append)), 2)
        self.assertEqual(len(said), 4)

    def test_a_first_kill_is_a_beginning_of_the_whole(self):
        mutant = {"id": "a.wrong", "layer": "codec", "file": "wire/frame.cpp", "original": "a", "mutated": "b"}
        prints = table.fingerprint(ROOT, mutant)
        results = matrix.Results(self.path / "none.json", "suite")
        results.rows["a.wrong"] = {"fingerprint": prints, "suite": "before", "verdicts": [
            {"judge": "vectors", "killed": True}, {"judge": "peers", "killed": False}]}
        self.assertEqual(results.known(mutant, prints, any_suite=False), [])
        known = results.known(mutant, prints, any_suite=True)
        self.assertEqual([verdict["judge"] for verdict in known], ["vectors"])
        self.assertTrue(matrix.is_complete(mutant, known, first_kill=True))
        self.assertFalse(matrix.is_complete(mutant, known, first_kill=False))

    def test_what_never_occurs_in_a_world_is_no_objection_to_a_variant(self):
        def says(*problems):
            return running.Ran(1, 0.0, "".join(f"PROBLEM    {each}\n" for each in problems), False)
        gap = "too_big happened 0 times; expected at least 1"
        self.assertTrue(benign.is_gap(says(gap)))
        self.assertFalse(benign.is_gap(says(gap, "server got 1 of 2 messages")))
        self.assertFalse(benign.is_gap(says("too_big happened 2 times; expected at most 1")))
        self.assertFalse(benign.is_gap(says()))

    def test_the_last_line_counts(self):
        rows = [{"id": "a", "layer": "codec", "killed_by": 2, "equivalent": "", "quiet": True, "verdicts": []},
                {"id": "b", "layer": "codec", "killed_by": 1, "equivalent": "", "quiet": True, "verdicts": []},
                {"id": "c", "layer": "flow", "killed_by": 0, "equivalent": "", "quiet": True, "verdicts": []},
                {"id": "d", "layer": "flow", "killed_by": 0, "equivalent": "the same", "quiet": True, "verdicts": []}]
        self.assertEqual(matrix.last_line(rows), "mutants: 2 killed of 3, 1 by two layers or more; equivalent 1")

    def test_the_page_names_survivors(self):
        mutants = table.load(ROOT)[:1]
        matrix.run(self.tools, mutants, self.options(), lambda line: None)
        page = report.markdown(json.loads((self.path / "mutants.json").read_text()))
        self.assertIn(f"- `{mutants[0]['id']}`", page)


class TablesTest(unittest.TestCase):
    def test_there_are_enough_mutants_of_every_layer(self):
        mutants = table.load(ROOT)
        self.assertGreaterEqual(len(mutants), 100)
        for layer in {mutant["layer"] for mutant in mutants}:
            self.assertGreaterEqual(sum(mutant["layer"] == layer for mutant in mutants), 4, layer)
        self.assertEqual(sum(mutant.get("sample", False) for mutant in mutants), 15)

    def test_hostile_behaviours_have_names_of_their_own(self):
        behaviours = hostile.load(ROOT)
        self.assertEqual(len({each["id"] for each in behaviours}), len(behaviours))
        self.assertGreaterEqual(sum(each["keys"] for each in behaviours), 60)
        for each in behaviours:
            for shown in each["shown_by"]:
                scenario = hostile.scenario_of(shown)
                path = ROOT / (f"simulator/scenarios/{scenario}.json" if scenario else f"vectors/{shown.split('/')[0]}")
                self.assertTrue(path.exists(), shown)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
