"""suite_live_test.py STT: the live group, against real listeners that are right, and against some that are not."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from raw_websocket import make_certificate

STT = sys.argv[1]
AS_EXPECTED, TOO_FEW, UNEXPECTED, UNREACHED, USAGE = 0, 3, 7, 8, 64
SEED = bytes(range(32)).hex()  # that everybody knows
LIMIT = 120
IN_VAIN = ("--deadline", 1)  # where nothing will come; elsewhere a busy machine gets the time that it needs
BASE = "live/handshake"


@contextlib.contextmanager
def listener(*arguments):
    """A program that prints where it listens, in its first line."""
    process = subprocess.Popen([STT, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = process.stdout.readline()
        match = re.match(r"listening on (?:(udp|wss?)://)?([\d.]+:\d+)", line)
        assert match, line
        yield f"{match[1] or 'udp'}://{match[2]}" + ("/" if (match[1] or "").startswith("ws") else "")
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def node_with_the_published_seed(*transport):
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "pair.seed"
        seed.write_text(SEED)
        seed.chmod(0o600)
        with listener("node", "listen", *transport, "--bind", "127.0.0.1", "--seed-file", seed, "--out", folder) as url:
            yield url


@contextlib.contextmanager
def answering(answer):
    """A UDP socket that answers each datagram with answer(datagram), and never if that is None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.05)
        over = threading.Event()

        def serve():
            while not over.is_set():
                try:
                    datagram, sender = sock.recvfrom(65536)
                except TimeoutError:
                    continue
                reply = answer(datagram)
                if reply is not None:
                    sock.sendto(reply, sender)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"udp://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def judge(url, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        done = subprocess.run([STT, "conform", "run", "--live", url, "--jsonl", lines, *map(str, arguments)],
                              capture_output=True, text=True, timeout=LIMIT)
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]] if lines.exists() else []
        body = lines.read_bytes().partition(b"\n")[2] if lines.exists() else b""
    return done, {row["id"]: row for row in rows}, body


