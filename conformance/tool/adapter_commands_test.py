"""adapter_commands_test.py STT ADAPTERS LIBRARY COMPILER: implementations plugged in, as a user does it. ADAPTERS is the
folder conformance/adapters, LIBRARY the example in C, COMPILER one for C++."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT, ADAPTERS, LIBRARY, COMPILER = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
PYTHON = sys.executable
DONE, FAILED, TOO_FEW, NO_ADAPTER, UNREADABLE, CANNOT_WRITE, USAGE = 0, 1, 3, 5, 13, 14, 64
REFERENCE = f"{STT} conform serve"


def stt(*arguments, text=None):
    return subprocess.run([STT, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=600)


def broken(how):
    return f"{PYTHON} {ADAPTERS}/broken/broken.py {how}"


class FolderCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class ServeTest(unittest.TestCase):
    def replies(self, *requests, options=()):
        result = stt("conform", "serve", *options, text="".join(json.dumps(each) + "\n" for each in requests))
        self.assertEqual(result.returncode, DONE, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def test_the_reference_answers_and_ends_with_its_input(self):
        hello, varint = self.replies(
            {"id": 1, "op": "hello", "protocol": 1},
            {"id": 2, "op": "vector", "kind": "varint.decode", "in": {"bytes": "ac02"}})
        self.assertTrue(hello["peer"])
        self.assertEqual(hello["entropy"], "injected")
        self.assertEqual(varint, {"id": 2, "outcome": "accept", "out": {"value": "300", "consumed": 2}})

    def test_a_library_in_a_process_of_its_own(self):
        hello, = self.replies({"id": 1, "op": "hello", "protocol": 1}, options=("--adapter-lib", LIBRARY))
        self.assertEqual(hello["implementation"], "stt example in C")
        self.assertEqual(stt("conform", "serve", "--adapter-lib", "/no/such.so").returncode, NO_ADAPTER)


class RunTest(unittest.TestCase):
    def last_line(self, *options, exit_code=DONE):
        result = stt("conform", "run", *options)
        self.assertEqual(result.returncode, exit_code, result.stdout[-2000:] + result.stderr)
        return result.stdout.splitlines()[-1]

    def test_the_reference_as_a_child_is_what_it_is_in_process(self):
        self.assertEqual(self.last_line("--adapter", REFERENCE, "--group", "frame"), self.last_line("--group", "frame"))

    def test_the_library_in_c_has_an_honest_partial_verdict(self):
        line = self.last_line("--adapter-lib", LIBRARY)
        self.assertRegex(line, r"^conform: 1\d\d expected, 0 unexpected, [1-9]\d+ unsupported, ")


    def test_who_says_yes_to_what_does_not_exist_is_never_as_expected(self):
        result = stt("conform", "run", "--adapter", broken("overclaim"), "--kind", "varint.decode")
        self.assertEqual(result.returncode, FAILED)
        self.assertRegex(result.stdout, r"^overclaim: answers the kind \w+, which does not exist")
        self.assertRegex(result.stdout.splitlines()[-1], r"^conform: \d+ expected, 0 unexpected, ")

    def test_what_was_said_on_the_way_to_a_failure_is_shown_line_by_line(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "python"
            shutil.copytree(ADAPTERS / "python", copy)
            file = copy / "stt1/paths.py"
            right = "crypto.equal(data, challenge)"
            self.assertIn(right, file.read_text())
            file.write_text(file.read_text().replace(right, "data[:4] == challenge[:4]"))
            result = stt("conform", "run", "--adapter", f"{PYTHON} {copy}/adapter.py", "--id", "peer.path/answer-wrong-at-the-end")
        self.assertEqual(result.returncode, FAILED)
        lines = result.stdout.splitlines()
        self.assertIn("  level       must", lines)
        self.assertIn('  actual      {"step":5}', lines)
        self.assertIn('    1000000 -> [{"frame":"hello"}]', lines)
        self.assertTrue(any(line.startswith("    1100000 <= ") and "address_changed" in line for line in lines), lines)

    def test_what_a_crashed_one_complained_is_shown(self):
        result = stt("conform", "run", "--adapter", broken("crash:10"), "--kind", "varint.decode", "--jobs", 1)
        self.assertEqual(result.stderr.count("about to crash"), 1, "many crash, all in the same way")
        self.assertGreater(result.stdout.count(": crash"), 1)


class CheckTest(unittest.TestCase):
    def check(self, adapter, *options):
        return stt("conform", "adapter", "check", "--adapter", adapter, *options)

    def test_honest_ones(self):
        for adapter in (REFERENCE, broken("well"), f"{STT} conform serve --adapter-lib {LIBRARY}"):
            result = self.check(adapter)
            self.assertEqual((result.returncode, len(result.stdout.splitlines())), (DONE, 1), result.stdout)
            self.assertRegex(result.stdout, r"^adapter check: 0 findings; .*, \d+ kinds of vectors, peers: (yes|no)$")

    def test_a_finding_says_what_to_do(self):
        result = self.check(broken("overclaim"))
        self.assertEqual(result.returncode, FAILED)
        self.assertRegex(result.stdout, r"(?m)^overclaim: answers the kind \S+, which does not exist, with "
                                        r'"accept"\n  do: answer what you do not know with')

    def test_what_it_complained_is_shown_if_it_crashes(self):
        result = self.check(broken("crash:4"))
        self.assertIn("crash: ended with signal SEGV", result.stdout)
        self.assertIn("about to crash", result.stderr)

    def test_a_hang_needs_the_deadline_only(self):
        result = self.check(broken("mute"), "--deadline", 1)
        self.assertIn("hang: no reply within 1 s", result.stdout)

    def test_what_does_not_start(self):
        self.assertEqual(self.check("/no/such/program").returncode, NO_ADAPTER)


class NewTest(FolderCase):
    def written(self, language, exit_code=DONE):
        folder = self.folder / language
        result = stt("conform", "adapter", "new", "--language", language, folder)
        self.assertEqual(result.returncode, exit_code, result.stderr)
        return folder

    def assert_honest(self, adapter):
        result = stt("conform", "adapter", "check", "--adapter", adapter)
        self.assertEqual(result.stdout, "adapter check: 0 findings; my-stt 0.1, 0 kinds of vectors, peers: no\n")
        result = stt("conform", "run", "--adapter", adapter, "--group", "varint")
        self.assertRegex(result.stdout.splitlines()[-1], r"conform: 0 expected, 0 unexpected, \d+ unsupported, ")

    def test_python(self):
        self.assert_honest(f"{PYTHON} {self.written('python')}/adapter.py")

    def test_node(self):
        folder = self.written("node")
        if shutil.which("node"):  # the text is the same where there is none
            self.assert_honest(f"node {folder}/adapter.js")

    def test_cpp(self):
        folder = self.written("cpp")
        subprocess.run([COMPILER, "-std=c++17", "-Wall", "-Wextra", "-Werror", "adapter.cpp", "-o", "adapter"],
                       cwd=folder, check=True, timeout=600)
        self.assert_honest(f"{folder}/adapter")

    def test_an_answer_that_is_no_json_is_an_error_and_not_a_crash(self):
        answers = {"python": ("adapter.py", "KINDS = {\n", 'KINDS = {\n    "varint.decode": lambda given: accept(value=b""),\n', PYTHON),
                   "node": ("adapter.js", "new Map([\n", "new Map([['varint.decode', () => accept({ value: 1n })],\n", "node")}
        for language, (name, line, wrong, program) in answers.items():
            file = self.written(language) / name
            text = file.read_text()
            self.assertIn(line, text)
            file.write_text(text.replace(line, wrong, 1))
            if not shutil.which(program.split()[0]):
                continue
            result = stt("conform", "run", "--adapter", f"{program} {file}", "--id", "varint.decode/zero")
            self.assertIn("varint.decode/zero: adapter-error", result.stdout, result.stderr)

    def test_varints_and_frames_alone_have_an_honest_partial_verdict(self):
        """The skeleton, after a newcomer's first hour: varints from the comments in it."""
        file = self.written("python") / "adapter.py"
        text = file.read_text().replace("KINDS = {\n", "sys.path.insert(0, sys.argv[1])\nfrom broken import refused, varint_decode\n\nKINDS = {\n")
        file.write_text(text.replace('    # "varint.decode": varint_decode', '    "varint.decode": varint_decode'))
        adapter = f"{PYTHON} {file} {ADAPTERS}/broken"
        self.assertEqual(stt("conform", "adapter", "check", "--adapter", adapter).returncode, DONE)
        result = stt("conform", "run", "--adapter", adapter)
        self.assertEqual(result.returncode, DONE, result.stdout[-2000:])
        self.assertRegex(result.stdout.splitlines()[-1], r"conform: 26 expected, 0 unexpected, \d+ unsupported, ")

    def test_nothing_is_overwritten(self):
        self.written("python")
        self.written("python", exit_code=CANNOT_WRITE)

    def test_another_language(self):
        self.assertEqual(stt("conform", "adapter", "new", "--language", "cobol", self.folder).returncode, USAGE)


