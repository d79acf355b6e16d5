"""chat_live_test.py STT: real processes chat over real UDP on the loopback of this machine."""

import fcntl
import os
import pty
import re
import signal
import subprocess
import sys
import unittest

from live_nodes import (CANNOT_WRITE, DONE, IDENTITY, INTERRUPTED, LIMIT, NO_ANSWER, STT, UNAVAILABLE, UNREADABLE, USAGE,
                        LiveCase, have_ipv6, run)

LINE_MAX = 65_536


class Chat:
    """`stt chat`, with its input and output in our hands."""

    def __init__(self, *arguments, **streams):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **streams}
        self.process = subprocess.Popen([STT, "chat", *map(str, arguments)], stderr=subprocess.PIPE, **streams)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait_for(self, pattern):
        """The match in the next line of standard error that has one."""
        heard = ""
        for line in self.process.stderr:
            heard += line.decode()
            if match := re.search(pattern, line.decode()):
                return match
        raise AssertionError(f"ended without saying {pattern}: {heard}")

    def say(self, text):
        self.process.stdin.write(text.encode() if isinstance(text, str) else text)
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().decode()

    def end_input(self):
        self.process.stdin.close()
        self.process.stdin = None

    def end(self):
        """Exit code and what it has said, once it has ended; its input ends, unless it has."""
        out, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, (out or b"").decode(), err.decode()


