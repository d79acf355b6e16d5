"""Tests of the vector kinds of streams, acknowledgements, WebSocket and storage: each answer, each refusal."""

import unittest

from codec_test import accept, refusal
from stt1 import crypto, frame, messages, storage, vectors
from stt1.errors import NUMBERS, Unreadable

DATA, CONTROL = 2, 4
KEY, NONCE = bytes(range(32)), bytes([9] * 24)


def data(stream, offset, text=b"", end=False, kind=DATA):
    return {"type": kind, "stream": stream, "payload": messages.encode_data(offset, text, end).hex()}


def control(stream, *message):
    return {"type": CONTROL, "stream": stream, "payload": messages.encode_stream_control(message).hex()}


def receive(*frames, role="responder", **given):
    out = accept("stream.receive", role=role, frames=list(frames), **given)
    return out["streams"], out["replies"]


def refused(*frames, role="responder", **given):
    return refusal("stream.receive", role=role, frames=list(frames), **given)


def line(number, messages_there=(), partial=b"", end="open", kind=DATA):
    return {"stream": number, "messages": [{"type": kind, "bytes": one.hex()} for one in messages_there],
            "partial": partial.hex(), "end": end}


class StreamReceiveTest(unittest.TestCase):
    def test_messages_of_several_streams(self):
        """Whole, once, in order, whatever is missing elsewhere (STT-STREAM-003, -004, -011)."""
        streams, replies = receive(data(3, 4, b"", True), data(1, 2, b"c"), data(3, 0, b"abc", True),
                                   data(3, 5, b"d"), data(3, 0, b"XYZ", True), data(5, 0, b"e", True, 200))
        self.assertEqual(streams, [line(1), line(3, (b"abc", b""), b"d"), line(5, (b"e",), kind=200)])
        self.assertEqual(replies, [])
        whole = receive(data(1, 0, b"ab", True), data(1, 3, b"c"), whole=True)[0]
        self.assertEqual(whole, [line(1, (b"ab",))])
        self.assertEqual(receive(control(2, "open"), role="initiator")[0], [line(2)])

    def test_overlaps_that_reach_further(self):
        self.assertEqual(receive(data(1, 2, b"cd"), data(1, 0, b"ABCDEF", True))[0], [line(1, (b"ABcdEF",))])

    def test_ends(self):
        self.assertEqual(receive(data(1, 0, b"a", True), control(1, "close", 2))[0],
                         [line(1, (b"a",), end="stream.closed")])
        self.assertEqual(receive(control(1, "close", 0), control(1, "close", 0))[0], [line(1, end="stream.closed")])
        self.assertEqual(receive(data(1, 0, b"a", True), control(1, "close", 3))[0], [line(1, (b"a",))])
        for whole, partial in ((False, b"b"), (True, b"")):
            self.assertEqual(receive(data(1, 0, b"a", True), data(1, 2, b"b"), control(1, "close", 3), whole=whole)[0],
                             [line(1, (b"a",), partial, "stream.message_incomplete")])
        reset = control(1, "reset", 70_000, 3)
        self.assertEqual(receive(data(1, 0, b"a", True), reset, reset), ([line(1, end="stream.reset")], []))

    def test_stop_is_answered_by_its_code(self):
        streams, replies = receive(control(3, "stop", 66_000), control(1, "stop", 5), control(1, "stop", 6))
        self.assertEqual(streams, [line(1), line(3)])
        self.assertEqual(replies, [{"stream": 1, "message": "reset", "code": "5"},
                                   {"stream": 3, "message": "reset", "code": "66000"}])

    def test_streams_beyond_the_limit(self):
        reply = {"stream": 3, "message": "reset", "code": str(NUMBERS["stream.refused"])}
        limit = {"max_streams": "1"}
        self.assertEqual(receive(control(1, "open"), data(3, 0, b"a"), **limit), ([line(1)], [reply]))
        over = (control(1, "stop", 7), control(1, "close", 0))
        self.assertEqual(receive(*over, control(3, "open"), **limit)[0],
                         [line(1, end="stream.closed"), line(3)])
        refusal_of_theirs = control(1, "reset", NUMBERS["stream.refused"], 0)
        self.assertEqual(receive(refusal_of_theirs),
                         ([line(1, end="stream.reset")], [{**reply, "stream": 1}]))

    def test_messages_too_large(self):
        """STT-STREAM-013, -014: only where whole messages are awaited, whether all of it is there or not."""
        limit, stop = {"max_message_bytes": "3"}, str(NUMBERS["stream.message_too_large"])
        for end in (False, True):
            frames = (data(1, 0, b"abc", True), data(1, 4, b"defg", end))
            self.assertEqual(receive(*frames, **limit, whole=True),
                             ([line(1, (b"abc",), end="stream.message_too_large")],
                              [{"stream": 1, "message": "stop", "code": stop}]))
        self.assertEqual(receive(*frames, **limit)[0], [line(1, (b"abc", b"defg"))])
        self.assertEqual(receive(data(1, 0, b"abc"), **limit, whole=True)[0], [line(1)])
        complete = (data(1, 0, b"defg", True), control(1, "close", 5), control(1, "stop", 9))
        self.assertEqual(receive(*complete, **limit, whole=True),
                         ([line(1, end="stream.message_too_large")],
                          [{"stream": 1, "message": "reset", "code": "9"},
                           {"stream": 1, "message": "stop", "code": stop}]))

    def test_refusals_by_the_state(self):
        few = {"initial_stream_credit": "4"}
        little = {"initial_session_credit": "4"}
        for reason, frames, given in (
                ("not_opened", (data(2, 0, b"a"),), {}),
                ("not_opened", (control(1, "open"),), {"role": "initiator"}),
                ("message_type_changed", (data(1, 0, b"a"), data(1, 1, b"b", True, 128)), {}),
                ("message_type_changed", (data(1, 1, b"b"), data(1, 0, b"ab", True, 128)), {}),
                ("final_position", (control(1, "close", 2), data(1, 0, b"abc")), {}),
                ("final_position", (data(1, 0, b"abc"), control(1, "close", 2)), {}),
                ("final_position", (control(1, "close", 2), control(1, "close", 3)), {}),
                ("final_position", (control(1, "close", 2), control(1, "reset", 0, 3)), {}),
                ("final_position", (control(1, "reset", 0, 3), data(1, 3, b"a")), {}),
                ("credit_exceeded", (data(1, 1, b"abcd"),), few),
                ("credit_exceeded", (data(1, 0, b"abcd", True),), few),
                ("session_credit_exceeded", (data(1, 0, b"ab"), data(3, 0, b"abc")), little),
                ("session_credit_exceeded", (data(1, 4, b"b"),), little),
                ("session_credit_exceeded", (control(1, "reset", 0, 5),), little)):
            self.assertEqual(refused(*frames, **given), ("stream", "stream." + reason), frames)
        receive(data(1, 0, b"abcd"), data(1, 1, b"bcd"), **{**few, **little})

    def test_refusals_of_messages(self):
        for kind, payload, reason in ((DATA, "0000", "data_empty"), (200, "020061", "data_flags"),
                                      (CONTROL, "06", "stream_control_type"), (CONTROL, "0100", "trailing_bytes")):
            self.assertEqual(refused({"type": kind, "stream": 1, "payload": payload}), ("message", "wire." + reason))

    def test_gaps(self):
        """STT-STREAM-027: the piece that makes the 257th gap is dropped; others go on."""
        gaps = [data(1, 2 * n + 1, b"a") for n in range(256)]
        receive(*gaps)
        self.assertEqual(refused(*gaps, data(1, 600, b"a")), ("stream", "stream.too_many_gaps"))
        self.assertEqual(receive(*gaps, data(1, 600, b"a"), data(1, 0, b"b"))[0], [line(1, partial=b"ba")])

    def test_what_cannot_be_read(self):
        for frames in ([], [{"type": 3, "stream": 1, "payload": ""}], [{"type": 128, "stream": 0, "payload": ""}], [5]):
            with self.assertRaises(Unreadable):
                vectors.answer("stream.receive", {"role": "initiator", "frames": frames})


