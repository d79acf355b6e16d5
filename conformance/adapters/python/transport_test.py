"""Tests of the vector kinds of what a side sends and opens, and of handshakes over WebSocket."""

import unittest

import codec_test
from codec_test import accept, refusal
from stt1 import frame, keys, vectors
from stt1.errors import Unreadable
from stt1.recovery import Recovery

TOP = 2 ** 64 - 1
SEND, ROTATE = {"do": "send"}, {"do": "rotate"}


def skip(count):
    return {"do": "skip", "count": str(count)}


def acked(sequence):
    return {"do": "acked", "sequence": str(sequence)}


class SessionSendTest(unittest.TestCase):
    def sent(self, *steps, **given):
        """(sequence, epoch) of each frame that was sent."""
        frames = accept("session.send", steps=list(steps), **given)["frames"]
        return [(int(one["sequence"]), int(one["epoch"])) for one in frames]

    def refused(self, *steps, **given):
        return refusal("session.send", steps=list(steps), **given)

    def test_sequences_go_on(self):
        """Across rotations, and over what is left out (STT-FRAME-028, -030, -031)."""
        self.assertEqual(self.sent(SEND, SEND, skip(3), SEND, skip(0), ROTATE, SEND), [(0, 0), (1, 0), (5, 0), (6, 1)])
        self.assertEqual(self.sent(ROTATE, SEND), [(0, 1)])
        self.assertEqual(self.sent(skip(2), SEND, reliable=True), [(2, 0)])
        self.assertEqual(self.sent(ROTATE), [])

    def test_rotation_waits_for_an_acknowledgement(self):
        """Of a sequence sent under the current epoch; epoch 0 is free to rotate (STT-ROTATION-016)."""
        early = ("command", "session.rotation_too_early")
        self.assertEqual(self.sent(SEND, ROTATE, SEND, SEND, acked(2), ROTATE, SEND), [(0, 0), (1, 1), (2, 1), (3, 2)])
        self.assertEqual(self.refused(ROTATE, ROTATE), early)
        self.assertEqual(self.refused(SEND, acked(0), ROTATE, SEND, ROTATE), early)
        self.assertEqual(self.refused(SEND, ROTATE, SEND, acked(0), ROTATE), early)
        self.assertEqual(self.refused(ROTATE, SEND, acked(0), ROTATE, SEND, acked(0), ROTATE), early)
        many = [ROTATE] + [SEND] * 9 + [acked(8), acked(1), acked(1), ROTATE, SEND]
        self.assertEqual(self.sent(*many)[-1], (9, 2))

    def test_a_refused_rotation_changes_nothing(self):
        self.assertEqual(self.sent(ROTATE, SEND, ROTATE, SEND), [(0, 1), (1, 1)])

    def test_rotation_on_a_connection(self):
        """STT-WS-012: once a frame was sent under the epoch; nothing is acknowledged."""
        self.assertEqual(self.sent(ROTATE, SEND, ROTATE, SEND, ROTATE, reliable=True), [(0, 1), (1, 2)])
        for between in ((), (acked(0),)):
            self.assertEqual(self.refused(SEND, ROTATE, *between, ROTATE, reliable=True),
                             ("command", "session.rotation_too_early"))

    def test_the_last_sequence(self):
        """STT-FRAME-032."""
        exhausted = ("command", "session.sequence_exhausted")
        for reliable in (False, True):
            self.assertEqual(self.sent(SEND, skip(TOP - 1), SEND, reliable=reliable), [(0, 0), (TOP, 0)])
            self.assertEqual(self.refused(skip(TOP), SEND, SEND, reliable=reliable), exhausted)
            self.assertEqual(self.refused(skip(TOP), skip(1), SEND, reliable=reliable), exhausted)
            self.assertEqual(self.refused(SEND, skip(TOP), ROTATE, skip(1), reliable=reliable), exhausted)
        self.assertEqual(self.refused(skip(TOP), SEND, skip(1)), exhausted)
        self.assertEqual(self.sent(skip(2), skip(TOP), SEND), [(2, 0)])

    def test_acknowledgements_of_what_was_never_sent(self):
        for steps in ((acked(0),), (SEND, acked(1)), (skip(3), SEND, acked(2)), (SEND, skip(3), SEND, acked(1))):
            self.assertEqual(self.refused(*steps), ("ack", "session.ack_never_sent"))

    def test_ranges_of_skipped_sequences(self):
        recovery = Recovery(None, 0)
        recovery.skip(3, 5)
        recovery.skip(8, 8)
        held = [(low, high) for low in range(11) for high in range(low, 11) if recovery._holds_skipped(low, high)]
        skipped = {3, 4, 5, 8}
        self.assertEqual(held, [(low, high) for low in range(11) for high in range(low, 11)
                                if skipped & set(range(low, high + 1))])

    def test_what_cannot_be_read(self):
        for steps in ([], [{}], [{"do": "close"}], [{"do": "skip"}], [{"do": "acked", "sequence": -1}], [5], None):
            with self.assertRaises(Unreadable):
                vectors.answer("session.send", {"steps": steps})


