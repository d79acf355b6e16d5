"""installed_test.py BUILD ADAPTER: `stt` as it is installed, in an empty folder, by the script for continuous integration."""

import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from installation import Installation

BUILD, ADAPTER = Path(sys.argv[1]), sys.argv[2]
DOCS = Path(__file__).resolve().parents[2] / "docs"


class InstalledTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.installed = Installation(BUILD, cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.empty = Path(folder.name)

    def run_script(self, *arguments, **variables):
        return subprocess.run(
            ["sh", self.installed.share / "docs/ci/stt-conformance.sh", *arguments], cwd=self.empty, capture_output=True, text=True,
            env={"PATH": self.installed.path, **variables}, timeout=120)

    def test_installed_stt_finds_its_own_vectors_and_specification(self):
        explained = subprocess.run([self.installed.stt, "conform", "explain", "varint.decode/overlong-300"],
                                   cwd=self.empty, capture_output=True, text=True)
        self.assertEqual(explained.returncode, 0, explained.stderr)
        self.assertIn("STT-VARINT-", explained.stdout)
        manifest = self.installed.share / "vectors/manifest.json"
        self.addCleanup(manifest.write_text, manifest.read_text())
        manifest.write_text("{")
        done = subprocess.run([self.installed.stt, "conform", "run"], cwd=self.empty, capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(str(manifest), done.stderr)

    def test_manual_completion_and_what_the_help_points_at_are_installed(self):
        share = self.installed.prefix / "share"
        page = (share / "man/man1/stt-conform-run.1").read_text()
        self.assertEqual(page, subprocess.run([self.installed.stt, "man", "conform", "run"], capture_output=True,
                                              text=True).stdout)
        for file, beginning in (("bash-completion/completions/stt", "# Completion for bash"),
                                ("zsh/site-functions/_stt", "#compdef stt"), ("stt/docs/wireshark/stt.lua", "--"),
                                ("stt/docs/writing-an-adapter.md", "# "), ("doc/stt/copyright", "")):
            self.assertTrue((share / file).read_text().startswith(beginning), file)

    def test_script_judges_an_adapter_and_writes_what_pipelines_read(self):
        done = self.run_script("--group", "varint", ADAPTER=ADAPTER)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout.splitlines()[-1], r"^conform: [1-9]\d* expected, 0 unexpected, ")
        results = self.empty / "conformance-results"
        self.assertGreater(len(list(xml.parse(results / "junit.xml").getroot().iter("testcase"))), 10)
        self.assertGreater(len((results / "results.jsonl").read_text().splitlines()), 10)
        self.assertIn("<html", (results / "report.html").read_text())
        self.assertTrue((results / "summary.md").read_text())

    def test_exit_code_is_that_of_the_suite(self):
        (self.empty / "wrong.py").write_text(
            "import json, sys\n"
            "for line in sys.stdin:\n"
            "    asked = json.loads(line)\n"
            "    hello = {'protocol': 1, 'implementation': 'x', 'version': '1', 'kinds': ['varint.decode'], 'peer': False}\n"
            "    print(json.dumps({'id': asked['id'], 'outcome': 'accept', 'out': {}, **hello}), flush=True)\n")
        wrong = self.run_script("--kind", "varint.decode", ADAPTER="python3 wrong.py")
        self.assertEqual(wrong.returncode, 1)
        self.assertRegex(wrong.stdout.splitlines()[-1], r"^conform: 0 expected, [1-9]\d* unexpected, ")
        silent = self.run_script("--kind", "varint.decode", ADAPTER="true")
        self.assertEqual(silent.returncode, 5)
        self.assertTrue(silent.stderr)

    def test_script_says_what_it_needs(self):
        done = self.run_script()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("ADAPTER", done.stderr)

    def test_summary_reaches_the_page_of_github_actions(self):
        page = self.empty / "page.md"
        self.run_script("--group", "varint", ADAPTER=ADAPTER, GITHUB_STEP_SUMMARY=str(page))
        self.assertEqual(page.read_text(), (self.empty / "conformance-results/summary.md").read_text())

    def test_workflow_calls_the_same_script(self):
        workflow = (DOCS / "ci/github-actions.yml").read_text()
        self.assertIn("run: sh stt-conformance.sh", workflow)
        self.assertIn("/tmp/stt/dev install /usr/local", workflow)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
