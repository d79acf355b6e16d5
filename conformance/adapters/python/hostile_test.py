"""Tests of a peer that meets the unexpected: any commands, a peer that is played by hand, hostile input."""

import json
import os
import random
import unittest

from simulation import SHARED, Network
from stt1 import frame, keys, messages, parameters
from stt1.adapter import answer
from stt1.entropy import KeyedEntropy
from stt1.errors import NUMBERS
from stt1.halfopen import HalfOpenTable
from stt1.handshake import Initiator, Party
from stt1.peers import COMMANDS

FUZZ_SEEDS = int(os.environ.get("STT1_FUZZ_SEEDS", "12"))


class FuzzTest(unittest.TestCase):
    """Any commands in any order, over a bad network: no failure of ours, no clock that stands still."""

    def ask(self, **request):
        reply = answer({"peer": request.pop("name"), **request}, self.peers)
        self.assertIn(reply["outcome"], ("accept", "reject"), reply)
        return reply

    def command(self, dice, name):
        do = dice.choice(list(COMMANDS)[:-1])
        request = {"session": dice.choice((1,) * 9 + (2, 9)), "stream": dice.choice((1, 1, 2, 2, 3, 4, 7)),
                   "bytes": dice.randbytes(dice.choice((0, 1, 50, 5_000))).hex(), "end": dice.random() < 0.7,
                   "type": dice.choice((2, 2, 0x80)), "max": dice.choice((0, 1, 10_000)), "seed": 0,
                   "code": dice.choice(("0", "70000", "5")), "text": "so", "value": dice.randrange(-2, 3),
                   "to": dice.choice(("a", "b")) + ":1"}
        if do in ("close", "connect") and dice.random() < 0.95 and self.started[name]:
            return
        self.started[name] = True
        self.collect(name, self.ask(op="peer.app", name=name, now=self.now, do=do, **request))

    def collect(self, name, reply):
        self.timers[name] = reply["timer"]
        if reply["timer"] is not None:
            self.assertGreaterEqual(reply["timer"], self.now)
        for effect in reply["effects"]:
            if effect["effect"] == "transmit" and self.dice.random() < 0.8:
                to, source = effect["to"], name + ":%d" % self.dice.choice((1, 1, 1, 1, 1, 1, 2))
                self.flying.append((self.now + self.dice.randrange(60_000), source, to[0], effect["bytes"]))

    def play(self, seed):
        dice = self.dice = random.Random(seed)
        self.now, self.peers, self.timers, self.flying = 0, {}, {}, []
        self.started = {"a": False, "b": False}
        for number, name in enumerate("ab"):
            config = {"auto_read": dice.random() < 0.5, "parameters": {
                "initial_stream_credit": dice.choice(("0", "1", "500", "65536")),
                "max_streams": dice.choice((1, 3, 64)),
                "keep_alive_ms": dice.choice((0, 700)), "max_ack_delay_ms": dice.choice((0, 25))}}
            self.ask(op="peer.new", name=name, now=0, node_seed=bytes([number] * 32).hex(), config=config,
                     shared_seeds=["cc" * 32], entropy=bytes([seed % 256] * 32).hex())
        self.collect("a", self.ask(op="peer.app", name="a", now=0, do="connect", to="b:1", seed=0))
        for _ in range(400):
            due = [(self.flying[n][0], n, "") for n in range(len(self.flying))]
            due += [(at, 0, name) for name, at in self.timers.items() if at is not None]
            if not due or dice.random() < (0.15 if min(due)[0] < self.now + 200_000 else 0.9):
                self.command(dice, dice.choice("ab"))
                continue
            at, place, name = min(due, key=lambda one: one[0])
            self.now = max(self.now, at)
            if not name:
                _, source, name, data = self.flying.pop(place)
                reply = self.ask(op="peer.receive", name=name, now=self.now, bytes=data, **{"from": source})
            else:
                reply = self.ask(op="peer.tick", name=name, now=self.now)
            self.collect(name, reply)
            self.ask(op="peer.query", name=name, now=self.now)

    def test_any_commands(self):
        for seed in range(FUZZ_SEEDS):
            with self.subTest(seed=seed):
                self.play(seed)