class ChatTest(LiveCase):
    def listen(self, *arguments, bind="127.0.0.1", **streams):
        bound = ("--bind", bind) if bind else ()
        chat = Chat("--listen", 0, *bound, "--seed-file", self.seed, *arguments, **streams)
        match = chat.wait_for(r"listening on \S+:(\d+), node id ([0-9a-f]{64})")
        chat.port, chat.node_id = int(match[1]), match[2]
        return chat

    def call(self, listener, *arguments, seed=None, host="127.0.0.1", **streams):
        return Chat(f"{host}:{listener.port}", "--seed-file", seed or self.seed, *arguments, **streams)

    def assert_talk(self, bob, alice):
        """Lines go both ways; then Alice's input ends, and with it the conversation, in order."""
        alice.wait_for("connected: node " + bob.node_id)
        alice.say("Hello Bob!\n")
        self.assertEqual(bob.hear(), "Hello Bob!\n")
        bob.say("\nGrüße, Alice\n")
        self.assertEqual((alice.hear(), alice.hear()), ("\n", "Grüße, Alice\n"))
        self.assertEqual(alice.end(), (DONE, "", ""))
        self.assertEqual(bob.process.wait(LIMIT), DONE)  # though its input has not ended
        self.assertEqual(bob.end()[1], "")

    def test_lines_go_both_ways_until_one_side_ends(self):
        with self.listen() as bob, self.call(bob) as alice:
            self.assert_talk(bob, alice)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6")
    def test_over_ipv6_and_to_a_listener_on_all_addresses(self):
        for bind, host in (("::1", "[::1]"), (None, "[::1]"), (None, "127.0.0.1"), (None, "localhost")):
            with self.subTest(bind=bind, host=host), self.listen(bind=bind) as bob, self.call(bob, host=host) as alice:
                self.assert_talk(bob, alice)

    def test_what_was_said_last_arrives(self):
        lines = "".join(f"line {i}\n" for i in range(5_000))
        with self.listen() as bob, self.call(bob) as alice:
            alice.say(lines + "no newline at the end")
            alice.end_input()
            self.assertEqual(bob.process.stdout.read().decode(), lines + "no newline at the end\n")
            self.assertEqual((alice.process.wait(LIMIT), bob.process.wait(LIMIT)), (DONE, DONE))

    def test_both_may_say_much_at_once_and_neither_waits_for_ever(self):
        # More than credit, pipes and buffers hold, and nobody reads it yet.
        much = self.make_file("much", 0)
        much.write_text(("all work and no play " * 400 + "\n") * 600)
        with self.listen() as bob, much.open() as file, self.call(bob, stdin=file) as alice:
            bob.wait_for("connected")
            bob.say("stop\n")  # gets through the other way
            self.assertEqual(alice.hear(), "stop\n")
            heard = bob.process.stdout.read().decode()
            self.assertEqual((alice.end()[0], bob.process.wait(LIMIT)), (DONE, DONE))
        self.assertEqual(heard, much.read_text())

    def test_a_line_that_is_too_long_comes_in_several(self):
        with self.listen() as bob, self.call(bob) as alice:
            alice.say("x" * (LINE_MAX - 1) + "ü" * LINE_MAX + "\n")
            alice.end_input()
            heard = bob.process.stdout.read().decode().splitlines()
            self.assertEqual(heard, ["x" * (LINE_MAX - 1), "ü" * (LINE_MAX // 2), "ü" * (LINE_MAX // 2)])

    def test_a_terminal_cannot_be_commanded_by_the_peer(self):
        with self.listen() as bob, self.call(bob) as alice:
            alice.say(b"\x1b[2J|\x9b31m|\xc2\x9b31m|\x07\x08\r\x00\x7f|\xe2\x80\xae|tab\there|\xff\xc3\n")
            self.assertEqual(bob.hear(), "_[2J|_31m|_31m|_____|_|tab here|__\n")

    def test_the_terminal_stays_blocking_for_whoever_uses_it_next(self):
        ours, theirs = pty.openpty()
        with self.listen(stdin=theirs, stdout=theirs) as bob, self.call(bob) as alice:
            alice.say("hello\n")
            shown = b""
            while not shown.endswith(b"\n"):  # a terminal hands over what is there, not whole lines
                shown += os.read(ours, 100)
            self.assertEqual(shown, b"hello\r\n")
            self.assertFalse(fcntl.fcntl(theirs, fcntl.F_GETFL) & os.O_NONBLOCK)
            os.write(ours, b"typed\n\x04")  # and Ctrl-D
            self.assertEqual(alice.hear(), "typed\n")
            self.assertEqual(alice.end()[0], DONE)
            self.assertEqual(bob.process.wait(LIMIT), DONE)
        os.close(ours)
        os.close(theirs)

    def test_an_output_that_nobody_reads_any_more_is_told_to_both(self):
        with self.listen() as bob, self.call(bob) as alice:
            bob.wait_for("connected")
            bob.process.stdout.close()
            alice.say("hello\n")
            self.assertEqual(bob.process.wait(LIMIT), CANNOT_WRITE)
            self.assertEqual(alice.process.wait(LIMIT), NO_ANSWER)
            self.assertIn("its output cannot be written", alice.process.stderr.read().decode())
            bob.process.stdout = None

    def test_pinned_peers_only(self):
        mine = self.make_seed("mine.seed")
        with self.listen("--node-seed-file", mine) as bob:
            with self.call(bob, "--expect", "0" * 64) as alice:
                self.assertEqual(alice.end()[0], IDENTITY)
            node_id = bob.node_id
        with self.listen("--expect", node_id) as bob:
            with self.call(bob, "--timeout", "1") as stranger:
                self.assertEqual(stranger.end()[0], NO_ANSWER)
            with self.call(bob, "--node-seed-file", mine, "--expect", bob.node_id) as alice:
                self.assert_talk(bob, alice)

    def test_a_wrong_seed_is_met_by_silence(self):
        with self.listen() as bob, self.call(bob, "--timeout", "1", seed=self.make_seed("other.seed")) as alice:
            code, out, err = alice.end()
            self.assertEqual((code, out), (NO_ANSWER, ""))
            self.assertIn("handshake.timeout", err)

    def test_a_third_is_turned_away_and_disturbs_nobody(self):
        with self.listen() as bob, self.call(bob) as alice:
            alice.wait_for("connected")
            bob.wait_for("connected")
            with self.call(bob) as third:
                self.assertEqual(third.process.wait(LIMIT), NO_ANSWER)
                self.assertIn("in another conversation", third.end()[2])
            bob.say("still here\n")
            self.assertEqual(alice.hear(), "still here\n")

    def test_an_interrupt_ends_it(self):
        for stop in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(stop=stop), self.listen() as bob, self.call(bob) as alice:
                alice.wait_for("connected")
                bob.wait_for("connected")
                alice.process.send_signal(stop)
                self.assertEqual(alice.process.wait(LIMIT), INTERRUPTED)
                self.assertEqual(bob.process.wait(LIMIT), NO_ANSWER)
                self.assertIn("the peer: interrupted", bob.end()[2])
        with self.listen() as waiting:
            waiting.process.send_signal(signal.SIGINT)
            self.assertEqual(waiting.end()[0], INTERRUPTED)

    def test_silence_is_no_end_but_a_peer_that_is_gone_is_noticed(self):
        with self.listen("--idle-timeout", 1) as bob, self.call(bob, "--idle-timeout", 1) as alice:
            alice.wait_for("connected")
            # Longer than the idle time-out of the first two, who say nothing meanwhile.
            with self.listen("--idle-timeout", 2) as carol, self.call(carol) as dave:
                carol.wait_for("connected")
                dave.process.kill()
                self.assertEqual(carol.process.wait(LIMIT), NO_ANSWER)
                self.assertIn("session.idle_timeout", carol.end()[2])
            self.assert_talk_goes_on(bob, alice)

    def assert_talk_goes_on(self, bob, alice):
        alice.say("still there?\n")
        self.assertEqual(bob.hear(), "still there?\n")
        bob.say("yes\n")
        self.assertEqual(alice.hear(), "yes\n")

    def test_usage(self):
        seed = ("--seed-file", self.seed)
        for arguments in ((), ("localhost:9", "--listen", 1), ("nonsense",), ("localhost:9", "--bind", "127.0.0.1"),
                          ("--listen", 0, "--bind", "nonsense"), ("--listen", 65536), ("localhost:9", "--expect", "ab"),
                          ("localhost:9", "--timeout", 0), ("localhost:9", "--node-seed-file", self.seed)):
            with self.subTest(arguments=arguments):
                self.assertEqual(run("chat", *arguments, *seed).returncode, USAGE)
        self.assertEqual(run("chat", "localhost:9").returncode, USAGE)
        self.assertEqual(run("chat", "localhost:9", "--seed-file", self.path / "none").returncode, UNREADABLE)
        with self.listen() as bob:
            late = run("chat", "--listen", bob.port, "--bind", "127.0.0.1", *seed)
            self.assertEqual(late.returncode, UNAVAILABLE)
            self.assertIn("in use", late.stderr)
        shown = run("chat", "--help")
        self.assertEqual(shown.returncode, DONE)
        self.assertIn("stt chat --listen 9000", shown.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
