"""suite_reports_test.py STT VECTORS [JENKINS_SCHEMA]: waivers, and what `stt conform` writes of results."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zlib
from pathlib import Path

STT, VECTORS, JENKINS_SCHEMA = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
AS_EXPECTED, UNEXPECTED, BAD_WAIVERS, TOO_FEW, CONTRADICTION, HARNESS = 0, 1, 2, 3, 4, 6
WRONG = "varint.decode/overlong-300"  # made wrong in the copy of the vectors
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
BASE = "varint.decode/protobuf-300"
DAY = ("--today", "2026-06-01")


def conform(*arguments):
    return subprocess.run([STT, "conform", *map(str, arguments)], capture_output=True, text=True, timeout=120)


def sections(page):
    data = re.search(r'id="data">(.*?)</script>', page.read_text(), re.S).group(1)
    return json.loads(zlib.decompress(base64.b64decode(data)))["sections"]


class ReportsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.copy = self.path / "vectors"
        shutil.copytree(VECTORS, self.copy)

    def expect(self, case_id, expectation):
        """Lets the copy of the vectors expect something that the reference does not do."""
        for file in (self.copy / case_id.split("/")[0]).glob("*.json"):
            document = json.loads(file.read_text())
            for case in document["cases"]:
                if case["id"] == case_id:
                    case["expect"] = expectation
            file.write_text(json.dumps(document))

    def break_one(self):
        self.expect(WRONG, {"reject": {"stage": "varint", "reason": ["wire.varint_overflow"]}})

    def run_varints(self, *arguments):
        return conform("run", "--vectors", self.copy, "--group", "varint", *arguments)

    def results(self, name, *arguments):
        self.run_varints("--jsonl", self.path / name, *arguments)
        return self.path / name


class WaiversTest(ReportsTest):
    def waive(self, **changes):
        waiver = {"id": WRONG, "verdict": "wrong-reason", "because": "A known bug.", "until": "2026-06-01", **changes}
        (self.path / "waivers").write_text(json.dumps([waiver]))
        return self.run_varints("--waivers", self.path / "waivers", *DAY)

    def test_a_waived_result_is_expected(self):
        self.break_one()
        self.assertEqual(self.run_varints().returncode, UNEXPECTED)
        result = self.waive()
        self.assertEqual(result.returncode, AS_EXPECTED, result.stderr)
        self.assertIn(", 0 unexpected, ", result.stdout)

    def test_another_verdict_is_not_waived(self):
        self.break_one()
        self.assertEqual(self.waive(verdict="fail").returncode, UNEXPECTED)

    def test_a_waived_base_excuses_what_stands_on_it(self):
        self.expect(BASE, {"accept": {"value": "301", "consumed": 2}})
        result = self.waive(id=BASE, verdict="fail")
        self.assertEqual(result.returncode, AS_EXPECTED, result.stdout)
        self.assertRegex(result.stdout, r"[1-9]\d* not-exercised")

    def test_waivers_without_effect_are_errors(self):
        self.assertIn("covers " + WRONG + ", which passes", self.waive().stderr)
        self.break_one()
        for words, changes in (("matches no case", {"id": "varint.decode/no-such"}),
                               ("expired on 2026-05-31", {"until": "2026-05-31"}),
                               ("covers varint.decode/", {"id": "varint.decode/*"}),
                               ("there is no verdict", {"verdict": "perhaps"}),
                               ("needs no waiver", {"verdict": "pass"}),
                               ("is a day", {"until": "soon"}),
                               ("is empty", {"because": ""}),
                               ('no "why"', {"why": "x"})):
            result = self.waive(**changes)
            self.assertIn(words, result.stderr)
            # What is left unexpected is graver than a waiver that should go.
            graver = changes.get("id", "") == "varint.decode/no-such" or "expired" in words
            self.assertEqual(result.returncode, UNEXPECTED if graver else BAD_WAIVERS, words)

    def test_waivers_that_cannot_be_read(self):
        self.assertEqual(self.run_varints("--waivers", self.path / "nowhere").returncode, BAD_WAIVERS)
        (self.path / "waivers").write_text("{}")
        self.assertEqual(self.run_varints("--waivers", self.path / "waivers").returncode, BAD_WAIVERS)


class OutputsTest(ReportsTest):
    def test_junit(self):
        self.break_one()
        self.expect(BASE, {"accept": {"value": "300", "consumed": 2}})
        file = self.path / "junit.xml"
        self.assertEqual(self.run_varints("--junit", file).returncode, UNEXPECTED)
        root = xml.parse(file).getroot()
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(self.faults_of(file), "")
        counted = {"tests": 0, "failures": 0, "errors": 0}
        for suite in root:
            self.assertEqual(suite.tag, "testsuite")
            cases = list(suite)
            self.assertTrue(all(one.tag == "testcase" and one.get("name") and one.get("classname") for one in cases))
            inner = [child.tag for one in cases for child in one]
            self.assertEqual(int(suite.get("tests")), len(cases))
            for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                self.assertEqual(int(suite.get(attribute)), inner.count(tag))
            self.assertLessEqual(set(inner), {"failure", "error", "skipped"})
            for attribute in counted:
                counted[attribute] += int(suite.get(attribute))
        self.assertEqual({name: int(root.get(name)) for name in counted}, counted)
        failure = root.find(".//failure")
        self.assertEqual(failure.get("type"), "wrong-reason")
        self.assertIn("STT-VARINT-004", failure.text)

    def faults_of(self, file):
        """What xmllint finds wrong with JUnit XML by our schema and by that of Jenkins: nothing."""
        checked = [subprocess.run(["xmllint", "--noout", "--schema", schema, file], capture_output=True, text=True)
                   for schema in [SCHEMAS / "junit.xsd", *JENKINS_SCHEMA]]
        return "".join(each.stderr for each in checked if each.returncode != 0)

    def test_junit_keeps_to_its_schema(self):
        whole, file = self.results("whole"), self.path / "junit.xml"
        lines = [json.loads(line) for line in whole.read_text().splitlines()]
        every = ["pass", "deviation", "choice", "fail", "wrong-reason", "not-exercised", "overclaim", "unsupported", "crash",
                 "hang", "livelock", "nondeterministic", "adapter-error"]
        for line, verdict in zip(lines[1:], every):
            line.update(verdict=verdict, note="<]]> & \u0001 \uffff \ud83d\ude00")
        whole.write_text("".join(json.dumps(line) + "\n" for line in lines))
        conform("report", whole, "--junit", file)
        self.assertEqual(self.faults_of(file), "")
        self.assertEqual(len(xml.parse(file).getroot().findall(".//skipped")), 2)
        file.write_text(file.read_text().replace("<testsuites ", '<testsuites skipped="0" ', 1))
        self.assertEqual(self.faults_of(file).count("The attribute 'skipped' is not allowed."), 1 + len(JENKINS_SCHEMA))

    def test_github_is_told_where_a_case_stands(self):
        self.break_one()
        self.assertNotIn("::error", self.run_varints().stdout)
        line = 1 + (self.copy / "varint.decode" / "refuse.json").read_text().split(f'"{WRONG}"')[0].count("\n")
        run = subprocess.run([STT, "conform", "run", "--vectors", "vectors", "--group", "varint"], cwd=self.path, capture_output=True,
                             text=True, env={**os.environ, "GITHUB_ACTIONS": "true"}, timeout=120)
        told, = [each for each in run.stdout.splitlines() if each.startswith("::")]
        self.assertTrue(told.startswith(f"::error file=vectors/varint.decode/refuse.json,line={line},"
                                        f"title={WRONG}%3A wrong-reason::{WRONG}: wrong-reason%0A"), told)
        self.assertIn("STT-VARINT-004", told)
        self.assertRegex(run.stdout.splitlines()[-1], "^conform: ")

    def test_markdown(self):
        self.break_one()
        self.run_varints("--markdown", self.path / "summary.md")
        text = (self.path / "summary.md").read_text()
        self.assertRegex(text, r"\| varint \| \d+ \| 1 \| 0 \| 0 \| \d+ \|")
        self.assertIn(f"<code>{WRONG}</code>: wrong-reason", text)

    def test_the_page_stands_alone(self):
        self.break_one()
        file = self.path / "page.html"
        self.run_varints("--html", file)
        text = file.read_text()
        for part in ("http://", "https://", "src=", "@STT_REPORT"):
            self.assertNotIn(part, re.sub(r"http://www\.w3\.org/2000/svg", "", text))
        section, = sections(file)
        place = section["cases"]["id"].index(WRONG)
        run, = section["runs"]
        self.assertEqual(section["verdicts"][run["verdict"][place]], "wrong-reason")
        self.assertEqual(run["actual"][str(place)]["reason"], "wire.varint_overlong")
        self.assertEqual(run["replay"], "stt conform run")
        self.assertIn("A decoder MUST refuse a varint of more than one byte", section["requirements"]["STT-VARINT-004"])
        # What was answered as expected stands there once.
        self.assertNotIn(str(section["cases"]["id"].index(BASE)), run["actual"])

    def test_implementations_side_by_side(self):
        whole = self.results("one")
        other = self.path / "other"
        other.write_text(whole.read_text().replace('"implementation":"stt reference"', '"implementation":"<other>"'))
        page = self.path / "page.html"
        result = conform("report", whole, other, "--html", page)
        self.assertEqual(result.returncode, AS_EXPECTED, result.stderr)
        self.assertEqual(result.stdout.count("conform: "), 2)
        self.assertEqual([run["title"].split(" ")[0] for run in sections(page)[0]["runs"]], ["<other>", "stt"])
        self.assertEqual(conform("report", whole, other, "--jsonl", self.path / "x").returncode, HARNESS)

    def test_a_file_that_cannot_be_written(self):
        self.assertEqual(self.run_varints("--junit", self.path / "no" / "such").returncode, HARNESS)


class ReportAndDiffTest(ReportsTest):
    def test_shards_become_one(self):
        whole = self.results("whole")
        shards = [self.results(f"shard-{i}", "--shard", f"{i}/3") for i in (1, 2, 3)]
        merged = self.path / "merged"
        self.assertEqual(conform("report", *reversed(shards), "--jsonl", merged).returncode, AS_EXPECTED)
        self.assertEqual(merged.read_bytes(), whole.read_bytes())

    def test_parts_that_contradict_each_other(self):
        one = self.results("one")
        self.break_one()
        self.assertEqual(conform("report", one, self.results("two")).returncode, CONTRADICTION)

    def test_a_report_has_the_exit_code_of_the_run(self):
        self.break_one()
        result = conform("report", self.results("one"))
        self.assertEqual(result.returncode, UNEXPECTED)
        self.assertIn(f"{WRONG}: wrong-reason", result.stdout)

    def test_a_shard_alone_is_too_few(self):
        conform("run", "--jsonl", self.path / "half", "--shard", "1/2")
        self.assertEqual(conform("report", self.path / "half").returncode, TOO_FEW)

    def test_diff(self):
        before = self.results("before")
        self.assertEqual(conform("diff", before, before).returncode, AS_EXPECTED)
        self.break_one()
        after = self.results("after")
        result = conform("diff", before, after)
        self.assertEqual(result.returncode, UNEXPECTED)
        self.assertEqual(result.stdout.splitlines(), [f"worse    {WRONG}: pass -> wrong-reason",
                                                      "diff: 1 worse, 0 removed, 0 new, 0 changed, 0 fixed"])
        self.assertEqual(conform("diff", after, before).stdout.splitlines()[0],
                         f"fixed    {WRONG}: wrong-reason -> pass")
        fewer = self.results("fewer", "--kind", "varint.encode")
        self.assertEqual(conform("diff", before, fewer).returncode, UNEXPECTED)
        more = conform("diff", fewer, before)
        self.assertEqual(more.returncode, AS_EXPECTED)
        self.assertIn("new      varint.decode/zero: pass", more.stdout)

    def test_what_is_no_file_of_results(self):
        (self.path / "bad").write_text("{}\n")
        result = conform("diff", self.path / "bad", self.path / "bad")
        self.assertEqual(result.returncode, HARNESS)
        self.assertIn("bad:1: ", result.stderr)
        self.assertEqual(conform("report", self.path / "nowhere").returncode, HARNESS)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
