"""guide_test.py BUILD GUIDE: runs what a guide tells its reader to run, in an empty folder, with the installed `stt`.

In a block ```console, a line "$ COMMAND" is run by sh; the lines below it are what must come out, in this order: "..."
stands for anything, also for any number of lines. "[exit N]" is the exit code, where it is not 0. A block ```python after
the words "write it to `FILE`" is written to that file."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from installation import Installation

BUILD, GUIDE = Path(sys.argv[1]), Path(sys.argv[2])


def blocks(page):
    """(language, text, the words before it) of each fenced block."""
    before = 0
    for found in re.finditer(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S):
        yield found[1], found[2], page[before:found.start()]
        before = found.end()


def commands(block):
    """(command, the lines it prints, its exit code)"""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, *printed = part.rstrip("\n").split("\n")
        code = 0
        if printed and (last := re.fullmatch(r"\[exit (\d+)\]", printed[-1])):
            code = int(last[1])
            printed.pop()
        yield command, printed, code


def pattern(printed):
    """A line of dots alone is any number of lines; dots within a line are anything within it."""
    lines = (r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("..."), ".*") + r"\n"
             for line in printed)
    return "".join(lines)


class GuideTest(unittest.TestCase):
    def test_commands_do_what_the_page_says(self):
        with tempfile.TemporaryDirectory() as prefix, tempfile.TemporaryDirectory() as folder:
            installed = Installation(BUILD, prefix)
            environment = {"PATH": installed.path, "STT_SHARE": str(installed.share), "PYTHONDONTWRITEBYTECODE": "1"}
            count = 0
            for language, text, before in blocks(GUIDE.read_text()):
                if named := re.search(r"write it to `([^`]+)`:\s*$", before):
                    (Path(folder) / named[1]).write_text(text)
                if language != "console":
                    continue
                for command, printed, code in commands(text):
                    count += 1
                    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True,
                                          text=True, timeout=300)
                    with self.subTest(command):
                        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                        self.assertRegex(done.stdout, "(?m)^" + pattern(printed))
            self.assertGreater(count, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
