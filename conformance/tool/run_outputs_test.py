"""run_outputs_test.py STT: the files that `stt sim run` and `replay` write on request.

Keys are tried with PyNaCl on frames found by a reader of our own, and no code of the simulator."""

import base64
import json
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

import nacl.bindings as sodium

STT = sys.argv[1]
DONE, CANNOT_WRITE, USAGE = 0, 14, 64
OUTPUTS = ("--trace", "--pcap", "--qlog", "--keylog", "--mermaid", "--timeline", "--html")


def sim(*arguments):
    return subprocess.run([STT, "sim", *map(str, arguments)], capture_output=True, text=True, timeout=240)


def section_of(page):
    """The one section that stands in the page of a run."""
    data = re.search(r'id="data">(.*?)</script>', page.read_text(), re.S).group(1)
    section, = json.loads(zlib.decompress(base64.b64decode(data)))["sections"]
    return section


def trace_hash(result):
    return re.search(r"^trace ([0-9a-f]{64})$", result.stdout, re.M).group(1)


def blocks(data):
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        yield kind, data[at + 8:at + size - 4]
        at += size


def options(body, at):
    while at < len(body):
        code, size = struct.unpack_from("<HH", body, at)
        if code == 0:
            return
        yield code, body[at + 4:at + 4 + size]
        at += 4 + (size + 3) // 4 * 4


