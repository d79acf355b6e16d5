"""What live tests of `stt node` share: the processes, and a folder with a seed. Its tests get the program as argument 1."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]
DONE, NO_ANSWER, IDENTITY, UNREADABLE, CANNOT_WRITE, USAGE, UNAVAILABLE, INTERRUPTED = 0, 10, 12, 13, 14, 64, 69, 130
LIMIT = 60  # seconds; a sanitizer build on a busy machine is slow


def run(*arguments):
    return subprocess.run([STT, *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT)


def have_ipv6():
    return Path("/proc/net/if_inet6").exists() and "00000000000000000000000000000001" in Path(
        "/proc/net/if_inet6").read_text()


class Listener:
    """`stt node listen` on ports of the system's choice: by UDP, unless the arguments name other transports."""

    def __init__(self, *arguments):
        arguments = [str(argument) for argument in arguments]
        self.places = {}  # scheme -> port
        transports = [name for name in ("--port", "--ws", "--wss") if name in arguments]
        self.process = subprocess.Popen([STT, "node", "listen", *([] if transports else ["--port", "0"]), *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(len(transports) or 1):
            line = self.process.stdout.readline()
            match = re.fullmatch(r"listening on (?:(wss?)://)?(\S+):(\d+)/?(?:, node id ([0-9a-f]{64})| too)\n", line)
            if not match:
                raise AssertionError(f"{line!r} {self.process.communicate(timeout=LIMIT)}")
            self.places[match[1] or "udp"] = int(match[3])
            if number == 0:
                self.address, self.port, self.node_id = match[2], int(match[3]), match[4]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def end(self):
        """Exit code and output, once it has ended."""
        out, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, out, err


class LiveCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)
        self.inbox = self.path / "inbox"
        self.inbox.mkdir()
        self.seed = self.make_seed("pair.seed")

    def make_seed(self, name):
        self.assertEqual(run("keygen", "--out", self.path / name).returncode, DONE)
        return self.path / name

    def make_file(self, name, size):
        (self.path / name).write_bytes(os.urandom(size))
        return self.path / name

    def listen(self, *arguments):
        return Listener("--seed-file", self.seed, "--out", self.inbox, *arguments)

    def send(self, file, listener, *arguments, host="127.0.0.1", scheme=None, seed=None):
        to = f"{scheme}://{host}:{listener.places[scheme]}/" if scheme else f"{host}:{listener.port}"
        return run("node", "send", file, to, "--seed-file", seed or self.seed, *arguments)

    def assert_arrives(self, size, host="127.0.0.1", scheme=None, listen=(), send=()):
        file = self.make_file(f"file{size}", size)
        with self.listen("--once", *listen) as listener:
            sent = self.send(file, listener, *send, host=host, scheme=scheme)
            code, out, err = listener.end()
        self.assertEqual((sent.returncode, code), (DONE, DONE), sent.stderr + err)
        self.assertEqual((self.inbox / file.name).read_bytes(), file.read_bytes())
        digest = hashlib.sha3_256(file.read_bytes()).hexdigest()
        self.assertIn(digest, sent.stdout)
        self.assertIn(digest, out)
        self.assertEqual(os.listdir(self.inbox), [file.name])

    def interrupt(self, listener):
        listener.process.send_signal(signal.SIGINT)
        return listener.end()