class WorldTest(unittest.TestCase):
    def run_world(self, *options):
        return stt("sim", "run", *options)

    def delivered(self, result):
        return next(line for line in result.stdout.splitlines() if line.startswith("delivered")).split(", goodput")[0]

    def test_the_reference_in_a_child_delivers_the_same(self):
        plain = self.run_world("chat")
        for options in (["client"], ["server"], ["client", "server"]):
            adapters = [word for host in options for word in ("--adapter", f"{host}={REFERENCE}")]
            result = self.run_world("chat", *adapters)
            self.assertEqual(result.returncode, DONE, result.stdout + result.stderr)
            self.assertEqual(self.delivered(result), self.delivered(plain))
            self.assertEqual(result.stdout, self.run_world("chat", *adapters).stdout)

    def test_captures_of_foreign_hosts_are_opened_too(self):
        with tempfile.TemporaryDirectory() as folder:
            ladder = Path(folder) / "ladder.mmd"
            result = self.run_world("chat", "--adapter", f"server={REFERENCE}", "--mermaid", ladder)
            self.assertEqual(result.returncode, DONE, result.stderr)
            self.assertIn("HELLO", ladder.read_text())

    def test_a_foreign_host_that_fails(self):
        result = self.run_world("chat", "--adapter", f"server={broken('crash:3')}")
        self.assertEqual(result.returncode, NO_ADAPTER)
        self.assertIn("server: ", result.stderr)
        result = self.run_world("chat", "--adapter", f"server={broken('well')}")
        self.assertEqual(result.returncode, NO_ADAPTER)
        self.assertIn("it answers no peer.*", result.stderr)

    def test_usage(self):
        self.assertEqual(self.run_world("chat", "--adapter", f"nobody={REFERENCE}").returncode, USAGE)
        self.assertEqual(self.run_world("chat", "--adapter", REFERENCE.split()[0]).returncode, USAGE)


