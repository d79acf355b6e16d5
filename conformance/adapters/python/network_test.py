"""Tests of two peers that talk over a simulated network, and of what an application asks of them."""

import random
import unittest

from simulation import Network
from stt1.adapter import answer
from stt1.errors import NUMBERS, Refused


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
                  ({"config": {"half_open_per_seed_max": 0}}, "config", "node.config_invalid"),
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


if __name__ == "__main__":
    unittest.main()
