"""node_live_test.py STT ODD_PEER: two real processes move files over real UDP on the loopback of this machine."""

import os
import signal
import subprocess
import sys
import time
import unittest

from live_nodes import (CANNOT_WRITE, DONE, IDENTITY, INTERRUPTED, LIMIT, NO_ANSWER, STT, UNAVAILABLE, UNREADABLE, USAGE,
                        LiveCase, have_ipv6, run)

ODD_PEER = sys.argv[2]
FAILED, VERSION, DIGEST = 1, 11, 15
ABANDONED_CODE, REFUSED_CODE = 65_536, 65_537  # as in transfer_message.hpp


class LiveTest(LiveCase):
    #= STT-CRYPTO-012 test
    def test_files_arrive(self):
        for size in (0, 1, 5_000_000):
            with self.subTest(size=size):
                self.assert_arrives(size)
                (self.inbox / f"file{size}").unlink()

    #= STT-NODE-016 test
    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6")
    def test_a_file_arrives_over_ipv6(self):
        self.assert_arrives(300_000, host="[::1]", listen=("--bind", "::1"))
        (self.inbox / "file300000").unlink()
        self.assert_arrives(300_000, host="[::1]")

    def test_a_name_with_addresses_of_both_families_finds_the_one_that_listens(self):
        self.assert_arrives(1000, host="localhost", listen=("--bind", "127.0.0.1"))

    def test_keys_rotate_under_a_transfer(self):
        self.assert_arrives(2_000_000, send=("--rotate-after", "200000"))

    #= STT-NODE-006 test
    #= STT-NODE-009 test
    #= STT-NODE-014 test
    def test_one_listener_takes_many_files_also_at_once_and_replaces_none(self):
        file = self.make_file("x", 400_000)
        with self.listen() as listener:
            senders = [subprocess.Popen([STT, "node", "send", str(file), f"127.0.0.1:{listener.port}", "--seed-file",
                                         str(self.seed)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                       for _ in range(3)]
            self.assertEqual([sender.wait(LIMIT) for sender in senders], [DONE] * 3)
            self.assertEqual(self.send(file, listener).returncode, DONE)
            listener.process.send_signal(signal.SIGINT)
            self.assertEqual(listener.end()[0], INTERRUPTED)
        self.assertEqual(sorted(os.listdir(self.inbox)), ["x", "x.1", "x.2", "x.3"])

    def test_a_wrong_seed_gets_no_answer(self):
        with self.listen() as listener:
            sent = self.send(self.make_file("x", 10), listener, "--timeout", "1", seed=self.make_seed("other.seed"))
        self.assertEqual(sent.returncode, NO_ANSWER)
        self.assertIn("no answer", sent.stderr)
        self.assertEqual(os.listdir(self.inbox), [])

    def test_a_port_where_nobody_listens_gives_no_answer(self):
        with self.listen() as listener:
            port = listener.port
        sent = run("node", "send", self.make_file("x", 10), f"127.0.0.1:{port}", "--seed-file", self.seed, "--timeout",
                   "1")
        self.assertEqual(sent.returncode, NO_ANSWER)

    def test_a_pin_is_kept_on_either_side(self):
        mine, theirs = self.make_seed("mine.seed"), self.make_seed("theirs.seed")
        file = self.make_file("x", 10)
        with self.listen("--node-seed-file", theirs) as listener:
            sent = self.send(file, listener, "--expect", "00" * 32)
            self.assertEqual(sent.returncode, IDENTITY, sent.stderr)
            self.assertEqual(os.listdir(self.inbox), [])
            self.assertEqual(self.send(file, listener, "--expect", listener.node_id).returncode, DONE)
            node_id = listener.node_id
        with self.listen("--node-seed-file", mine, "--expect", node_id) as listener:
            refused = self.send(file, listener, "--timeout", "1")
            self.assertEqual(refused.returncode, NO_ANSWER)
            self.assertEqual(self.send(file, listener, "--node-seed-file", theirs).returncode, DONE)

    def test_a_node_seed_is_an_identity_that_stays(self):
        node = self.make_seed("node.seed")
        with self.listen("--node-seed-file", node) as first:
            pass
        with self.listen("--node-seed-file", node) as second, self.listen() as other:
            self.assertEqual(first.node_id, second.node_id)
            self.assertNotEqual(first.node_id, other.node_id)
            self.assertIn("a new identity for this run", self.interrupt(other)[2])

    def test_input_that_cannot_be_read(self):
        with self.listen() as listener:
            self.assertEqual(self.send(self.path / "none", listener).returncode, UNREADABLE)
            file = self.make_file("x", 1)
            self.assertEqual(self.send(file, listener, seed=self.path / "none").returncode, UNREADABLE)
            self.seed.chmod(0o644)
            sent = self.send(file, listener, "--timeout", "1")
            self.assertEqual(sent.returncode, UNREADABLE)
            self.assertIn("chmod 600", sent.stderr)
            self.assertEqual(self.send(file, listener, "--allow-readable-seed").returncode, DONE)

    def test_a_folder_that_cannot_be_written(self):
        below_a_file = self.make_file("plain", 1) / "inbox"
        for out in (below_a_file, self.path / "none" / "inbox", self.path / "plain"):
            result = run("node", "listen", "--port", 0, "--seed-file", self.seed, "--out", out)
            self.assertEqual(result.returncode, CANNOT_WRITE, out)

    def test_a_folder_that_vanishes_meanwhile_is_told_to_both(self):
        with self.listen("--once") as listener:
            self.inbox.rmdir()
            sent = self.send(self.make_file("x", 1_000_000), listener)
            code, _, err = listener.end()
        self.assertEqual((sent.returncode, code), (CANNOT_WRITE, CANNOT_WRITE), sent.stderr + err)

    def test_what_the_receiver_says_decides_how_the_sender_ends(self):
        file = self.make_file("x", 100_000)
        for verdict, code in ((0, DONE), (1, DIGEST), (2, CANNOT_WRITE), (3, FAILED), (4, VERSION), (99, VERSION)):
            with self.subTest(verdict=verdict), subprocess.Popen([ODD_PEER, "answer", self.seed, str(verdict)],
                                                                 stdout=subprocess.PIPE, text=True) as peer:
                port = int(peer.stdout.readline())
                sent = run("node", "send", file, f"127.0.0.1:{port}", "--seed-file", self.seed)
                self.assertEqual(sent.returncode, code, sent.stderr)
                self.assertEqual(peer.wait(LIMIT), 0)

    #= STT-STREAM-060 test
    def test_a_sender_that_is_told_to_end_resets_what_it_has_not_sent(self):
        file = self.make_file("x", 50_000_000)
        with subprocess.Popen([ODD_PEER, "answer", self.seed, "4"], stdout=subprocess.PIPE, text=True) as peer:
            port = int(peer.stdout.readline())
            self.assertEqual(run("node", "send", file, f"127.0.0.1:{port}", "--seed-file", self.seed).returncode, VERSION)
            self.assertEqual(set(peer.communicate(timeout=LIMIT)[0].split("\n")), {f"code {ABANDONED_CODE}", ""})

    #= STT-STREAM-060 test
    def test_a_listener_refuses_a_version_it_does_not_speak_and_a_digest_that_differs(self):
        for oddity, expected in (("version", VERSION), ("digest", DIGEST)):
            with self.subTest(oddity=oddity), self.listen("--once") as listener:
                peer = subprocess.run([ODD_PEER, "send", self.seed, str(listener.port), oddity], timeout=LIMIT, check=False,
                                      capture_output=True, text=True)
                code, _, err = listener.end()
                self.assertEqual((peer.returncode, code), (0, expected), err)
                self.assertEqual(peer.stdout, f"code {REFUSED_CODE}\n" if oddity == "version" else "")
                self.assertEqual(os.listdir(self.inbox), [])

    def test_a_port_in_use(self):
        with self.listen() as listener:
            again = run("node", "listen", "--port", listener.port, "--seed-file", self.seed)
            self.assertEqual(again.returncode, UNAVAILABLE)
            self.assertIn("in use", again.stderr)

    def test_an_interrupted_sender_leaves_nothing_and_the_listener_goes_on(self):
        with self.listen() as listener:
            sender = subprocess.Popen([STT, "node", "send", self.make_file("big", 300_000_000), f"127.0.0.1:{listener.port}",
                                       "--seed-file", self.seed], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            limit = time.monotonic() + LIMIT
            while not os.listdir(self.inbox) and time.monotonic() < limit:
                time.sleep(0.01)
            sender.send_signal(signal.SIGINT)
            _, err = sender.communicate(timeout=LIMIT)
            self.assertEqual(sender.returncode, INTERRUPTED, err)
            while os.listdir(self.inbox) and time.monotonic() < limit:
                time.sleep(0.01)
            self.assertEqual(os.listdir(self.inbox), [])
            self.assertEqual(self.send(self.make_file("x", 10), listener).returncode, DONE)

    def test_an_interrupted_listener_tells_the_sender_and_leaves_nothing(self):
        with self.listen() as listener:
            sender = subprocess.Popen([STT, "node", "send", self.make_file("big", 300_000_000), f"127.0.0.1:{listener.port}",
                                       "--seed-file", self.seed], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            limit = time.monotonic() + LIMIT
            while not os.listdir(self.inbox) and time.monotonic() < limit:
                time.sleep(0.01)
            self.assertEqual(self.interrupt(listener)[0], INTERRUPTED)
            sender.communicate(timeout=LIMIT)
            self.assertEqual(sender.returncode, NO_ANSWER)
        self.assertEqual(os.listdir(self.inbox), [])

    def test_help(self):
        for command in ("send", "listen"):
            shown = run("node", command, "--help")
            self.assertEqual(shown.returncode, DONE)
            self.assertIn(f"stt node {command} ", shown.stdout)
            self.assertIn("130 interrupted", shown.stdout)

    def test_usage(self):
        file = self.make_file("x", 1)
        wrong = [("node",), ("node", "listen"), ("node", "send", file), ("node", "listen", "--port", "70000"),
                 ("node", "listen", "--port", "1", "--seed-file", self.seed, "--bind", "nonsense"),
                 ("node", "send", file, "nowhere", "--seed-file", self.seed),
                 ("node", "send", file, "::1:9000", "--seed-file", self.seed),
                 ("node", "send", file, "localhost:9000", "--seed-file", self.seed, "--expect", "ab"),
                 ("node", "send", file, "localhost:9000", "--seed-file", self.seed, "--node-seed-file", self.seed)]
        for arguments in wrong:
            with self.subTest(arguments=arguments):
                self.assertEqual(run(*arguments).returncode, USAGE)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
