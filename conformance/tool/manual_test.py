"""manual_test.py STT: man pages and completions say what --help says, and man, bash and zsh understand them."""

import functools
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]


@functools.cache
def run(*arguments):
    return subprocess.run([STT, *arguments], capture_output=True, text=True, timeout=60)


def commands_below(path):
    """The subcommands that `stt PATH --help` shows."""
    shown = run(*path, "--help").stdout
    section = re.search(r"^Subcommands:\n((?:  .*\n)+)", shown, re.M)
    return re.findall(r"^  (\S+)", section[1], re.M) if section else []


def all_commands(path=()):
    yield path
    for name in commands_below(path):
        yield from all_commands((*path, name))


def options_of(path):
    return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", run(*path, "--help").stdout, re.M))


class ManPagesTest(unittest.TestCase):
    def test_every_command_has_a_page_with_all_of_its_options(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run("man", "--out", folder).returncode, 0)
            pages = {page.stem: page.read_text() for page in Path(folder).iterdir()}
            commands = list(all_commands())
            self.assertEqual(set(pages), {"-".join(("stt", *path)) for path in commands})
            for path in commands:
                page = pages["-".join(("stt", *path))].replace("\\-", "-")
                self.assertEqual(set(re.findall(r"\\fB(--[a-z-]+)\\fR", page)), options_of(path), path)
            self.assertEqual(run("man", "conform", "run").stdout, (Path(folder) / "stt-conform-run.1").read_text())

    def test_pages_are_without_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run("man", "--out", folder).returncode, 0)
            pages = sorted(map(str, Path(folder).iterdir()))
            judged = subprocess.run(["mandoc", "-T", "lint", *pages], capture_output=True, text=True)
            # Pages have a version in place of a date, and shown lines are as long as in --help.
            faults = [line for line in judged.stdout.splitlines()
                      if not re.search(r"missing date|input text line longer|unknown library|STYLE:", line)]
            self.assertEqual(faults, [])
            shown = subprocess.run(["mandoc", "-T", "ascii", f"{folder}/stt-conform-adapter-new.1"], capture_output=True,
                                   text=True).stdout
            shown = re.sub(".\b", "", shown)
            self.assertIn("stt-conform-adapter-new - Write an adapter", shown)
            self.assertRegex(shown, r"--language cpp\|python\|node\n +.*\(required\)\n")

    def test_unknown_commands_and_folders_are_refused(self):
        self.assertEqual(run("man", "stroe").returncode, 64)
        self.assertEqual(run("man", "--out", "/dev/null/below").returncode, 14)
        self.assertEqual(run("completion", "fish").returncode, 64)


class CompletionTest(unittest.TestCase):
    """What a shell offers for the last of these words."""

    def bash(self, *words):
        script = run("completion", "bash").stdout + (
            f"COMP_WORDS=(stt {shlex.join(words)}) COMP_CWORD={len(words)}\n_stt\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n")
        done = subprocess.run(["bash", "-u", "-c", script], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def zsh(self, *words):
        """The functions of zsh's completion system that the script calls, as they were called."""
        script = ("compdef() { :; }\ncompadd() { print -l -- ${@[2,-1]}; }\n_files() { print FILES; }\n"
                  "_describe() { print -l -- ${${(P)2}%%:*}; }\n") + run("completion", "zsh").stdout + (
            f"words=(stt {shlex.join(words)}) CURRENT={len(words) + 1}\n_stt\n")
        done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {word for word in done.stdout.split() if word.startswith(words[-1]) or word == "FILES"}

    def test_commands_and_options_are_those_of_help(self):
        for path in all_commands():
            for shell in (self.bash, self.zsh):
                with self.subTest(path=path, shell=shell.__name__):
                    self.assertEqual({word for word in shell(*path, "--") if word.startswith("--")}, options_of(path))
                    if below := commands_below(path):
                        self.assertEqual(shell(*path, ""), set(below))

    def test_beginnings_are_completed(self):
        for shell in (self.bash, self.zsh):
            self.assertEqual(shell("conform", "ru"), {"run"})
            self.assertEqual(shell("conform", "run", "--jo"), {"--jobs"})

    def test_values_are_choices_or_files(self):
        for shell in (self.bash, self.zsh):
            self.assertEqual(shell("conform", "adapter", "new", "--language", ""), {"cpp", "node", "python"})
            self.assertEqual(shell("conform", "adapter", "new", "--language", "p"), {"python"})
        self.assertEqual(self.zsh("conform", "run", "--html", ""), {"FILES"})
        self.assertEqual(self.bash("conform", "run", "--html", "--"), set())
        self.assertEqual(self.bash("conform", "adapter", "new", "--language", "=", "no"), {"node"})

    def test_words_that_are_values_are_no_commands(self):
        for shell in (self.bash, self.zsh):
            self.assertEqual(shell("store", "put", "--store", "ls", "--sto"), {"--store"})
            self.assertIn("--jobs", shell("conform", "run", "--jobs", "2", "--"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