class ScriptedTest(unittest.TestCase):
    """One side is played by hand, with the keys of a session that came about: timing and bounds of the other."""

    def setUp(self):
        self.net = Network()
        self.one, self.other = self.net.host("10.0.0.1:1", 1), self.net.host(
            "10.0.0.2:2", 2, {"datagram_bytes_max": 1_200})
        self.net.connect(self.one, self.other)
        self.net.run(2_000_000)
        self.sender = self.one.session().sender
        self.key = self.one.session().receive_keys.current.key
        self.now = self.net.now
        self.other.effects.clear()
        self.other.sent.clear()

    def seal(self, *payloads):
        return b"".join(self.sender.seal(3, 0, payload)[1] for payload in payloads)

    def offer(self, data, source="10.0.0.1:1", after=0):
        """The (address, control message) pairs that answer a datagram at once."""
        self.now += after
        self.other.node.receive(self.now, source, data)
        return self.heard()

    def tick(self, now):
        self.now = now
        self.other.node.tick(now)
        return self.heard()

    def heard(self):
        out = []
        for effect in self.other.node.take_effects():
            if effect["effect"] == "transmit":
                for one in frame.split_datagram(bytes.fromhex(effect["bytes"])):
                    if one.type == frame.CONTROL:
                        out.append((effect["to"], messages.decode_control(one.open(self.key))))
            else:
                self.other.effects.append(effect)
        return out

    def names(self, heard):
        return [message[0] for _, message in heard]

    def test_acknowledgements_in_time(self):
        error = messages.encode_control(("error", 0, b"x"))
        self.assertEqual(self.offer(self.seal(error)), [])
        self.assertEqual(self.other.node.timer(self.now), self.now + 25_000)
        heard = self.tick(self.now + 25_000)
        self.assertEqual(self.names(heard), ["ack"])
        self.assertEqual(heard[0][1][1], 25_000)
        self.assertEqual(self.offer(self.seal(error), after=1_000), [])
        self.assertEqual(self.names(self.offer(self.seal(error))), ["ack"])
        self.sender.next_sequence += 5
        self.assertEqual(self.names(self.offer(self.seal(error))), ["ack"])
        ack = self.seal(messages.encode_control(("ack", 0, [(0, 0)])))
        self.assertEqual(self.offer(ack, after=1_000), [])

    def test_ping_and_challenges(self):
        sequence = self.sender.next_sequence
        heard = self.offer(self.seal(b"\x02", b"\x02\x00"))
        self.assertIn(("10.0.0.1:1", ("pong", sequence + 1)), heard)
        challenges = [bytes([n] * 8) for n in range(6)]
        heard = self.offer(self.seal(*[b"\x05" + one for one in challenges]))
        self.assertEqual([m[1] for _, m in heard if m[0] == "path_response"], challenges[2:])

    def test_trial_of_an_address(self):
        heard = self.offer(self.seal(b"\x02"), source="10.0.0.7:7")
        asked = {to: m[1] for to, m in heard if m[0] == "path_challenge"}
        self.assertEqual(sorted(asked), ["10.0.0.1:1", "10.0.0.7:7"])
        self.assertTrue(all(to == "10.0.0.1:1" for to, m in heard if m[0] in ("pong", "ack")))
        self.offer(self.seal(b"\x06" + bytes(8)), source="10.0.0.7:7")
        self.assertEqual(self.other.of("address_changed"), [])
        self.offer(self.seal(b"\x06" + asked["10.0.0.7:7"]), source="10.0.0.7:7")
        self.assertEqual([e["address"] for e in self.other.of("address_changed")], ["10.0.0.7:7"])
        self.offer(self.seal(b"\x02"), source="10.0.0.1:1")
        self.assertEqual([e["address"] for e in self.other.of("address_changed")], ["10.0.0.7:7", "10.0.0.1:1"])

    def test_a_trial_that_fails(self):
        self.offer(self.seal(b"\x02"), source="10.0.0.7:7")
        sent = 0
        while self.other.node.timer(self.now) is not None and self.now < 20_000_000:
            heard = self.tick(self.other.node.timer(self.now))
            sent += sum(to == "10.0.0.7:7" for to, _ in heard)
        self.assertEqual((self.other.of("drop"), self.other.of("address_changed")), ([], []))
        self.assertLessEqual(sent, 2)

    def test_closing_answers_are_limited(self):
        self.other.node.session(1).close(self.now, 0, b"")
        self.other.node.tick(self.now)
        self.assertEqual(self.names(self.heard()), ["close"])
        answers = [len(self.offer(self.seal(b"\x02"))) for _ in range(9)]
        self.assertEqual(answers, [1, 1, 0, 1, 0, 0, 0, 1, 0])
        self.offer(self.seal(messages.encode_control(("close", 0, b""))))
        self.assertEqual([e["reason"] for e in self.other.of("closed")], ["session.no_error"])
        self.offer(self.seal(b"\x02"))
        self.assertEqual(self.other.of("drop")[-1]["reason"], "session.unknown_session")

    def test_silence_after_close(self):
        self.offer(self.seal(messages.encode_control(("close", 70_000, b"\xff"))))
        self.assertEqual(self.other.of("closed")[0]["text"], "ff")
        self.assertEqual(self.offer(self.seal(b"\x02")), [])
        self.assertEqual(self.tick(self.now + 10_000_000), [])
        self.assertEqual(self.other.node.query()["sessions"], [])

    def test_refused_streams_beyond_the_limit(self):
        refused = []
        for number in range(1, 2 * 70, 2):
            self.other.node.receive(self.now, "10.0.0.1:1", self.sender.seal(4, number, b"\x01")[1])
            for effect in self.other.node.take_effects():
                if effect["effect"] == "stream_opened":
                    self.other.effects.append(effect)
                elif effect["effect"] == "transmit":
                    for one in frame.split_datagram(bytes.fromhex(effect["bytes"])):
                        if one.type == frame.STREAM_CONTROL:
                            refused.append(messages.decode_stream_control(one.open(self.key)))
        self.assertEqual(len(self.other.of("stream_opened")), 64)
        self.assertEqual(refused, [("reset", NUMBERS["stream.refused"], 0)] * 6)