class AckKindsTest(unittest.TestCase):
    def ack(self, *ranges):
        return messages.encode_ack(0, list(ranges)).hex()

    def test_report(self):
        self.assertEqual(accept("ack.report", sequences=["5", "0", "1", "9", "1", "2"]),
                         {"ranges": [["9", "9"], ["5", "5"], ["0", "2"]]})
        many = [str(2 * n) for n in range(66)]
        ranges = [[n, n] for n in many[::-1]]
        self.assertEqual(accept("ack.report", sequences=many)["ranges"], ranges[:64])
        self.assertEqual(accept("ack.report", sequences=many + ["129", "127", "1"])["ranges"][-1], ["0", "2"])

    def test_receive(self):
        for acks, out in (([self.ack((0, 4))], "01234"), ([self.ack((7, 7)), self.ack((0, 8))], "01234568"),
                          ([self.ack((3, 9)), self.ack((5, 6))], ""),
                          ([self.ack((8, 9)), self.ack((9, 9), (0, 0))], "0")):
            self.assertEqual(accept("ack.receive", sent=10, skipped=[], acks=acks), {"acknowledged": list(out)})
        self.assertEqual(accept("ack.receive", sent=3, skipped=["1"], acks=[self.ack((2, 3), (0, 0))]),
                         {"acknowledged": ["0", "2", "3"]})

    def test_receive_refuses(self):
        for skipped, acks in (([], [self.ack((3, 3))]), (["1"], [self.ack((0, 2))]), (["1"], [self.ack((4, 4))]),
                              (["0", "1"], [self.ack((3, 3), (1, 1))]), (["9"], [self.ack((0, 0)), self.ack((9, 9))])):
            self.assertEqual(refusal("ack.receive", sent=3, skipped=skipped, acks=acks),
                             ("ack", "session.ack_never_sent"))
        below_zero = refusal("ack.receive", sent=3, skipped=[], acks=["0100000001"])
        self.assertEqual(below_zero, ("message", "wire.ack_ranges"))