def datagrams(path):
    """Interface, number and UDP payload of each packet of a pcapng file."""
    interfaces = []
    for kind, body in blocks(path.read_bytes()):
        if kind == 1:
            interfaces.append(dict(options(body, 8))[2].decode())
        if kind == 6:
            interface, _, _, size = struct.unpack_from("<IIII", body)
            number = dict(options(body, 20 + (size + 3) // 4 * 4))[5]
            yield interfaces[interface], struct.unpack("<Q", number)[0], body[20 + 28:20 + size]


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


class Frame:
    def __init__(self, data, start):
        length, at = varint(data, start + 3)
        self.end = at + length
        self.kind, self.session = data[at], data[at + 1:at + 9].hex()
        _, at = varint(data, at + 9)
        self.sequence, at = varint(data, at)
        metadata, at = varint(data, at)
        self.header = data[start:at]
        self.payload = data[at:self.end - metadata]
        self.selector = data[self.end - metadata:self.end - 40]
        self.nonce, self.tag = data[self.end - 40:self.end - 16], data[self.end - 16:self.end]

    def open(self, key):
        try:
            return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(self.payload + self.tag, self.header + self.selector,
                                                                    self.nonce, key)
        except Exception:
            return None


def frames(datagram):
    at = 0
    while at < len(datagram):
        frame = Frame(datagram, at)
        yield frame
        at = frame.end


def keys_of(path):
    keys = {}
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            *where, key = line.split(" ")
            assert tuple(where) not in keys, line
            keys[tuple(where)] = bytes.fromhex(key)
    return keys


def key_names(frame):
    """Under which names the key of a frame may stand."""
    if frame.kind == 1:
        return [("HELLO", frame.selector.hex()), ("RESPONSE", frame.nonce.hex())]
    if frame.kind == 5:
        return [("AUTH_I2R", frame.session), ("AUTH_R2I", frame.session)]
    epoch = str(varint(frame.selector, 0)[0])
    return [("I2R", frame.session, epoch), ("R2I", frame.session, epoch)]


class RunOutputsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def all_outputs(self):
        return sum(([name, self.path / name.strip("-")] for name in OUTPUTS), ["--pcap-plaintext"])

    def test_logged_keys_open_every_frame_of_the_capture(self):
        for scenario in ("handshake-loss", "key-rotation-under-reordering", "datagrams"):
            result = sim("run", scenario, *self.all_outputs())
            self.assertEqual(result.returncode, DONE, result.stderr)
            keys = keys_of(self.path / "keylog")
            clear = {number: list(frames(datagram)) for interface, number, datagram in datagrams(self.path / "pcap")
                     if interface.endswith(" unsealed")}
            used, opened = set(), 0
            for interface, number, datagram in datagrams(self.path / "pcap"):
                if interface.endswith(" unsealed") or number not in clear:
                    continue
                for place, frame in enumerate(frames(datagram)):
                    texts = {name: frame.open(keys[name]) for name in key_names(frame) if name in keys}
                    [name] = [name for name, text in texts.items() if text is not None]
                    self.assertEqual(texts[name], clear[number][place].payload)
                    used.add(name)
                    opened += 1
            self.assertGreater(opened, 200)
            self.assertEqual(used, set(keys), "a key that opens nothing")
            if scenario.startswith("key-rotation"):
                self.assertGreater(max(int(name[2]) for name in used if name[0] == "I2R"), 1)

    def test_the_key_log_says_what_it_is_for(self):
        sim("run", "handshake-loss", "--keylog", self.path / "keys")
        self.assertTrue((self.path / "keys").read_text().startswith("# Keys of a simulated world: handshake-loss, seed "))
        self.assertIn("none of real sessions", sim("run", "--help").stdout)

    def mermaid_lines(self, path, name):
        """The lines of a ladder after its participants; all of them are Mermaid."""
        comment, _, kind, *lines = path.read_text().splitlines()
        self.assertRegex(comment, rf"^%% {name}, seed \d+$")
        self.assertEqual(kind, "sequenceDiagram")
        known, told = set(), []
        for line in lines:
            if participant := re.fullmatch(r"  participant (h\d+) as [\w .,+()-]+", line):
                known.add(participant.group(1))
                continue
            note = re.fullmatch(r"  Note over (h\d+): ([\d.]+) ms [\w .,+()-]+", line)
            arrow = re.fullmatch(r"  (h\d+)(?:->>|-x)(h\d+): ([\d.]+)(?: to [\d.]+)? ms [\w .,+()-]+", line)
            self.assertTrue(note or arrow, line)
            self.assertLessEqual(set((note or arrow).groups()[:-1]), known)
            told.append(line)
        return told

    def test_the_ladder_is_mermaid(self):
        sim("run", "handshake-loss", "--mermaid", self.path / "ladder")
        lines = self.mermaid_lines(self.path / "ladder", "handshake-loss")
        self.assertTrue(any("-x" in line and "(lost)" in line for line in lines))

    def test_names_of_hosts_break_no_file(self):
        evil = "</script><script>alert(1)</script>;%%\"\u001b]\u2028"
        scenario = {"name": "evil", "purpose": "to be shown", "hosts": [{"name": evil}, {"name": "b;c"}],
                    "links": [{"between": [evil, "b;c"], "both": {"delay": "1ms"}}],
                    "conversations": [{"from": evil, "to": "b;c", "bytes": 100}],
                    "expect": {"outcome": "completes", "within": "10s"}}
        (self.path / "evil.json").write_text(json.dumps(scenario))
        result = sim("run", self.path / "evil.json", *self.all_outputs())
        self.assertEqual(result.returncode, DONE, result.stdout + result.stderr)
        page = (self.path / "html").read_text()
        self.assertEqual((page.count("<script"), page.count("</script")), (2, 2))
        self.assertEqual(section_of(self.path / "html")["hosts"], [evil, "b;c"])
        self.assertTrue(self.mermaid_lines(self.path / "mermaid", "evil"))

    def test_the_page_holds_the_run(self):
        sim("run", "handshake-loss", "--html", self.path / "html", "--timeline", self.path / "timeline",
            "--trace", self.path / "trace")
        data = section_of(self.path / "html")
        self.assertEqual(data, json.loads((self.path / "timeline").read_text()))
        trace = [json.loads(line) for line in (self.path / "trace").read_text().splitlines()]
        lost = sum(event["kind"] == "lost" for event in trace)
        packets = data["packets"]
        self.assertEqual(sum(data["fates"][fate] == "lost" for fate in packets["fate"]), lost)
        self.assertEqual(len(packets["sent"]), lost + sum(event["kind"] == "delivered" for event in trace))
        self.assertEqual({len(column) for column in packets.values()}, {len(packets["sent"])})
        self.assertEqual([chart["title"] for chart in data["charts"]],
                         ["Stream progress", "Congestion window and bytes in flight", "Round-trip time", "Queue", "Key epoch"])
        for chart in data["charts"]:
            self.assertTrue(chart["lines"], chart["title"])
            for line in chart["lines"]:
                self.assertEqual(len(line["at"]), len(line["value"]))
                self.assertTrue(all(step >= 0 for step in line["at"]))

    def test_what_is_sent_again_is_marked(self):
        sim("run", "drop-rate", "--timeline", self.path / "timeline")
        data = json.loads((self.path / "timeline").read_text())
        again = [data["texts"][text] for text, again in zip(data["packets"]["text"], data["packets"]["again"]) if again]
        self.assertTrue(again)
        self.assertTrue(all("stream" in text for text in again), again)
        progress = {line["name"]: sum(line["value"][-1:]) for line in data["charts"][0]["lines"]}
        for name, position in progress.items():  # all that was sent has arrived
            self.assertEqual(position, progress[name.replace(" arrived", " sent")], name)

    def test_outputs_change_nothing_and_replay_writes_the_same(self):
        plain = sim("run", "--seed", 5)
        full = sim("run", "--seed", 5, *self.all_outputs())
        self.assertEqual((full.returncode, full.stdout), (plain.returncode, plain.stdout))
        written = {name: (self.path / name.strip("-")).read_bytes() for name in OUTPUTS}
        self.assertTrue(all(written.values()))
        again = sim("replay", "seed:5", *self.all_outputs())
        self.assertEqual(trace_hash(again), trace_hash(plain))
        for name in OUTPUTS:
            self.assertEqual((self.path / name.strip("-")).read_bytes(), written[name], name)

    def test_what_cannot_be_written_is_named(self):
        for name in OUTPUTS:
            nowhere = self.path / "no" / "such"
            result = sim("run", "wrong-seed", name, nowhere)
            self.assertEqual((result.returncode, result.stderr), (CANNOT_WRITE, f"stt sim: cannot write {nowhere}.\n"))
            full = sim("run", "wrong-seed", name, "/dev/full")
            self.assertEqual((full.returncode, full.stderr), (CANNOT_WRITE, "stt sim: cannot write all of /dev/full.\n"))
        twice = sim("run", "wrong-seed", "--qlog", self.path / "x", "--pcap", self.path / "x")
        self.assertEqual(twice.returncode, CANNOT_WRITE)
        self.assertIn("cannot write two things to", twice.stderr)
        self.assertEqual(sim("run", "wrong-seed", "--pcap-plaintext").returncode, USAGE)

    def test_help_teaches(self):
        for command in ("run", "replay"):
            shown = sim(command, "--help").stdout
            for name in (*OUTPUTS, "--pcap-plaintext"):
                self.assertIn(name, shown)
        self.assertIn("tshark -X lua_script:", sim("run", "--help").stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
