"""wireshark_test.py STT LUA: tshark, with the dissector that we ship, reads what a run captures."""

import json
import random
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT, DISSECTOR = sys.argv[1], sys.argv[2]
DONE = 0
GOOD_CHECKSUM = "1"
DROPS = {"lost", "queue_full", "too_big", "blocked", "unrouted", "unbound", "lost_in_bad_state", "lost_in_burst",
         "lost_by_number", "lost_by_type", "codel_dropped", "binding_expired", "filtered", "swallowed", "host_down",
         "socket_full"}
MARKS = DROPS | {"duplicated", "reordered", "jittered", "corrupted", "truncated", "tampered", "held", "reflected",
                 "flooded", "forged", "replayed"}


def tshark(capture, *arguments):
    result = subprocess.run(["tshark", "-X", f"lua_script:{DISSECTOR}", "-r", str(capture), *arguments],
                            capture_output=True, text=True, timeout=300)
    complaints = [line for line in result.stderr.splitlines() if not line.startswith("Running as user")]
    if result.returncode != 0 or complaints or "Lua Error" in result.stdout:
        raise AssertionError(f"tshark: {complaints[:5]} {result.stdout[-500:]}")
    return result.stdout


def rows(capture, *fields, only=""):
    """What tshark says in these fields: a list of values for each, for every packet."""
    arguments = ["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=;"]
    for field in fields:
        arguments += ["-e", field]
    if only:
        arguments += ["-Y", only]
    for line in tshark(capture, *arguments).splitlines():
        yield [value.split(";") if value else [] for value in line.split("\t")]


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def prefixed(part):
    return varint(len(part)) + part


def unsealed(kind, payload, session=b"sessions", stream=0, sequence=0, selector=None):
    """A frame before it is sealed: nonce and tag are zeros."""
    if kind == 1:
        session, selector = bytes(8), b"hinthint"
    selector = b"\0" if selector is None else selector
    body = bytes([kind]) + session + varint(stream) + varint(sequence) + varint(len(selector) + 40)
    body += payload + selector + bytes(40)
    return b"ST\x01" + varint(len(body)) + body


PARAMETERS = [32 << 20, 64 << 10, 64, 2_097_152, 16 << 20, 30_000, 25, 0]


def parameters(values=None, ids=range(1, 9)):
    return b"".join(varint(number) + prefixed(varint(value)) for number, value in zip(ids, values or PARAMETERS))


def auth(encoded, kind=3):
    return unsealed(5, bytes([kind]) + b"sessions" + bytes(64) + prefixed(encoded))


HELLO = b"\x01" + prefixed(b"\x01") + prefixed(b"\x01") + b"n" * 32 + b"i" * 32 + b"e" * 32 + prefixed(bytes(20))
RESPONSE = b"\x02\x01\x01" + b"n" * 32 + b"i" * 32 + b"e" * 32 + b"c" * 32

# Frames, and in which words they are shown.
GOOD = [
    (unsealed(1, HELLO), "HELLO"),
    (unsealed(1, RESPONSE), "RESPONSE"),
    (auth(parameters()), "AUTH_PROOF"),
    (auth(parameters() + varint(99) + prefixed(b"?"), 4), "FINAL"),
    (unsealed(3, bytes.fromhex("01ac020a020102000102")), "ACK 9..10 5 0..2"),
    (unsealed(3, b"\x01\0" + varint(2**53 - 1) + b"\0\0"), "ACK 9007199254740991"),
    (unsealed(3, b"\x01\0" + varint(126) + b"\x3f\0" + bytes(126)), "ACK " + " ".join(map(str, range(126, -1, -2)))),
    (unsealed(3, b"\x02" + bytes(30)), "PING"),
    (unsealed(3, b"\x03\x07"), "PONG"),
    (unsealed(3, b"\x04" + varint(2**64 - 1)), "SESSION_CREDIT"),
    (unsealed(3, b"\x05" + b"12345678"), "PATH_CHALLENGE"),
    (unsealed(3, b"\x06" + b"12345678"), "PATH_RESPONSE"),
    (unsealed(3, b"\x07" + varint(0x0414) + prefixed(b"done\xff\0\x1b")), "CLOSE 1044"),
    (unsealed(3, b"\x08" + varint(65_536) + prefixed(b"")), "ERROR 65536"),
    (unsealed(4, b"\x01", stream=3), "OPEN"),
    (unsealed(4, b"\x02\x07", stream=3), "CLOSE"),
    (unsealed(4, bytes.fromhex("0380880400"), stream=3), "RESET"),
    (unsealed(4, b"\x04\x09", stream=3), "CREDIT"),
    (unsealed(4, b"\x05\x00", stream=3), "STOP"),
    (unsealed(2, b"\x01\x00abc", stream=1), "DATA 0..4 end"),
    (unsealed(2, b"\x01\x04", stream=1), "DATA 4..5 end"),
    (unsealed(0x80, b"\x00\x07abc", stream=65_535, sequence=2**64 - 1), "CUSTOM 80 7..10"),
    (unsealed(0xFF, b"any bytes"), "DATAGRAM ff"),
    (unsealed(0xFF, b""), "DATAGRAM ff"),
]