class MatrixTest(FolderCase):
    def test_all_pairs(self):
        table = self.folder / "matrix.json"
        result = stt("conform", "matrix", "--adapter", f"theirs={REFERENCE}", "--adapter", f"vectors={broken('well')}",
                     "--scenario", "chat", "--scenario", "datagrams", "--json", table)
        self.assertEqual(result.returncode, DONE, result.stdout + result.stderr)
        self.assertEqual(result.stdout.splitlines()[-1], "matrix: 8 pass, 10 unsupported, 0 otherwise, of 18")
        self.assertRegex(result.stdout, r"(?m)^theirs +\.\. +\.\. +uu *$")
        rows = json.loads(table.read_text())["pairings"]
        self.assertEqual(len(rows), 18)
        self.assertEqual({row["verdict"] for row in rows}, {"pass", "unsupported"})

    def test_what_is_wrong_stands_above_the_table(self):
        result = stt("conform", "matrix", "--adapter", f"late={broken('timer_now')}", "--scenario", "chat")
        self.assertEqual(result.returncode, FAILED)
        self.assertRegex(result.stdout, r"(?m)^late x reference, chat: (fail|adapter-error)$")

    def test_exit_codes(self):
        def code(*options):
            return stt("conform", "matrix", *options).returncode

        self.assertEqual(code("--adapter", "gone=/no/such/program"), NO_ADAPTER)
        self.assertEqual(code("--adapter", f"a={REFERENCE}", "--scenario", "no-such"), UNREADABLE)
        self.assertEqual(code("--adapter", f"reference={REFERENCE}"), USAGE)
        self.assertEqual(code("--adapter", f"a={REFERENCE}", "--adapter", f"a={REFERENCE}"), USAGE)
        self.assertEqual(code("--adapter", f"a={REFERENCE}", "--scenario", "fan-out"), USAGE)
        self.assertEqual(code(), USAGE)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