class HostileTest(unittest.TestCase):
    def setUp(self):
        self.net = Network()
        self.one, self.other = self.net.host("10.0.0.1:1", 1), self.net.host("10.0.0.2:2", 2)
        self.net.connect(self.one, self.other)
        self.net.run(2_000_000)
        self.session = self.one.session()

    def state(self):
        return json.dumps([self.other.node.query(), self.other.session()._window.highest,
                           self.other.session().paths.current])

    def forged(self, kind, stream, payload):
        """A datagram that opens at the other side, made by the peer's own sender."""
        sequence, raw = self.session.sender.seal(kind, stream, payload)
        return raw

    def test_what_does_not_open_changes_nothing(self):
        dice, before, datagrams = random.Random(1), self.state(), list(self.one.sent)
        for data in datagrams:
            for _ in range(40):
                bad = bytearray(data)
                bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
                for text in (bytes(bad), data[:dice.randrange(len(data))], data):
                    self.other.node.receive(self.net.now, "6.6.6.6:6", text)
                    for effect in self.other.node.take_effects():
                        self.assertIn(effect["effect"], ("drop", "transmit"))
        for _ in range(300):
            self.other.node.receive(self.net.now, "6.6.6.6:6", dice.randbytes(dice.randrange(100)))
        self.other.node.take_effects()
        after = json.loads(self.state())
        after[0]["half_open"] = 0
        self.assertEqual(json.loads(before), after)

    def closes_with(self, reason, *frames):
        self.setUp()
        for kind, stream, payload in frames:
            self.net.inject(self.net.now, self.one.address, self.other.address, self.forged(kind, stream, payload))
        self.net.run(3_000_000)
        self.assertEqual([e["reason"] for e in self.other.of("closed")], [reason])
        self.assertEqual([e["code"] for e in self.one.of("closed")], [str(NUMBERS[reason])])

    def test_broken_peers_are_closed(self):
        data = messages.encode_data
        control = messages.encode_stream_control
        self.closes_with("wire.control_type", (3, 0, b"\x09"))
        self.closes_with("session.ack_never_sent", (3, 0, messages.encode_ack(0, [(999, 999)])))
        self.closes_with("wire.data_flags", (2, 1, b"\x02\x00a"))
        self.closes_with("stream.not_opened", (2, 2, data(0, b"a", False)))
        self.closes_with("stream.credit_exceeded", (2, 1, data(65_536, b"a", False)))
        self.closes_with("stream.final_position", (4, 1, control(("close", 5))), (2, 1, data(5, b"a", False)))
        self.closes_with("stream.final_position", (4, 1, control(("close", 5))), (4, 1, control(("reset", 0, 6))))
        self.closes_with("stream.message_type_changed", (2, 1, data(0, b"a", False)), (0x80, 1, data(1, b"a", False)))

    def test_gaps_are_bounded(self):
        for number in range(300):
            raw = self.forged(2, 1, messages.encode_data(2 * number + 1, b"x", False))
            self.net.inject(self.net.now, self.one.address, self.other.address, raw)
        self.net.run(100_000)
        drops = [e["reason"] for e in self.other.of("drop")]
        self.assertEqual(drops.count("stream.too_many_gaps"), 300 - 256)

    def test_overlaps(self):
        pieces = ((3, b"defg"), (0, b"abXX"), (2, b"c"), (0, b"abcd"), (6, b"ghi"))
        for low, data in pieces:
            raw = self.forged(2, 1, messages.encode_data(low, data, low == 6))
            self.net.inject(self.net.now, self.one.address, self.other.address, raw)
        self.net.run(100_000)
        self.assertEqual(self.other.message_bytes(1), [b"abXdefghi"])

    def test_half_open_table_is_bounded(self):
        party = Party(keys.Identity(bytes(32)), KeyedEntropy(bytes(32)), parameters.defaults())
        other = Party(keys.Identity(bytes([1] * 32)), KeyedEntropy(bytes([1] * 32)), parameters.defaults())
        seeds = keys.shared_seeds(bytes(32), [SHARED])
        table = HalfOpenTable(party, seeds, lambda *_: False, 5_000_000, 20, 8)
        seed = next(iter(seeds.values()))
        rooms = [table.hello(0, frame.parse(Initiator(other, seed).begin()))[2] for _ in range(12)]
        self.assertEqual((len(table), sum(rooms)), (8, 4))
        self.assertEqual((table.expire(5_000_000), len(table)), (8, 0))


if __name__ == "__main__":
    unittest.main()