# Frames, and the error that each has.
BAD = [
    (b"XT\x01" + GOOD[0][0][3:], "frame_magic"),
    (b"ST\x02" + GOOD[0][0][3:], "frame_version"),
    (b"ST\x01" + b"\x80\x00", "varint_overlong"),
    (b"ST\x01" + b"\xff" * 9 + b"\x02", "varint_overflow"),
    (b"ST\x01" + varint(2_097_152), "frame_too_long"),
    (b"ST\x01" + varint(52), "frame_too_short"),
    (unsealed(6, b""), "frame_type_reserved"),
    (unsealed(0, b""), "frame_type_reserved"),
    (unsealed(5, bytes(1_200)), "frame_handshake_too_long"),
    (unsealed(2, b"\x01\0", session=bytes(8), stream=1), "frame_session_id"),
    (unsealed(2, b"\x01\0", stream=65_536), "frame_stream_id"),
    (unsealed(2, b"\x01\0"), "frame_stream_id"),
    (unsealed(3, b"\x02", stream=1), "frame_stream_id"),
    (unsealed(5, b"\x03", sequence=1), "frame_sequence"),
    (unsealed(2, b"\x01\0", stream=1, selector=b""), "frame_metadata_length"),
    (unsealed(2, b"\x01\0", stream=1, selector=b"\x01\x01"), "frame_metadata_length"),
    (unsealed(2, b"\x01\0", stream=1, selector=b"\x81"), "varint_overlong"),
    (unsealed(5, b"\x03", selector=b"\x01"), "frame_epoch"),
    (GOOD[0][0][:-1], "frame_incomplete"),
    (GOOD[0][0][:9], "frame_incomplete"),
    (b"ST\x01", "frame_incomplete"),
    (unsealed(1, b"\x03" + HELLO[1:]), "handshake_type"),
    (unsealed(1, b""), "truncated"),
    (unsealed(1, HELLO[:40]), "truncated"),
    (unsealed(1, HELLO[:-1] + b"\x01"), "handshake_padding"),
    (unsealed(1, b"\x01\x00" + HELLO[3:]), "handshake_list_empty"),
    (unsealed(1, RESPONSE + b"?"), "trailing_bytes"),
    (auth(parameters(ids=[1, 1, 3, 4, 5, 6, 7, 8])), "parameter_duplicate"),
    (auth(parameters(ids=[2, 1, 3, 4, 5, 6, 7, 8])), "parameter_order"),
    (auth(parameters(PARAMETERS[:7])), "parameter_missing"),
    (auth(b""), "parameter_missing"),
    (auth(parameters(PARAMETERS[:2] + [65_536] + PARAMETERS[3:])), "parameter_range"),
    (auth(b"\x01\x02\x01\x01"), "trailing_bytes"),
    (unsealed(3, b"\x09"), "control_type"),
    (unsealed(3, b"\x00"), "control_type"),
    (unsealed(3, b"\x02\0\x01"), "control_padding"),
    (unsealed(3, b"\x01\0\x02\0\x03"), "ack_ranges"),
    (unsealed(3, b"\x01\0" + varint(500) + b"\x40\0" + bytes(128)), "ack_ranges"),
    (unsealed(3, b"\x01\0\x02\x01\0\x05\0"), "ack_ranges"),
    (unsealed(3, b"\x07\0" + prefixed(bytes(257))), "reason_too_long"),
    (unsealed(3, b"\x07\0" + varint(2**64 - 1)), "truncated"),
    (unsealed(3, b"\x04"), "varint_truncated"),
    (unsealed(4, b"\x06", stream=1), "stream_control_type"),
    (unsealed(4, b"\x01\0", stream=1), "trailing_bytes"),
    (unsealed(2, b"\x02\0abc", stream=1), "data_flags"),
    (unsealed(2, b"\x00\x05", stream=1), "data_empty"),
    (unsealed(2, b"\x01" + varint(2**64 - 1), stream=1), "position_overflow"),
    (unsealed(2, b"\x00" + varint(2**64 - 3) + b"abc", stream=1), "position_overflow"),
]