class WebSocketKindsTest(unittest.TestCase):
    def test_message(self):
        one = frame.seal(KEY, DATA, bytes([1] * 8), 1, 7, b"\0", NONCE, b"12345").hex()
        self.assertEqual(accept("websocket.message", bytes=one * 2), {"frames": [one, one]})
        for broken in ("", one[:-2], one + "53", one + "00", "00" + one):
            self.assertEqual(refusal("websocket.message", bytes=broken), ("message", "websocket.not_frames"))

    def test_urls(self):
        for url, *expected in (
                ("ws://a", False, "a", 80, "/"), ("wss://a", True, "a", 443, "/"),
                ("ws://my-host_1.example:8080/a/b?c=d&e=/?@", False, "my-host_1.example", 8080, "/a/b?c=d&e=/?@"),
                ("wss://10.0.0.1:65535?x", True, "10.0.0.1", 65_535, "/?x"),
                ("ws://[2001:db8::1]:1/", False, "2001:db8::1", 1, "/"), ("ws://[::]", False, "::", 80, "/")):
            self.assertEqual(accept("websocket.url", url=url), dict(zip(("tls", "host", "port", "target"), expected)))

    def test_urls_refused(self):
        for url in ("", "a", "http://a", "ws:/a", "ws://", "ws://:80", "ws://a:", "ws://a:0", "ws://a:65536",
                    "ws://a:-1", "ws://a:1x", "ws://u@a", "ws://u:p@a", "ws://a#f", "ws://a/#f", "ws://a?b#",
                    "ws://a b", "ws://a/b c", "ws://a/\r\nHost: b", "ws://a\n", "ws://ä", "ws://a/ä", "ws://::1",
                    "ws://[::1", "ws://[1.2.3.4]", "ws://[::1%25eth0]", "ws://[]", "ws://[a]", "ws://[::1]a", " ws://a",
                    "ws://a%41"):
            self.assertEqual(refusal("websocket.url", url=url), ("url", "websocket.url_malformed"), url)


