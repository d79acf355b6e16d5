"""command_line_test.py STT: what the program `stt` answers to its user, and keygen."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]
DONE, CANNOT_WRITE, USAGE = 0, 14, 64


def run(*arguments):
    return subprocess.run([STT, *map(str, arguments)], capture_output=True, text=True, timeout=60)


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def test_version_and_help(self):
        version = run("--version")
        self.assertEqual(version.returncode, DONE)
        self.assertRegex(version.stdout, r"^stt \d+\.\d+\.\d+\nprotocol STT/1, cipher suite 0x01, vectors \d+\.\d+\.\d+\n"
                                         r"build \w+, (GNU|Clang) [\d.]+.*\nmade with libsodium \d\S+, OpenSSL 3\S+, "
                                         r"Boost \d\S+, LMDB \d\S+\n$")
        for arguments in (["--help"], ["keygen", "--help"]):
            shown = run(*arguments)
            self.assertEqual(shown.returncode, DONE)
            self.assertIn("stt ", shown.stdout)

    def test_usage(self):
        for arguments in ([], ["nonsense"], ["keygen", "--nonsense"], ["keygen", "--out"]):
            result = run(*arguments)
            self.assertEqual(result.returncode, USAGE, arguments)
            self.assertIn("--help", result.stderr)

    def test_a_command_that_is_missing_or_unknown_is_told_with_those_that_there_are(self):
        for arguments, told in (((), "name one of its commands: keygen node chat store"),
                                (("stroe",), "there is no command 'stroe'. There are keygen node chat store"),
                                (("node", "sned", "x"), "there is no command 'sned'. There are listen send")):
            result = run(*arguments)
            self.assertEqual(result.returncode, USAGE)
            self.assertIn(told, result.stderr)

    def test_what_makes_no_sense_is_told_in_a_sentence(self):
        seed = ("--seed-file", "x")
        for command, rest, told in (
                # What the parser refuses.
                ("node listen", ("--port", 70_000, *seed), "--port: Value 70000 not in range 0 to 65535"),
                ("sim checkpoints", ("--every", 0, "x"), "--every: Value 0 not in range 1 to 4611686018427387904"),
                ("conform adapter new", ("--language", "c", "x"), "--language: c not in {cpp,python,node}"),
                ("chat", ("h:1", "--listen", 3, *seed), "TO excludes --listen"),
                ("conform run", ("--echo",), "--echo requires --live"),
                ("sim report", ("a", "b"), "db: At Most 1 required but received 2"),
                ("conform matrix", ("--adapter", "a=b", "c=d"), "The following argument was not expected: c=d"),
                # What our checks refuse.
                ("chat", ("h", *seed), "TO: an endpoint is HOST:PORT, like example.org:9000, 192.0.2.1:9000 or "
                                       "[2001:db8::1]:9000"),
                ("conform matrix", ("--adapter", "a=b", "--adapter", "a=c"), "--adapter: a is named twice"),
                # What the commands refuse.
                ("chat", seed, "either TO or --listen PORT is required"),
                ("node listen", seed, "one of --port, --ws and --wss is required"),
                ("node send", ("f", "ws://h/", "--ca", "y", *seed), "--ca: is for a wss:// URL"),
                ("conform echo", (), "one of --udp and --ws is required"),
                ("conform vectors promote", ("--kind", "x"), "either FILE or --hex is required")):
            with self.subTest(command=command, rest=rest):
                result = run(*command.split(), *rest)
                self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
                self.assertEqual(result.stderr, f"stt {command}: {told}\nTry `stt {command} --help`.\n")

    def test_what_is_for_packages_and_shells_works_but_is_not_shown(self):
        for command in ("man", "completion"):
            self.assertEqual(run(command, "--help").returncode, DONE)
            self.assertNotRegex(run("--help").stdout, rf"(?m)^  {command}\b")
            self.assertNotIn(f"stt-{command}", run("man").stdout)

    def test_keygen_writes_for_the_owner_only_and_never_the_same_twice(self):
        one, two = self.path / "one", self.path / "two"
        old_mask = os.umask(0)
        self.addCleanup(os.umask, old_mask)
        for path in (one, two):
            self.assertEqual(run("keygen", "--out", path).returncode, DONE)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertRegex(path.read_text(), r"\A[0-9a-f]{64}\n\Z")
        self.assertNotEqual(one.read_text(), two.read_text())
        self.assertRegex(run("keygen").stdout, r"\A[0-9a-f]{64}\n\Z")

    def test_keygen_replaces_nothing_unless_forced(self):
        path = self.path / "seed"
        path.write_text("precious")
        path.chmod(0o644)
        self.assertEqual(run("keygen", "--out", path).returncode, CANNOT_WRITE)
        self.assertEqual(path.read_text(), "precious")
        self.assertEqual(run("keygen", "--out", path, "--force").returncode, DONE)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(run("keygen", "--out", path / "below").returncode, CANNOT_WRITE)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