class StreamOpenTest(unittest.TestCase):
    def opened(self, role, limit, count):
        return accept("stream.open", role=role, max_streams=limit, count=count)["stream"]

    def refused(self, role, limit, count):
        return refusal("stream.open", role=role, max_streams=limit, count=count)

    def test_ids_by_role(self):
        """STT-STREAM-016, -022."""
        self.assertEqual([self.opened("initiator", "64", n) for n in (1, 2, 64)], [1, 3, 127])
        self.assertEqual([self.opened("responder", 64, n) for n in (1, 2, 64)], [2, 4, 128])
        self.assertEqual(self.opened("responder", 1, 1), 2)

    def test_limit(self):
        """STT-STREAM-024."""
        for limit, count in ((1, 2), (64, 65), (3, TOP)):
            self.assertEqual(self.refused("initiator", limit, count), ("command", "stream.limit"))

    def test_ids_run_out(self):
        """STT-STREAM-018: before the limit, where both would do."""
        exhausted = ("command", "stream.ids_exhausted")
        self.assertEqual(self.opened("initiator", 65_535, 32_768), 65_535)
        self.assertEqual(self.opened("responder", 65_535, 32_767), 65_534)
        self.assertEqual(self.refused("initiator", 65_535, 32_769), exhausted)
        self.assertEqual(self.refused("responder", 65_535, 32_768), exhausted)
        self.assertEqual(self.refused("initiator", 32_768, 32_769), exhausted)
        self.assertEqual(self.refused("initiator", 32_767, 32_769), ("command", "stream.limit"))

    def test_what_cannot_be_read(self):
        good = {"role": "initiator", "max_streams": 1, "count": 1}
        for name, value in (("role", "peer"), ("max_streams", 0), ("max_streams", 65_536), ("count", 0)):
            with self.assertRaises(Unreadable):
                vectors.answer("stream.open", {**good, name: value})


