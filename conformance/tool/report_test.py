"""report_test.py STT TREE: what `stt report` takes, and what it makes of it."""

import base64
import json
import re
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

STT, TREE = sys.argv[1], Path(sys.argv[2])
DONE, UNREADABLE, CANNOT_WRITE, USAGE = 0, 13, 14, 64
BENCH = [{"name": "seal/1200", "ours": 900.0, "yardstick": 750.0, "ratio": 1.2, "unit": "MB/s"}]


def stt(*arguments):
    return subprocess.run([STT, *map(str, arguments)], capture_output=True, text=True, timeout=240)


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.page = self.path / "report.html"

    def write(self, name, text):
        (self.path / name).write_text(text)
        return self.path / name

    def sections(self, *inputs):
        result = stt("report", *inputs, "-o", self.page)
        self.assertEqual((result.returncode, result.stderr), (DONE, ""))
        self.assertEqual(result.stdout, f"report: {self.page}\n")
        data = re.search(r'id="data">(.*?)</script>', self.page.read_text(), re.S).group(1)
        return json.loads(zlib.decompress(base64.b64decode(data)))["sections"]

    def test_every_input_has_its_section(self):
        results, run, db = self.path / "results.jsonl", self.path / "run.json", self.path / "night.db"
        stt("conform", "run", "--group", "varint", "--jsonl", results)
        stt("sim", "run", "handshake-loss", "--timeline", run)
        stt("sim", "campaign", "--seeds", "1:3", "--db", db)
        requirements = self.write("r.json", stt("conform", "requirements", "--json", "--root", TREE).stdout)
        old, new = (self.write(name, json.dumps(BENCH)) for name in ("old.json", "new.json"))
        goals = TREE / "reports/numbers.json"
        mutants = self.write("mutants.json", json.dumps({"mutants": []}))
        fuzz = self.write("runs.jsonl", json.dumps({"target": "frame", "runs": 5, "seconds": 1, "findings": []}) + "\n")
        coverage = self.write("coverage.json", json.dumps({"gcovr/summary_format_version": "0.5", "files": []}))
        sections = self.sections(old, goals, db, requirements, fuzz, new, coverage, run, mutants, results)
        self.assertEqual([section["kind"] for section in sections],
                         ["conformance", "scenario", "requirements", "mutants", "campaign", "fuzz", "coverage", "bench", "goals"])
        by_kind = {section["kind"]: section for section in sections}
        self.assertTrue(all(section["title"] for section in sections))
        self.assertEqual(by_kind["campaign"]["worlds"], 3)
        self.assertEqual(sum(fault["times"] for fault in by_kind["campaign"]["faults"]) > 0, True)
        self.assertEqual([run["name"] for run in by_kind["bench"]["runs"]], ["old", "new"])
        self.assertEqual(by_kind["bench"]["runs"][0]["rows"], BENCH)
        self.assertEqual(by_kind["goals"]["steps"], json.loads(goals.read_text()))

    def test_the_same_inputs_give_the_same_page(self):
        bench = self.write("b.json", json.dumps(BENCH))
        self.sections(bench)
        first = self.page.read_bytes()
        self.sections(bench)
        self.assertEqual(self.page.read_bytes(), first)

    def test_a_title_is_text(self):
        stt("report", self.write("b.json", json.dumps(BENCH)), "-o", self.page, "--title", "<script>")
        self.assertIn("<title>&lt;script></title>", self.page.read_text())

    def test_what_it_does_not_know_is_named(self):
        for text in ("", "[]", "{}", "5", "null", "no JSON", '{"kind":"scenario"}', '[{"ratio":1}]', "{}\n{}\n", '{"target":1}\n{"target":1}\n', "SQLite format 3\0"):
            result = stt("report", self.write("odd", text), "-o", self.page)
            self.assertEqual(result.returncode, UNREADABLE, text)
            self.assertRegex(result.stderr, r"^stt report: .*odd")
            self.assertFalse(self.page.exists())
        self.assertEqual(stt("report", self.path / "nowhere", "-o", self.page).returncode, UNREADABLE)

    def test_a_page_that_cannot_be_written(self):
        bench = self.write("b.json", json.dumps(BENCH))
        self.assertEqual(stt("report", bench, "-o", self.path / "no" / "such").returncode, CANNOT_WRITE)
        self.assertEqual(stt("report", bench).returncode, USAGE)
        self.assertEqual(stt("report", "-o", self.page).returncode, USAGE)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