class LiveGroupTest(unittest.TestCase):
    def assert_passes(self, url, done, rows, unsupported=()):
        self.assertEqual(done.returncode, AS_EXPECTED, done.stdout + done.stderr)
        others = {name: row["verdict"] for name, row in rows.items() if row["verdict"] != "pass"}
        self.assertEqual(others, {name: "unsupported" for name in unsupported})
        bad_networks = {name for name in rows if name.startswith("live/through-")}
        self.assertEqual(len(bad_networks), 5 if url.startswith("udp") else 0)
        self.assertGreater(len(rows) - len(bad_networks), 15)

    def test_the_reference_does_all_that_is_asked_of_it(self):
        for transport in ("--udp", "--ws"):
            with self.subTest(transport=transport), listener("conform", "echo", transport, 0) as url:
                done, rows, body = judge(url, "--echo")
                self.assert_passes(url, done, rows)
                self.assertRegex(done.stdout, r"conform: \d+ expected, 0 unexpected, 0 unsupported, 0 not-exercised")
                # The same listener again, without a word on its echo.
                done, rows, again = judge(url, "--seed", 2)
                self.assert_passes(url, done, rows, ["live/echo"])
                echo = "live/echo".encode()
                self.assertEqual([line for line in body.splitlines() if echo not in line],
                                 [line for line in again.splitlines() if echo not in line])

    def test_another_program_with_the_published_seed_passes_what_it_supports(self):
        with node_with_the_published_seed("--port", 0) as url:
            self.assert_supported_cases_pass(url)

    def test_over_tls_it_passes_if_its_authority_is_trusted(self):
        with tempfile.TemporaryDirectory() as folder:
            ca, certificate, key = make_certificate(Path(folder))
            with node_with_the_published_seed("--wss", 0, "--cert", certificate, "--key", key) as url:
                self.assertTrue(url.startswith("wss://"))
                self.assert_unreached(url, "fail", "websocket.certificate_untrusted")
                self.assert_supported_cases_pass(url, "--ca", ca)

    def assert_supported_cases_pass(self, url, *arguments):
        done, rows, _ = judge(url, *arguments)
        self.assertEqual(done.returncode, AS_EXPECTED, done.stdout + done.stderr)
        for name in (BASE, "live/ping", "live/rotation", "live/garbage", "live/frames-replayed"):
            self.assertEqual(rows[name]["verdict"], "pass", name)

    def test_a_slow_handshake_changes_no_verdict(self):
        """While the next connection comes about, its peer closes that of the session that is over."""
        with node_with_the_published_seed("--ws", 0) as url, hard_to_reach(url, 2) as slow:
            done, rows, _ = judge(slow, "--id", "live/session-again")
        self.assertEqual(done.returncode, AS_EXPECTED, done.stdout + done.stderr)
        self.assertEqual(rows["live/session-again"]["verdict"], "pass")

    def assert_unreached(self, url, verdict, words, *arguments):
        done, rows, _ = judge(url, *arguments)
        self.assertEqual(done.returncode, UNREACHED, done.stdout + done.stderr)
        self.assertEqual(rows[BASE]["verdict"], verdict)
        self.assertIn(words, rows[BASE]["note"])
        self.assertEqual({row["verdict"] for name, row in rows.items() if name != BASE}, {"not-exercised"})
        self.assertIn(f"{BASE}: once more, alone: ", done.stderr)
        self.assertIn(f"again       stt conform run --live '{url}' --id '{BASE}'", done.stdout)

    def test_one_with_another_seed_is_silent(self):
        with tempfile.TemporaryDirectory() as folder:
            seed = Path(folder) / "other.seed"
            subprocess.run([STT, "keygen", "--out", seed], check=True, stdout=subprocess.DEVNULL)
            for transport in ("--port", "--ws"):
                with listener("node", "listen", transport, 0, "--bind", "127.0.0.1", "--seed-file", seed, "--out",
                              folder) as url:
                    self.assert_unreached(url, "hang", "", *IN_VAIN)

    def test_one_that_never_answers_is_silent(self):
        with answering(lambda _: None) as url:
            self.assert_unreached(url, "hang", "silence", *IN_VAIN)

    def test_one_that_answers_garbage_has_no_session(self):
        with answering(lambda _: bytes(300)) as url:
            self.assert_unreached(url, "fail", "and no session", "--deadline", 3)
        with answering(lambda datagram: datagram) as url:
            self.assert_unreached(url, "fail", "and no session", "--deadline", 3)

    def test_no_websocket_is_there(self):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            url = f"ws://127.0.0.1:{sock.getsockname()[1]}/"
            self.assert_unreached(url, "fail", "websocket.unreachable")

    def test_one_that_is_no_node_fails_what_it_does_wrong(self):
        """In front of the reference stands somebody who answers what should meet silence."""
        with listener("conform", "echo", "--udp", 0) as url:
            host, port = re.match(r"udp://(.*):(\d+)", url).groups()
            with talkative(host, int(port)) as broken:
                done, rows, _ = judge(broken, "--deadline", 5, "--id", "live/garbage", "--id", "live/ping")
        self.assertEqual(done.returncode, UNEXPECTED, done.stdout + done.stderr)
        self.assertEqual({name: row["verdict"] for name, row in rows.items()},
                         {"live/garbage": "fail", "live/ping": "pass"})
        self.assertIn("STT-FRAME-001", rows["live/garbage"]["note"])

    def test_usage(self):
        for arguments in (["--live", "http://x/"], ["--live", "udp://127.0.0.1"], ["--echo"],
                          ["--live", "udp://127.0.0.1:9", "--adapter", "true"],
                          ["--live", "udp://127.0.0.1:9", "--shard", "1/2"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(subprocess.run([STT, "conform", "run", *arguments], capture_output=True,
                                                timeout=LIMIT).returncode, USAGE)
        self.assertEqual(subprocess.run([STT, "conform", "echo"], capture_output=True, timeout=LIMIT).returncode, USAGE)
        with answering(lambda _: None) as url:
            self.assertEqual(judge(url, "--id", "no/such", *IN_VAIN)[0].returncode, TOO_FEW)

    def test_cases_are_listed_and_explained(self):
        listed = subprocess.run([STT, "conform", "list", "--live"], capture_output=True, text=True, timeout=LIMIT)
        self.assertIn("live/wrong-seed  STT-HANDSHAKE-031  Whoever", listed.stdout)
        explained = subprocess.run([STT, "conform", "explain", "live/wrong-seed"], capture_output=True, text=True,
                                   timeout=LIMIT)
        self.assertIn("MUST be met with silence", explained.stdout)


@contextlib.contextmanager
def hard_to_reach(url, seconds):
    """Of the WebSocket at that address one where each connection takes that long to come about."""
    host, port = re.match(r"ws://(.*):(\d+)/", url).groups()
    over = threading.Event()

    def carry(source, target):
        source.settimeout(0.05)
        with contextlib.suppress(OSError), target:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    data = source.recv(65536)
                    if not data:
                        return
                    target.sendall(data)

    def serve():
        while not over.is_set():
            with contextlib.suppress(OSError):
                near, _ = front.accept()
                over.wait(seconds)
                far = socket.create_connection((host, int(port)))
                for ends in ((near, far), (far, near)):
                    threads.append(threading.Thread(target=carry, args=ends))
                    threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as front:
        front.settimeout(0.05)
        threads = [threading.Thread(target=serve)]
        threads[0].start()
        try:
            yield f"ws://127.0.0.1:{front.getsockname()[1]}/"
        finally:
            over.set()
            for thread in threads:
                thread.join()


@contextlib.contextmanager
def talkative(host, port):
    """Passes datagrams on and back, and answers itself what does not begin as a frame does."""
    target = (host, port)
    over = threading.Event()
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind(("127.0.0.1", 0))
    front.settimeout(0.05)
    behind = {}  # sender -> socket of its own towards the target

    def bring_back(sock, sender):
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                front.sendto(sock.recv(65536), sender)

    def serve():
        while not over.is_set():
            try:
                datagram, sender = front.recvfrom(65536)
            except TimeoutError:
                continue
            if datagram[:2] != b"ST":
                front.sendto(b"what?", sender)
                continue
            if sender not in behind:
                behind[sender] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                behind[sender].settimeout(0.05)
                behind[sender].connect(target)
                threads.append(threading.Thread(target=bring_back, args=(behind[sender], sender)))
                threads[-1].start()
            behind[sender].send(datagram)

    threads = [threading.Thread(target=serve)]
    threads[0].start()
    try:
        yield f"udp://127.0.0.1:{front.getsockname()[1]}"
    finally:
        over.set()
        for thread in threads:
            thread.join()
        for sock in (front, *behind.values()):
            sock.close()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
