"""All tests of the Python implementation: run with `/usr/bin/python3 -m unittest adapter_test` in this folder."""

import json
import os
import random
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from codec_test import CodecTest, CongestionTest, CryptoTest, HandshakeTest  # noqa: E402,F401  (they run with these)
from kinds_test import (AckKindsTest, StorageKindsTest, StreamReceiveTest,  # noqa: E402,F401
                        WebSocketKindsTest)
from simulation import SHARED, Network  # noqa: E402
from stt1 import frame, keys, messages, parameters, vectors  # noqa: E402
from stt1.adapter import answer  # noqa: E402
from stt1.errors import NUMBERS, Refused  # noqa: E402
from stt1.peers import COMMANDS  # noqa: E402

FUZZ_SEEDS = int(os.environ.get("STT1_FUZZ_SEEDS", "12"))
HERE = os.path.dirname(os.path.abspath(__file__))


class NetworkTest(unittest.TestCase):
    """Two peers over a network that loses, duplicates, reorders and delays."""

    def pair(self, config=None, **network):
        net = Network(**network)
        one, other = net.host("10.0.0.1:1", 1, config), net.host("10.0.0.2:2", 2, config)
        number = net.connect(one, other)
        self.assertEqual(len(one.of("connected")), 1)
        return net, one, other, one.node.session(number)

    def transfer(self, net, one, other, session, sizes, dice):
        """Messages on several streams, some of a custom type, with rotations between; checks them on arrival."""
        sent = {}
        for kind in (2, 0x85, 2):
            stream = one.do(session.streams.open).id
            sent[stream] = [dice.randbytes(size) for size in sizes]
            for data in sent[stream]:
                self.assertEqual(one.do(session.streams.write, stream, data, True, kind), len(data))
            one.do(session.streams.close_stream, stream)
            net.run(50_000)
            if session.sender._may_rotate:
                one.do(session.rotate, net.now)
        self.assertTrue(net.run(300_000_000, lambda: len(other.of("finished")) == 3))
        for stream, whole in sent.items():
            self.assertEqual(other.message_bytes(stream), whole)

    def test_lossy_transfers(self):
        for seed in range(4):
            net, one, other, session = self.pair(seed=seed, loss=0.2, duplicate=0.2, reorder=0.2)
            self.transfer(net, one, other, session, (0, 1, 40_000, 1_200, 0), random.Random(seed))
            answer = other.session()
            for stream in list(answer.streams.streams):
                other.do(answer.streams.close_stream, stream)
            self.assertTrue(net.run(60_000_000, lambda: len(one.of("stream_closed")) == 3))
            self.assertGreater(session.sender.keys.epoch, 0)
            one.do(session.close, net.now, 70_000, b"bye")
            self.assertTrue(net.run(60_000_000, lambda: one.of("closed") and other.of("closed")))
            self.assertEqual(one.of("closed")[0]["reason"], "session.no_error")
            self.assertEqual(one.node.query(), {"sessions": [], "half_open": 0})

    def test_extreme_network(self):
        net, one, other, session = self.pair(seed=9, loss=0.3, duplicate=0.3, reorder=0.3)
        self.transfer(net, one, other, session, (30_000, 5), random.Random(9))

    def test_small_datagrams_only(self):
        net, one, other, session = self.pair(limit=1_300)
        self.transfer(net, one, other, session, (100_000,), random.Random(1))
        net.run(5_000_000)
        self.assertTrue(1_270 < session.sender.mtu.current <= 1_300)

    def test_path_that_narrows(self):
        net, one, other, session = self.pair(loss=0.02)
        net.run(2_000_000)
        self.assertEqual(session.sender.mtu.current, 1_452)
        net.limit = 1_200
        self.transfer(net, one, other, session, (100_000,), random.Random(1))
        self.assertEqual(session.sender.mtu.current, 1_200)

    def test_small_credits(self):
        config = {"parameters": {"initial_stream_credit": "100", "initial_session_credit": "150"}}
        net, one, other, session = self.pair(config, loss=0.1)
        self.transfer(net, one, other, session, (3_000, 0, 7), random.Random(1))

    def test_reset_stop_and_refused_streams(self):
        net, one, other, session = self.pair({"parameters": {"max_streams": 2}})
        first, second = one.do(session.streams.open).id, one.do(session.streams.open).id
        with self.assertRaises(Refused):
            session.streams.open()
        with self.assertRaises(Refused):
            session.streams.write(first, b"abc", False, 1)
        one.do(session.streams.write, first, b"abc", False, 2)
        one.do(session.streams.write, second, b"def", True, 2)
        net.run(1_000_000)
        one.do(session.streams.reset_stream, first, 66_000)
        other.do(other.session().streams.stop_stream, second, 66_001)
        net.run(1_000_000)
        self.assertEqual(other.of("stream_reset")[0]["code"], "66000")
        other.do(other.session().streams.close_stream, first)
        other.do(other.session().streams.close_stream, second)
        net.run(1_000_000)
        ended = {e["stream"]: (e["reason"], e["code"]) for e in one.of("stream_closed")}
        self.assertEqual(ended, {first: ("stream.cancelled", "66000"), second: ("stream.stopped", "66001")})
        session.streams._own["max_streams"] = session.streams._peer["max_streams"] = 9
        for _ in range(3):
            one.do(session.streams.write, one.do(session.streams.open).id, b"x", True, 2)
        net.run(1_000_000)
        self.assertEqual([e["reason"] for e in one.of("stream_closed")][2:], ["stream.refused"])

    def test_datagrams_errors_and_keep_alive(self):
        config = {"parameters": {"keep_alive_ms": 5_000, "idle_timeout_ms": 12_000}}
        net, one, other, session = self.pair(config)
        one.do(session.queue_datagram, 0x90, b"")
        one.do(session.queue_datagram, 0x91, bytes(1_000))
        one.do(session.queue_error, 70_000, b"oops")
        with self.assertRaises(Refused):
            session.queue_datagram(0x90, bytes(1_450))
        net.run(60_000_000)
        self.assertEqual([e["type"] for e in other.of("datagram")], [0x90, 0x91])
        self.assertEqual(other.of("peer_error")[0]["text"], b"oops".hex())
        self.assertEqual(len(one.node.query()["sessions"]), 1)
        net.filter = lambda *_: False
        net.run(60_000_000)
        self.assertEqual([h.of("closed")[0]["reason"] for h in (one, other)], ["session.idle_timeout"] * 2)

    def test_idle_peers_fall_silent(self):
        net, one, other, _ = self.pair()
        net.run(5_000_000)
        before = len(one.sent) + len(other.sent)
        net.run(20_000_000)
        self.assertEqual(len(one.sent) + len(other.sent), before)

    def test_address_change(self):
        for address in ("10.0.0.9:9", "10.0.0.1:7"):
            net, one, other, session = self.pair()
            stream = one.do(session.streams.open).id
            net.move(one, address)
            one.do(session.streams.write, stream, bytes(50_000), True, 2)
            one.do(session.streams.close_stream, stream)
            self.assertTrue(net.run(60_000_000, lambda: other.of("finished")))
            self.assertEqual([e["address"] for e in other.of("address_changed")], [address])

    def test_simultaneous_connects(self):
        net = Network()
        one, other = net.host("10.0.0.1:1", 1), net.host("10.0.0.2:2", 2)
        one.do(one.node.connect, 0, other.address, 0, None)
        other.do(other.node.connect, 0, one.address, 0, None)
        net.run(2_000_000)
        self.assertEqual([sorted(e["role"] for e in h.of("connected")) for h in (one, other)],
                         [["initiator", "responder"]] * 2)

    def test_connects_that_fail(self):
        net = Network()
        one, other = net.host("10.0.0.1:1", 1), net.host("10.0.0.2:2", 2)
        one.do(one.node.connect, 0, other.address, 0, bytes(32))
        one.do(one.node.connect, 0, "10.0.0.3:3", 0, None)
        net.run(20_000_000)
        self.assertEqual([e["reason"] for e in one.of("connect_failed")],
                         ["handshake.identity_refused", "handshake.timeout"])
        self.assertEqual(other.node.query()["half_open"], 0)

    def test_nodes_that_cannot_be_made(self):
        new = {"op": "peer.new", "peer": "a", "now": 0, "node_seed": "aa" * 32, "shared_seeds": ["cc" * 32],
               "entropy": "01" * 32}
        wrong = [({"config": {"parameters": {name: value}}}, "config", "node.config_invalid") for name, value in (
            ("max_streams", 0), ("max_frame_bytes", 1_199), ("initial_stream_credit", "1000000"))]
        wrong += [({"config": {"datagram_bytes_max": 1_199}}, "config", "node.config_invalid"),
                  ({"config": {"half_open_max": 0}}, "config", "node.config_invalid"),
                  ({"node_seed": "aa"}, "seed", "crypto.seed_too_short"),
                  ({"shared_seeds": ["aa" * 32]}, "seed", "handshake.seed_equals_node_seed"),
                  ({"shared_seeds": ["cc" * 32] * 2}, "seed", "handshake.seed_in_use")]
        for change, stage, reason in wrong:
            peers = {}
            self.assertEqual(answer(new, peers)["outcome"], "accept")
            self.assertEqual(answer({**new, **change}, peers),
                             {"outcome": "reject", "stage": stage, "reason": reason})
            self.assertEqual(peers, {})

    def test_drops_come_first(self):
        net, one, other, session = self.pair()
        ping = session.sender.seal(0x90, 0, b"ping")[1]
        other.node.receive(net.now, one.address, ping + bytes([1]))
        effects = [effect["effect"] for effect in other.node.take_effects()]
        self.assertEqual(effects[:2], ["drop", "datagram"])
        self.assertEqual(effects.count("drop"), 1)

    def test_listed_from_connected_to_closed(self):
        net, one, other, session = self.pair()
        self.assertEqual(len(one.node.query()["sessions"]), 1)
        session.fail(net.now, "wire.control_type")
        self.assertEqual(one.node.query()["sessions"], [])
        net.run(5_000_000)
        self.assertEqual(other.node.query()["sessions"], [])

    def test_one_session_for_each_peer(self):
        config = {"single_session_per_peer": True}
        net = Network()
        one, other = net.host("10.0.0.1:1", 1, config), net.host("10.0.0.2:2", 2, config)
        one.do(one.node.connect, 0, other.address, 0, None)
        other.do(other.node.connect, 0, one.address, 0, None)
        net.run(10_000_000)
        for host in (one, other):
            self.assertEqual((len(host.of("connected")), len(host.of("closed"))), (2, 1))
        stays = [[s["session_id"] for s in host.node.query()["sessions"]] for host in (one, other)]
        self.assertEqual(stays[0], stays[1])
        smaller = min((one, other), key=lambda host: host.node._party.identity.node_id)
        self.assertTrue(smaller.session(smaller.node.query()["sessions"][0]["session"]).initiator)
        self.assertIn(str(NUMBERS["session.duplicate"]), [e["code"] for e in one.of("closed") + other.of("closed")])
        net.connect(one, other)
        net.run(10_000_000)
        self.assertEqual([len(host.node.query()["sessions"]) for host in (one, other)], [1, 1])

    def test_half_open_handshakes_are_bounded(self):
        net = Network()
        other = net.host("10.0.0.9:9", 9, {"half_open_max": 2})
        net.filter = lambda sender, *_: sender is not other
        for number in range(4):
            host = net.host("10.0.0.%d:1" % number, number + 1)
            host.do(host.node.connect, 0, other.address, 0, None)
        net.run(100_000)
        self.assertEqual((other.node.query()["half_open"], other.of("drop")), (2, []))

    def receive(self, host, stream):
        """The refusal of a command `receive`, or None."""
        try:
            host.do(host.session().streams.receive, stream)
        except Refused as refused:
            return refused.reason
        return None

    def test_whole_messages_beyond_the_window(self):
        config = {"auto_read": False, "parameters": {"initial_stream_credit": "1000", "max_message_bytes": "200000",
                                                     "max_streams": 8}}
        for config["parameters"]["initial_stream_credit"] in ("0", "1000", "4169303"):
            net, one, other, session = self.pair(config, loss=0.02)
            sent, left = {}, []
            for size in (200_000, 150_000, 0, 200_000):
                stream = one.do(session.streams.open).id
                sent[stream] = [bytes([stream]) * size, b"next"]
                for data in sent[stream]:
                    one.do(session.streams.write, stream, data, True, 2)
                one.do(session.streams.close_stream, stream)
                left += [stream] * 2
            end = net.now + 100_000_000
            while left and net.now < end:
                net.run(100_000)
                for stream in list(left):
                    if stream in other.session().streams.streams and self.receive(other, stream) is None:
                        left.remove(stream)
                streams = other.session().streams.streams.values()
                self.assertLessEqual(sum(s.recv.credit - s.recv.read for s in streams), 33_554_432)
            self.assertEqual({stream: other.message_bytes(stream) for stream in sent}, sent)

    def test_messages_that_cannot_be_whole(self):
        config = {"auto_read": False, "parameters": {"max_message_bytes": "1000"}}
        net, one, other, session = self.pair(config)
        large, broken = one.do(session.streams.open).id, one.do(session.streams.open).id
        one.do(session.streams.write, large, bytes(1_001), False, 2)
        one.do(session.streams.write, broken, b"abc", False, 2)
        net.run(1_000_000)
        self.assertEqual(self.receive(other, broken), "stream.would_block")
        one.do(session.streams.close_stream, broken)
        net.run(1_000_000)
        self.assertEqual(self.receive(other, large), "stream.message_too_large")
        self.assertEqual(self.receive(other, broken), "stream.message_incomplete")
        self.assertEqual(other.of("data"), [])
        for stream in (large, broken):
            other.do(other.session().streams.close_stream, stream)
        net.run(1_000_000)
        self.assertEqual({e["stream"]: e["reason"] for e in other.of("stream_closed")},
                         {large: "stream.message_too_large", broken: "stream.message_incomplete"})
        self.assertEqual({e["stream"]: (e["reason"], e["code"]) for e in one.of("stream_closed")}[large],
                         ("stream.stopped", str(NUMBERS["stream.message_too_large"])))

    def test_node_stop(self):
        net, one, other, session = self.pair()
        stream = one.do(session.streams.open).id
        one.do(session.streams.write, stream, b"last words", True, 2)
        one.do(one.node.stop, net.now)
        net.run(20_000_000)
        self.assertEqual(other.message_bytes(stream), [b"last words"])
        self.assertEqual(len(one.of("stopped")), 1)
        self.assertEqual(other.of("stream_closed")[0]["reason"], "stream.incomplete")


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
        from stt1.entropy import KeyedEntropy
        from stt1.halfopen import HalfOpenTable
        from stt1.handshake import Initiator, Party
        party = Party(keys.Identity(bytes(32)), KeyedEntropy(bytes(32)), parameters.defaults())
        other = Party(keys.Identity(bytes([1] * 32)), KeyedEntropy(bytes([1] * 32)), parameters.defaults())
        seeds = keys.shared_seeds(bytes(32), [SHARED])
        table = HalfOpenTable(party, seeds, lambda *_: False, 5_000_000, 20, 8)
        seed = next(iter(seeds.values()))
        rooms = [table.hello(0, frame.parse(Initiator(other, seed).begin()))[2] for _ in range(12)]
        self.assertEqual((len(table), sum(rooms)), (8, 4))
        self.assertEqual((table.expire(5_000_000), len(table)), (8, 0))