class WebSocketHandshakeTest(unittest.TestCase):
    NODE = codec_test.HandshakeTest.OTHER
    WS = "websocket 1"

    def setUp(self):
        self.out = accept("handshake.transcript", node_seed_i="aa" * 32, node_seed_r="bb" * 32,
                          shared_seed="cc" * 32, entropy=self.NODE["entropy"])
        self.hello, self.proof = self.out["hello"], self.out["auth_proof"]

    def given(self, offers, change):
        return {**self.NODE, **change, "frames": [data for data, _ in offers], "carriers": [one for _, one in offers]}

    def taken(self, *offers, **change):
        return accept("websocket.handshake", **self.given(offers, change))

    def refused(self, *offers, **change):
        """The reason of the refusal of the last frame."""
        stage, reason = refusal("websocket.handshake", **self.given(offers, change))
        self.assertEqual(stage, "frame %d" % len(offers))
        return reason

    def session_frame(self, sequence, epoch=0, payload=b"\2", kind=frame.CONTROL):
        """A frame of the initiator."""
        chain = bytes.fromhex(self.out["responder"]["chain_i2r"])
        for _ in range(epoch):
            chain = keys.next_chain(chain)
        session_id = bytes.fromhex(self.out["responder"]["session_id"])
        stream = 0 if kind == frame.CONTROL else 1
        return frame.seal(keys.epoch_key(chain), kind, session_id, stream, sequence, bytes([epoch]),
                          sequence.to_bytes(24, "big"), payload).hex()

    def test_by_one_connection(self):
        for carrier in (self.WS, "udp", "websocket 0"):
            made = self.taken((self.hello, carrier), (self.hello, carrier), (self.proof, carrier),
                              (self.proof, carrier), (self.session_frame(0), carrier))
            self.assertEqual(made, {"sent": [self.out["response"]] * 2 + [self.out["final"]] * 2,
                                    "established": self.out["responder"]})
        self.assertEqual(self.taken((self.hello, self.WS))["established"], None)

    def test_other_carriers(self):
        """A session, and its handshake, live with one connection, or by UDP (STT-WS-004, -005, -006)."""
        for home, foreign in ((self.WS, "websocket 2"), (self.WS, "udp"), ("udp", self.WS)):
            wrong = "session.wrong_transport"
            begun = ((self.hello, home),)
            stands = begun + ((self.proof, home),)
            self.assertEqual(self.refused(*begun, (self.hello, foreign)), wrong)
            self.assertEqual(self.refused(*begun, (self.proof, foreign)), wrong)
            self.assertEqual(self.refused(*stands, (self.proof, foreign)), wrong)
            self.assertEqual(self.refused(*stands, (self.hello, foreign)), wrong)
            self.assertEqual(self.refused(*stands, (self.session_frame(0), foreign)), wrong)
            first, second = self.session_frame(0), self.session_frame(1)
            self.assertEqual(self.refused(*stands, (first, home), (second, foreign)), wrong)
            self.assertEqual(self.refused(*begun, (self.session_frame(0), foreign)), "session.unknown_session")

    def test_refusals_as_by_udp(self):
        for carrier in (self.WS, "udp"):
            begun = ((self.hello, carrier),)
            stands = begun + ((self.proof, carrier),)
            flipped = self.proof[:-2] + "%02x" % (int(self.proof[-2:], 16) ^ 1)
            self.assertEqual(self.refused(*begun, shared_seeds=["dd" * 32]), "handshake.unknown_hint")
            self.assertEqual(self.refused(*begun, node_seed="aa" * 32), "handshake.own_node_id")
            self.assertEqual(self.refused((self.proof, carrier)), "handshake.unexpected_message")
            self.assertEqual(self.refused(*begun, (flipped, carrier)), "crypto.authentication_failed")
            self.assertEqual(self.refused(*stands, (self.hello, carrier)), "handshake.unexpected_message")
            self.assertEqual(self.refused(*stands, (flipped, carrier)), "handshake.unexpected_message")
            self.assertEqual(self.refused(*stands, refuses=self.out["responder"]["peer"]), "handshake.identity_refused")
            self.assertEqual(self.refused(*stands, (self.session_frame(7), carrier), (self.session_frame(7), carrier)),
                             "session.replayed")

    def test_messages_of_a_connection(self):
        """STT-WS-002, -007."""
        begun = ((self.hello, self.WS),)
        stands = begun + ((self.proof, self.WS),)
        long = self.session_frame(0, payload=b"\2" + bytes(1_200))
        self.assertEqual(self.refused((self.hello[:-2], self.WS)), "websocket.not_frames")
        self.assertEqual(self.refused((self.hello[:-2], "udp")), "wire.frame_incomplete")
        self.assertEqual(self.refused(*begun, (self.proof + "00", self.WS)), "websocket.not_frames")
        self.assertEqual(self.refused((self.hello + "00", self.WS)), "websocket.message_too_long")
        self.assertEqual(self.refused(*begun, (long, self.WS)), "websocket.message_too_long")
        self.assertEqual(self.refused(*stands, (long, "websocket 2")), "websocket.message_too_long")
        self.taken(*stands, (long, self.WS))

    def test_keys_of_the_former_epoch(self):
        """STT-WS-011: on a connection they are gone at once."""
        for carrier in (self.WS, "udp"):
            offers = [(self.hello, carrier), (self.proof, carrier), (self.session_frame(0), carrier),
                      (self.session_frame(5, 1), carrier), (self.session_frame(3), carrier)]
            if carrier == "udp":
                self.taken(*offers)
            else:
                self.assertEqual(self.refused(*offers), "session.epoch_unknown")

    def test_messages_that_a_connection_does_not_have(self):
        """STT-WS-015."""
        for payload in (b"\1\0\0\0\0", b"\5" + bytes(8), b"\6" + bytes(8)):
            stands = ((self.hello, self.WS), (self.proof, self.WS))
            data = self.session_frame(0, payload=payload)
            self.assertEqual(self.refused(*stands, (data, self.WS)), "wire.control_type")
            self.taken((self.hello, "udp"), (self.proof, "udp"), (data, "udp"))
        self.taken(*stands, (self.session_frame(0, payload=b"\1\0x", kind=frame.DATA), self.WS))

    def test_what_cannot_be_read(self):
        for carriers in (None, [], ["udp", "udp"], ["tcp"], ["websocket"], ["websocket x"], ["udp 1"], ["udp\n"], [1]):
            with self.assertRaises(Unreadable):
                vectors.answer("websocket.handshake", {**self.NODE, "frames": [self.hello], "carriers": carriers})


if __name__ == "__main__":
    unittest.main()
