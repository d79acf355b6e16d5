"""refresh.py ROOT OUT: first inputs for every target out of the vectors and the scenarios of the tree at ROOT, below
OUT, and fuzz/dictionaries out of its specification.

`./dev fuzz refresh` calls it, lets each target leave out what shows it nothing new, and keeps the rest in corpus/.
Inputs are named by what they come from, so that a finding says where it began.
"""

import json
import re
import struct
import sys
from pathlib import Path

SAMPLE = 12  # of texts of JSON that differ little


def cases(vectors, *kinds):
    for kind in kinds:
        for file in sorted((vectors / kind).glob("*.json")):
            for case in json.loads(file.read_text())["cases"]:
                yield case


def hex_members(vectors, member, *kinds):
    """(name, bytes) of each case that has such a member."""
    for case in cases(vectors, *kinds):
        if member in case["in"]:
            yield case["id"].replace("/", "."), bytes.fromhex(case["in"][member])


def frame_streams(vectors):
    """The cuts of a case become lengths of pieces, each below 64, as the target reads them."""
    for case in cases(vectors, "frame.stream"):
        ends = [*case["in"]["cuts"], len(case["in"]["bytes"]) // 2]
        pieces = [min(63, max(0, end - begin - 1)) for begin, end in zip([0, *ends], ends)][:15]
        yield case["id"].replace("/", "."), bytes([len(pieces), *pieces]) + bytes.fromhex(case["in"]["bytes"])


def number(value):
    """As fuzz::Input::number() reads it."""
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def replay_windows(vectors):
    for case in cases(vectors, "replay.window"):
        steps = (b"\x03" + number(int(each)) + b"\x00" for each in case["in"]["sequences"])
        yield case["id"].replace("/", "."), b"".join(steps)


def adapter_lines(vectors, one_in):
    """Requests as a suite asks them, a few of each kind."""
    seen = {}
    for folder in sorted(vectors.iterdir()):
        if not folder.is_dir() or folder.name == "schemas" or folder.name.startswith("peer."):
            continue
        for case in cases(vectors, folder.name):
            seen[folder.name] = seen.get(folder.name, 0) + 1
            if seen[folder.name] % one_in == 1:
                line = {"id": 1, "op": "vector", "kind": case["kind"], "in": case["in"]}
                yield case["id"].replace("/", "."), (json.dumps(line) + "\n").encode()
    yield "peer", peer_lines()


def peer_lines():
    base = {"peer": "p", "now": 1000}
    lines = [
        {"op": "hello", "protocol": 1},
        {"op": "peer.new", **base, "node_seed": "11" * 32, "shared_seeds": ["22" * 32], "entropy": "33" * 32,
         "config": {"auto_read": False}},
        {"op": "peer.app", **base, "do": "connect", "to": "10.0.0.2:4000", "seed": 0},
        {"op": "peer.receive", **base, "from": "[fd00::2]:4000", "bytes": "5354"},
        {"op": "peer.tick", **base, "now": 600000},
        {"op": "peer.query", **base},
        {"op": "peer.drop", "peer": "p"},
        {"op": "reset"},
    ]
    return b"".join(json.dumps({"id": i + 1, **line}).encode() + b"\n" for i, line in enumerate(lines))


def adapter_replies():
    effects = [
        {"effect": "transmit", "to": "10.0.0.2:4000", "bytes": "5354"},
        {"effect": "connected", "session": 1, "session_id": "01" * 8, "peer": "02" * 32, "role": "initiator",
         "address": "10.0.0.2:4000"},
        {"effect": "data", "session": 1, "stream": 1, "bytes": "68", "end": True, "type": 2},
        {"effect": "closed", "session": 1, "reason": "session.closed", "by_peer": True, "code": "0", "text": ""},
        {"effect": "drop", "reason": "wire.frame_magic"},
    ]
    yield "reply", json.dumps({"id": 1, "outcome": "accept", "effects": effects, "timer": 1500000}).encode()


def vector_files(vectors):
    for folder in ("varint.decode", "replay.window", "frame.decode"):
        for file in sorted((vectors / folder).glob("*.json")):
            some = json.loads(file.read_text())["cases"][:3]
            yield f"{folder}.{file.stem}", json.dumps({"cases": some}).encode()


def scenario_files(scenarios):
    for file in sorted(scenarios.glob("*.json")):
        if file.name != "schema.json":
            yield file.stem, json.dumps(json.loads(file.read_text())).encode()


def sealed_payloads(vectors):
    """Payloads of session frames: (name, type, stream, payload)."""
    for kind, frame_type, stream in (("control.decode", 3, 0), ("stream_control.decode", 4, 1), ("data.decode", 2, 1)):
        for name, payload in hex_members(vectors, "bytes", kind):
            yield name, frame_type, stream, payload
    for case in cases(vectors, "stream.receive"):
        for i, frame in enumerate(case["in"]["frames"][:1]):
            yield f"{case['id'].replace('/', '.')}.{i}", frame["type"], frame["stream"], bytes.fromhex(frame["payload"])


def node_orders(vectors):
    """As node_fuzz reads them: sealed frames one by one, and all frames of a case of stream.receive in turn."""
    for name, frame_type, stream, payload in sealed_payloads(vectors):
        yield name, sealed_order(frame_type, stream, payload)
    for case in cases(vectors, "stream.receive"):
        orders = [sealed_order(f["type"], f["stream"], bytes.fromhex(f["payload"])) for f in case["in"]["frames"][:12]]
        yield case["id"].replace("/", ".") + ".all", b"".join(orders)


def node_sessions():
    """As node_fuzz reads them, what takes more than one step: credit that is used up, probes of the path, another address."""
    acknowledge = b"\x08"

    def command(what, stream=0, size=0):
        return bytes([5, what, stream]) + struct.pack(">H", size)

    def send(stream, size, ends):
        return command(1, stream, size) + bytes([ends])

    def wait(milliseconds):
        return b"\x06" + struct.pack(">H", milliseconds)

    def from_elsewhere(payload):
        return b"\x01" + sealed_order(3, 0, payload)[1:]

    streams = command(0) * 3
    turn = acknowledge + wait(40)
    yield "session.credit", streams + send(0, 300, 1) + turn + send(1, 2_900, 0) + turn + send(2, 2_900, 0) + turn * 3
    yield "session.probes", (command(7) + turn) * 6
    for size in (1, 6, 12):
        yield f"session.elsewhere-{size}", turn + from_elsewhere(b"\x02" + bytes(size)) + (wait(60_000) + wait(900)) * 6


def sealed_order(frame_type, stream, payload):
    payload = payload[:600]
    return bytes([0, frame_type]) + struct.pack(">H", stream) + struct.pack(">H", len(payload)) + payload


def inputs(vectors, scenarios):
    decoded = {
        "varint": hex_members(vectors, "bytes", "varint.decode"),
        "frame": hex_members(vectors, "bytes", "frame.decode", "datagram.decode", "frame.open"),
        "control_message": hex_members(vectors, "bytes", "control.decode"),
        "stream_message": hex_members(vectors, "bytes", "data.decode", "stream_control.decode"),
        "handshake_message": hex_members(vectors, "bytes", "handshake.decode"),
        "parameters": hex_members(vectors, "bytes", "parameters.decode"),
        "segment": hex_members(vectors, "bytes", "segment.open"),
        "storage_record": hex_members(vectors, "record", "storage.open", "storage.identify"),
    }
    yield from decoded.items()
    yield "frame_stream", frame_streams(vectors)
    yield "replay_window", replay_windows(vectors)
    yield "adapter_line", [*adapter_lines(vectors, SAMPLE), *adapter_replies()]
    yield "vector_json", vector_files(vectors)
    yield "scenario_json", scenario_files(scenarios)
    yield "node", [*node_orders(vectors), *node_sessions()]


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def limits(root):
    """Every number in the tables of limits.md, as it stands on the wire, and one more."""
    rows = [line.split("|")[2] for line in (root / "docs/spec/limits.md").read_text().splitlines() if "|" in line]
    numbers = {int(each.replace(",", "")) for row in rows for each in re.findall(r"\b\d[\d,]*\b", row)}
    return [varint(each + more) for each in sorted(numbers) for more in (0, 1)] + [varint(2**64 - 1), varint(2**64 - 2)]


def members(schema):
    """Names and words of a JSON schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (each for each in schema.get("enum", []) if isinstance(each, str))
        for each in schema.values():
            yield from members(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from members(each)


def quoted_words(page):
    """What stands in code on a page."""
    return {word for code in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"[a-z][a-z0-9_.]+", code)}


def dictionaries(root):
    yield "wire", [b"ST\x01", *(bytes([each]) for each in (1, 2, 3, 4, 5, 0x80, 0xFF)), *limits(root)]
    vectors = {path.name for path in (root / "vectors").iterdir() if path.is_dir()}
    schema = json.loads((root / "simulator/scenarios/schema.json").read_text())
    yield "scenario_json", [f'"{each}"'.encode() for each in sorted(set(members(schema)))]
    cases = json.loads((root / "vectors/schemas/cases.schema.json").read_text())
    yield "vector_json", [f'"{each}"'.encode() for each in sorted(set(members(cases)))]
    words = quoted_words((root / "docs/adapter-protocol.md").read_text()) | vectors
    words |= set(re.findall(r"\| `?([a-z]+\.[a-z_]+)`? \|", (root / "docs/spec/errors.md").read_text()))
    yield "adapter_line", [f'"{each}"'.encode() for each in sorted(words)]


def write_dictionary(file, words):
    def escaped(word):
        return "".join(chr(each) if 32 <= each < 127 and chr(each) not in '"\\' else f"\\x{each:02x}" for each in word)
    file.write_text("".join(f'"{escaped(word)}"\n' for word in dict.fromkeys(words)))


def main():
    root, out = map(Path, sys.argv[1:])
    for target, some in inputs(root / "vectors", root / "simulator/scenarios"):
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in some:
            (folder / name).write_bytes(data)
    (root / "fuzz/dictionaries").mkdir(exist_ok=True)
    for target, words in dictionaries(root):
        write_dictionary(root / f"fuzz/dictionaries/{target}.dict", words)


if __name__ == "__main__":
    main()