class ProcessTest(unittest.TestCase):
    """The adapter as a child process."""

    def talk(self, *lines):
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        done = subprocess.run([sys.executable, os.path.join(HERE, "adapter.py")], input=text, capture_output=True,
                              text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_unknown_and_unreadable(self):
        replies = self.talk({"id": 1, "op": "hello", "protocol": 1},
                            {"id": 2, "op": "vector", "kind": "no.such", "in": {}}, {"id": 3, "op": "nothing"}, "{",
                            {"id": 5, "op": "vector", "kind": "varint.decode", "in": {}},
                            {"id": 6, "op": "peer.app", "peer": "a", "now": 0, "do": "x"}, "[]",
                            {"id": 8, "op": "peer.new", "peer": "a", "now": 0, "node_seed": "aa" * 32,
                             "shared_seeds": [], "entropy": "00" * 32, "config": {"strange": 1}})
        self.assertEqual([r["outcome"] for r in replies], ["accept", "unsupported", "unsupported", "error", "error",
                                                           "unsupported", "error", "unsupported"])
        self.assertEqual([r["id"] for r in replies], [1, 2, 3, None, 5, 6, None, 8])
        self.assertEqual(replies[0]["kinds"], list(vectors.KINDS))

    def test_reset_leaks_nothing_and_replies_repeat(self):
        new = {"op": "peer.new", "peer": "a", "now": 0, "node_seed": "aa" * 32, "shared_seeds": ["cc" * 32],
               "entropy": "01" * 32, "config": {}}
        connect = {"op": "peer.app", "peer": "a", "now": 5, "do": "connect", "to": "10.0.0.2:4000", "seed": 0}
        once = [new, connect, {"op": "peer.query", "peer": "a", "now": 6}, {"op": "reset"}]
        replies = self.talk(*[{"id": n, **one} for n, one in enumerate(once + once)])
        for first, second in zip(replies[:4], replies[4:]):
            self.assertEqual({**first, "id": 0}, {**second, "id": 0})
        self.assertEqual(replies[1]["effects"][0]["effect"], "transmit")
        self.assertEqual(replies[1]["timer"], 500_005)


if __name__ == "__main__":
    unittest.main()