def write_pcap(path, payloads, port=40_000):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 101))
        for number, payload in enumerate(payloads):
            size = 28 + len(payload)
            packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, size, 0, 0, 64, 17, 0, b"\n\0\0\1", b"\n\0\0\2")
            packet += struct.pack(">HHHH", port, port, size - 20, 0) + payload
            out.write(struct.pack("<IIII", number, 0, size, size) + packet)


class DissectorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "capture"

    def test_every_message_is_shown_by_its_name(self):
        write_pcap(self.path, [frame for frame, _ in GOOD])
        for (frame, words), (message, expert) in zip(GOOD, rows(self.path, "stt1.message", "_ws.expert.message"), strict=True):
            self.assertEqual((message, expert), ([words], []), frame.hex())

    def test_every_error_has_its_name(self):
        write_pcap(self.path, [frame for frame, _ in BAD])
        names = sorted({error for _, error in BAD})
        fields = [f"stt1.error.{name}" for name in names]
        shown = rows(self.path, *fields, "_ws.expert.message")
        decode_as = iter(tshark(self.path, "-d", "udp.port==40000,stt1", "-T", "fields", "-e", "_ws.expert.message").splitlines())
        for (frame, error), row, by_port in zip(BAD, shown, decode_as, strict=True):
            self.assertEqual(by_port.split(":")[0], f"wire.{error}", frame.hex())
            if frame[:2] == b"ST":
                self.assertEqual([name for name, value in zip(names, row) if value], [error], frame.hex())

    def test_fields_hold_what_the_frame_says(self):
        write_pcap(self.path, [GOOD[21][0], GOOD[2][0], GOOD[12][0] + GOOD[19][0]])
        fields = ("stt1.sequence", "stt1.stream_id", "stt1.parameter.max_message_bytes", "stt1.control.reason", "stt1.data.bytes",
                  "stt1.session_id", "stt1.type")
        custom, proof, two = rows(self.path, *fields)
        session = b"sessions".hex()
        self.assertEqual(custom, [[str(2**64 - 1)], ["65535"], [], [], [b"abc".hex()], [session], ["0x80"]])
        self.assertEqual(proof, [["0"], ["0"], [str(16 << 20)], [], [], [session], ["0x05"]])
        self.assertEqual(two, [["0", "0"], ["0", "1"], [], ["done..."], [b"abc".hex()], [session] * 2, ["0x03", "0x02"]])

    def test_hostile_bytes_are_shown_or_named_and_never_break_it(self):
        dice = random.Random(4)
        hostile = []
        for frame, _ in GOOD + BAD:
            hostile += [frame[:size] for size in range(0, min(len(frame), 130))]
            for _ in range(12):
                changed = bytearray(frame)
                for _ in range(dice.randrange(1, 5)):
                    changed[dice.randrange(min(len(changed), 60))] = dice.randrange(256)
                hostile.append(bytes(changed))
            hostile.append(frame + dice.randbytes(dice.randrange(1, 90)))
        hostile += [b"ST\x01" + dice.randbytes(dice.randrange(200)) for _ in range(300)]
        write_pcap(self.path, hostile)
        shown = tshark(self.path, "-d", "udp.port==40000,stt1", "-V")
        self.assertGreater(shown.count("Expert Info (Error/Malformed): wire."), len(hostile) // 2)
        self.assertNotIn("Dissector bug", shown)
        self.assertNotIn("Malformed Packet", shown)


class RunTest(unittest.TestCase):
    """Runs, as tshark sees them, against the JSON trace of the same runs."""

    def record(self, scenario):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name)
        result = subprocess.run([STT, "sim", "run", scenario, "--trace", path / "trace", "--pcap", path / "capture",
                                 "--pcap-plaintext"], capture_output=True, text=True, timeout=240)
        self.assertEqual(result.returncode, DONE, result.stdout + result.stderr)
        trace = [json.loads(line) for line in (path / "trace").read_text().splitlines()]
        self.capture = path / "capture"
        fields = ("frame.interface_name", "frame.packet_id", "frame.comment", "frame.time_epoch", "udp.payload", "stt1.type",
                  "stt1.is_sealed", "stt1.message", "ip.checksum.status", "udp.checksum.status", "_ws.expert.message")
        names = ("interface", "packet", "comments", "time", "payload", "types", "sealed", "messages", "ip", "udp", "expert")
        shown = tshark(self.capture, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E",
                       "separator=/t", "-E", "occurrence=a", "-E", "aggregator=;", *sum((["-e", each] for each in fields), []))
        packets = [dict(zip(names, ([value.split(";") if value else [] for value in line.split("\t")])))
                   for line in shown.splitlines()]
        for packet in packets:
            packet["packet"] = int(packet["packet"][0])
            seconds, fraction = packet["time"][0].split(".")
            packet["ns"] = int(seconds) * 10**9 + int(fraction)
            packet["unsealed"] = packet["interface"][0].endswith(" unsealed")
        return trace, packets

    def compare(self, scenario):
        trace, packets = self.record(scenario)
        self.assertEqual([packet["ns"] for packet in packets], sorted(packet["ns"] for packet in packets))
        for packet in packets:
            self.assertEqual((packet["ip"], packet["udp"]), ([GOOD_CHECKSUM], [GOOD_CHECKSUM]), packet)
        by_number = {}
        for packet in packets:
            by_number.setdefault(packet["packet"], []).append(packet)
        marks = {}  # what the trace says of each packet
        for event in trace:
            found = by_number.get(event["number"], []) if event["kind"] in MARKS | {"sent", "delivered"} else []
            if event["kind"] == "sent":
                self.check_sent(event, found)
            elif event["kind"] in MARKS:
                self.assertTrue(found, event)
                marks.setdefault(event["number"], []).append(event["kind"])
                self.check_mark(event, found)
        for number, found in by_number.items():
            said = [comment.removeprefix("dropped: ") for packet in found for comment in packet["comments"]
                    if not comment.startswith(("as it goes on", "still on its way"))]
            self.assertEqual(sorted(said), sorted(marks.get(number, [])), number)
        return marks

    def check_sent(self, event, found):
        [clear] = [packet for packet in found if packet["unsealed"]]
        sealed = [packet for packet in found if not packet["unsealed"]]
        self.assertEqual((clear["ns"], sealed[0]["ns"]), (event["t_ns"],) * 2)
        self.assertEqual(sealed[0]["payload"], [event["bytes"]])
        errors = [text for packet in (clear, sealed[0]) for text in packet["expert"] if text.startswith("wire.")]
        self.assertEqual((clear["types"], errors), (sealed[0]["types"], []), event)
        self.assertTrue(clear["types"])
        self.assertEqual((set(clear["sealed"]), set(sealed[0]["sealed"])), ({"0"}, {"1"}))

    def check_mark(self, event, found):
        comments = [(packet, comment) for packet in found for comment in packet["comments"]]
        if event["kind"] in DROPS:
            self.assertIn("dropped: " + event["kind"], found[-1]["comments"])
        if event.get("bytes"):
            texts = {event["kind"], "as it goes on: " + event["kind"]}
            self.assertIn([event["bytes"]], [packet["payload"] for packet, comment in comments if comment in texts], event)

    def test_what_tshark_shows_is_what_the_trace_says(self):
        seen = set()
        for scenario in ("handshake-corruption", "held-and-reflected", "corrupt-rate", "datagrams", "nat-timeout",
                         "swallowed-final", "first-of-each-type", "--seed=5"):
            with self.subTest(scenario):
                seen.update(*self.compare(scenario).values())
        expected = {"lost", "lost_by_type", "swallowed", "unbound", "filtered", "corrupted", "truncated", "tampered",
                    "duplicated", "reordered", "held", "reflected", "forged"}
        self.assertEqual(expected - seen, set())

    def test_the_handshake_is_shown_step_by_step(self):
        _, packets = self.record("handshake-loss")
        steps = [message for packet in packets if packet["unsealed"] for message in packet["messages"]
                 if message in ("HELLO", "RESPONSE", "AUTH_PROOF", "FINAL")]
        first = [steps.index(step) for step in ("HELLO", "RESPONSE", "AUTH_PROOF", "FINAL")]
        self.assertEqual(first, sorted(first), steps)
        ids = set()
        for row in rows(self.capture, "stt1.handshake.session_id", "stt1.parameter.max_streams", only="stt1.handshake.type >= 3"):
            ids.add(row[0][0])
            self.assertEqual(len(row[1]), len(row[0]))
        for [opened] in rows(self.capture, "stt1.session_id", only="stt1.type == 3"):
            self.assertLessEqual(set(opened), ids)
        closes = list(rows(self.capture, "stt1.control.code", only="stt1.control.type == 7"))
        self.assertTrue(closes)

    def test_an_interface_for_each_direction_of_a_link(self):
        _, packets = self.record("chain")
        names = {packet["interface"][0] for packet in packets}
        links = {name for name in names if " > " in name}
        self.assertGreater(len(links), 2)
        for name in links:
            one, other = name.split(" > ")
            self.assertIn(f"{other} > {one}", links)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
