"""guide.py PAGE: runs what a page in Markdown tells its reader to run, in an empty folder, and says what came out otherwise.

In a block ```console, a line "$ COMMAND" is run by sh; the lines below it are what must come out, in this order: "..."
stands for anything, also for any number of lines. "[exit N]" is the exit code, where it is not 0. A command that ends
with "&" is left running, like one in another terminal, once it has said what must come out. A block after the words
"write it to `FILE`" is written to that file. Port 9000 is one that is free, and `./dev stt` the `stt` of PATH."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


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
        while command.endswith("\\"):
            command = command[:-1] + printed.pop(0)
        code = 0
        if printed and (last := re.fullmatch(r"\[exit (\d+)\]", printed[-1])):
            code = int(last[1])
            printed.pop()
        yield command, printed, code


def pattern(printed):
    """A line of dots alone is any number of lines; dots within a line are anything within it."""
    lines = (r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("..."), ".*") + r"\n"
             for line in printed)
    return re.compile("^" + "".join(lines), re.M)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


class Reader:
    """Somebody who does what a page says, in `folder`."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.running = Path(folder), environment, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.running:
            process.kill()
            process.communicate()

    def follow(self, page):
        """What came out otherwise, a text for each command."""
        port = str(free_port())
        for language, text, before in blocks(page):
            if named := re.search(r"write\s+it\s+to\s+`([^`]+)`:\s*$", before, re.I):
                file = self.folder / named[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            if language != "console":
                continue
            for command, printed, code in commands(text.replace("9000", port).replace("./dev stt", "stt")):
                wrong = (self.leave_running(command.removesuffix("&"), printed) if command.endswith("&")
                         else self.run(command, printed, code))
                if wrong:
                    yield f"$ {command}\n{wrong}"

    def run(self, command, printed, code):
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300)
        if done.returncode == code and pattern(printed).search(done.stdout):
            return None
        expected = "\n".join(printed)
        return f"expected: [exit {code}]\n{expected}\ncame out: [exit {done.returncode}]\n{done.stdout}{done.stderr}"

    def leave_running(self, command, printed):
        process = subprocess.Popen(["sh", "-c", "exec " + command], cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        said = ""
        while not pattern(printed).search(said):
            line = process.stdout.readline()
            if not line:
                return f"has ended, having said:\n{said}"
            said += line
        return None


def follow(page, folder, environment):
    """What came out otherwise when the page was followed; a page without a command is wrong, too."""
    with Reader(folder, environment) as reader:
        return list(reader.follow(page)) if "```console\n" in page else ["there is no command on this page"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        found = follow(Path(sys.argv[1]).read_text(), empty, os.environ)
    print(*found, sep="\n")
    sys.exit(bool(found))