class StorageKindsTest(unittest.TestCase):
    def sealed(self, text):
        return accept("storage.seal", storage_key=KEY.hex(), nonce=NONCE.hex(), bytes=text.hex())

    def test_records(self):
        for text in (b"", b"object"):
            address = accept("storage.address", bytes=text.hex())["address"]
            sealed = self.sealed(text)
            given = {"storage_key": KEY.hex(), "record": sealed["record"]}
            self.assertEqual(address, crypto.sha3(text).hex())
            self.assertEqual(len(sealed["record"]), 2 * (len(text) + 88))
            self.assertEqual(sealed["name"], crypto.kdf(KEY, "index", bytes.fromhex(address)).hex())
            self.assertEqual(accept("storage.open", address=address, **given), {"bytes": text.hex()})
            self.assertEqual(accept("storage.identify", name=sealed["name"], **given),
                             {"address": address, "size": str(len(text))})

    def test_damage(self):
        sealed, other = self.sealed(b"object"), self.sealed(b"another")
        record, address = bytes.fromhex(sealed["record"]), crypto.sha3(b"object").hex()

        def opens(record, address=address, key=KEY):
            return refusal("storage.open", storage_key=key.hex(), address=address, record=record.hex())

        def identifies(record, name=sealed["name"], key=KEY):
            return refusal("storage.identify", storage_key=key.hex(), name=name, record=record.hex())

        damaged = ("open", "storage.object_damaged")
        for place in range(len(record)):
            bad = record[:place] + bytes((record[place] ^ 1,)) + record[place + 1:]
            self.assertEqual(opens(bad), damaged)
            if place < storage.NONCE + storage.SEALED_ADDRESS:
                self.assertEqual(identifies(bad), damaged)
        for bad in (b"", record[:87], bytes.fromhex(other["record"])):
            self.assertEqual((opens(bad), identifies(bad)), (damaged, damaged))
        self.assertEqual((opens(record[:-1]), opens(record + b"\0")), (damaged, damaged))
        self.assertEqual((opens(record, key=NONCE + KEY[:8]), identifies(record, key=NONCE + KEY[:8])),
                         (damaged, damaged))
        self.assertEqual(opens(record, address=crypto.sha3(b"another").hex()), damaged)
        self.assertEqual(identifies(record, name=other["name"]), damaged)

    def test_what_only_the_owner_of_the_key_could_make(self):
        """Parts that open and do not belong together are damage, too (STT-STORAGE-004, -012)."""
        keys = [crypto.kdf(KEY, label) for label in ("address", "object")]
        address, wrong = crypto.sha3(b"object"), crypto.sha3(b"wrong")
        name = crypto.kdf(KEY, "index", address)
        text = crypto.seal(keys[1], NONCE, b"STT-1 object" + address, b"wrong")
        for held, part in ((address, text), (wrong, crypto.seal(keys[1], NONCE, b"STT-1 object" + address, b"object"))):
            record = NONCE + crypto.seal(keys[0], NONCE, b"STT-1 address" + name, held) + part
            self.assertEqual(refusal("storage.open", storage_key=KEY.hex(), address=address.hex(), record=record.hex()),
                             ("open", "storage.object_damaged"))
        self.assertEqual(refusal("storage.identify", storage_key=KEY.hex(), name=name.hex(), record=record.hex()),
                         ("open", "storage.object_damaged"))


if __name__ == "__main__":
    unittest.main()
