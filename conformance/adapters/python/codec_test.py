"""Tests of codecs, cryptography and handshakes: laws, and answers that the specification gives."""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from stt1 import crypto, frame, keys, messages, parameters, replay, segment, varint, vectors  # noqa: E402
from stt1.congestion import Cubic, NewReno, Pacer  # noqa: E402
from stt1.errors import NeedMore, Refused  # noqa: E402
from stt1.ranges import RangeSet  # noqa: E402


def accept(kind, **given):
    reply = vectors.answer(kind, given)
    assert reply["outcome"] == "accept", reply
    return reply["out"]


def refusal(kind, **given):
    reply = vectors.answer(kind, given)
    assert reply["outcome"] == "reject", reply
    return reply["stage"], reply["reason"]


def _random_frames(dice, count):
    out = b""
    for _ in range(count):
        kind = dice.choice((2, 4, 0x80, 0xFF))
        epoch = varint.encode(dice.choice((0, 200, 2 ** 64 - 1)))
        out += frame.seal(bytes(32), kind, bytes([9] * 8), dice.choice((1, 300, 65_535)), dice.choice((0, 2 ** 63)),
                          epoch, dice.randbytes(24), dice.randbytes(dice.randrange(100)))
    return out


class CodecTest(unittest.TestCase):
    def test_varint_examples(self):
        for value, text in ((0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16_383, "ff7f"),
                            (16_384, "808001"), (2 ** 32 - 1, "ffffffff0f"), (2 ** 63, "80" * 9 + "01"),
                            (2 ** 64 - 1, "ff" * 9 + "01")):
            self.assertEqual(varint.encode(value).hex(), text)
            self.assertEqual(accept("varint.decode", bytes=text + "55"),
                             {"value": str(value), "consumed": len(text) // 2})
        for text, reason in (("", "truncated"), ("80", "truncated"), ("8000", "overlong"), ("ac8200", "overlong"),
                             ("ff" * 9 + "02", "overflow"), ("ff" * 9 + "80", "overflow"),
                             ("80" * 9 + "00", "overlong")):
            self.assertEqual(refusal("varint.decode", bytes=text), ("varint", "wire.varint_" + reason))

    def test_frame_example(self):
        given = {"type": 2, "session_id": "0102030405060708", "stream_id": 1, "sequence": "7", "epoch": "0",
                 "payload": "6868686868", "nonce": "11" * 24, "tag": "22" * 16}
        raw = accept("frame.encode", **given)["bytes"]
        self.assertEqual(raw, "5354013a0201020304050607080107296868686868" + "00" + "11" * 24 + "22" * 16)
        out = accept("frame.decode", bytes=raw + "99")
        self.assertEqual(out, {**given, "associated": raw[:32] + "00", "consumed": 62})

    def test_frames_of_every_split(self):
        raw = _random_frames(random.Random(3), 3)
        whole = frame.Splitter().feed(raw)
        for cut in range(len(raw)):
            splitter = frame.Splitter()
            parts = splitter.feed(raw[:cut]) + splitter.feed(raw[cut:])
            self.assertEqual([p.raw for p in parts], [p.raw for p in whole])

    def test_prefixes_need_more(self):
        raw = _random_frames(random.Random(4), 1)
        for cut in range(len(raw)):
            with self.assertRaises(NeedMore) as caught:
                frame.parse(raw[:cut])
            expected = 4 - cut if cut < 4 else len(raw) - cut if cut > 4 or raw[3] < 128 else 1
            self.assertEqual(caught.exception.at_least, expected)

    def test_refusals_in_byte_order(self):
        good = bytearray(frame.seal(bytes(32), 2, bytes([1] * 8), 1, 7, b"\0", bytes(24), b"12345"))
        cases = ((0, 0x54, "magic"), (2, 2, "version"), (3, 52, "too_short"), (4, 6, "type_reserved"),
                 (4, 3, "stream_id"), (13, 0, "stream_id"), (15, 40, "metadata_length"), (15, 51, "metadata_length"),
                 (4, 1, "session_id"))
        for place, value, name in cases:
            bad = bytearray(good)
            bad[place] = value
            self.assertEqual(refusal("frame.decode", bytes=bad.hex()), ("frame", "wire.frame_" + name))
        self.assertEqual(refusal("frame.decode", bytes="535401ffffff7f"), ("frame", "wire.frame_too_long"))
        for text in ("00", "5300"):
            self.assertEqual(refusal("frame.decode", bytes=text), ("frame", "wire.frame_magic"))
        good[15], good[3] = 42, 59
        bad = good[:21] + b"\x80\x80" + good[22:]
        self.assertEqual(refusal("frame.decode", bytes=bad.hex()), ("frame", "wire.varint_truncated"))

    def test_frame_stream_and_datagram(self):
        raw = _random_frames(random.Random(5), 2)
        whole = [one.raw.hex() for one in frame.split_datagram(raw)]
        out = accept("frame.stream", bytes=(raw + raw[:10]).hex(), cuts=[1, 5, 5, 90])
        self.assertEqual((out["frames"], out["waiting"]), (whole, raw[:10].hex()))
        self.assertEqual(accept("frame.stream", bytes="", cuts=[]), {"frames": [], "waiting": "", "at_least": 4})
        self.assertEqual(refusal("frame.stream", bytes=(raw + b"X").hex(), cuts=[]), ("frame 3", "wire.frame_magic"))
        self.assertEqual(accept("datagram.decode", bytes=raw.hex()), {"frames": whole})
        self.assertEqual(refusal("frame.stream", bytes=(raw + b"X").hex(), cuts=[3]), ("frame 3", "wire.frame_magic"))
        self.assertEqual(refusal("datagram.decode", bytes=(raw + b"S").hex()), ("frame 3", "wire.frame_incomplete"))
        self.assertEqual(accept("datagram.decode", bytes=""), {"frames": []})

    def test_message_examples(self):
        ack = "01ac020a020102000102"
        self.assertEqual(messages.decode_control(bytes.fromhex(ack)), ("ack", 300, [(9, 10), (5, 5), (0, 2)]))
        self.assertEqual(messages.encode_ack(300, [(9, 10), (5, 5), (0, 2)]).hex(), ack)
        self.assertEqual(messages.decode_stream_control(bytes.fromhex("03808804 00")), ("reset", 66_560, 0))
        self.assertEqual(messages.encode_stream_control(("close", 7)).hex(), "0207")
        self.assertEqual(messages.decode_data(bytes.fromhex("0100616263")), (0, b"abc", True))
        self.assertEqual(messages.decode_data(bytes.fromhex("0104")), (4, b"", True))
        self.assertEqual(parameters.encode(parameters.defaults()).hex(),
                         "0104808080100203808004030140040480808001050480808008" "0603b0ea01070119080100")

    def test_message_forms(self):
        ack = {"message": "ack", "delay_us": "300", "ranges": [["9", "10"], ["5", "5"], ["0", "2"]]}
        self.assertEqual(accept("control.decode", bytes="01ac020a020102000102"), ack)
        self.assertEqual(accept("control.encode", **ack), {"bytes": "01ac020a020102000102"})
        for form in ({"message": "ping", "padding": 2}, {"message": "pong", "sequence": "7"},
                     {"message": "session_credit", "position": "300"},
                     {"message": "path_response", "data": "01" * 8},
                     {"message": "error", "code": "70000", "reason": "ff"}):
            self.assertEqual(accept("control.decode", **accept("control.encode", **form)), form)
        for form in ({"message": "open"}, {"message": "close", "final_position": "7"},
                     {"message": "reset", "code": "66560", "final_position": "0"},
                     {"message": "credit", "position": "9"}, {"message": "stop", "code": "0"}):
            self.assertEqual(accept("stream_control.decode", **accept("stream_control.encode", **form)), form)
        eight = accept("parameters.decode", bytes=parameters.encode(parameters.defaults()).hex())
        self.assertEqual((eight["max_streams"], eight["keep_alive_ms"]), ("64", "0"))
        self.assertEqual(accept("parameters.encode", **eight),
                         {"bytes": parameters.encode(parameters.defaults()).hex()})
        texts = ["0a" * 32, "0b" * 32, "0c" * 32, "0d" * 32]
        hello = accept("handshake.decode", message="hello", bytes="010201020101" + "".join(texts[:3]) + "020000")
        self.assertEqual(hello, {"versions": "0102", "suites": "01", "nonce": texts[0], "node_id": texts[1],
                                 "ephemeral": texts[2], "padding": 2})
        response = accept("handshake.decode", message="response", bytes="020101" + "".join(texts))
        self.assertEqual(response, {"version": 1, "suite": 1, "nonce": texts[0], "node_id": texts[1],
                                    "ephemeral": texts[2], "challenge": texts[3]})
        final = accept("handshake.decode", message="final", bytes="04" + "05" * 8 + "06" * 64 + "01ff")
        self.assertEqual(final, {"session_id": "05" * 8, "signature": "06" * 64, "parameters": "ff"})

    def test_message_refusals(self):
        for kind, text, reason in (
                ("control", "", "truncated"), ("control", "09", "control_type"), ("control", "0201", "control_padding"),
                ("control", "0300ff", "trailing_bytes"), ("control", "010002000300", "ack_ranges"),
                ("control", "01000a40", "ack_ranges"), ("control", "0700810200", "truncated"),
                ("control", "07008102" + "61" * 257, "reason_too_long"),
                ("control", "07008102" + "61" * 258, "reason_too_long"),
                ("control", "01000040", "ack_ranges"), ("control", "01000a010509", "ack_ranges"),
                ("control", "01000a000b", "ack_ranges"),
                ("control", "0380", "varint_truncated"), ("control", "0501", "truncated"),
                ("stream_control", "06", "stream_control_type"), ("stream_control", "0100", "trailing_bytes"),
                ("data", "0200", "data_flags"), ("data", "0000", "data_empty"),
                ("data", "01" + "ff" * 9 + "01", "position_overflow"), ("parameters", "010101", "parameter_missing"),
                ("parameters", "010100010100", "parameter_duplicate"),
                ("parameters", "020100010100", "parameter_order"), ("parameters", "7f007f00", "parameter_duplicate"),
                ("parameters", "010100" "7f00" "0101", "parameter_order"),
                ("parameters", "030100", "parameter_range"), ("parameters", "01020000", "trailing_bytes")):
            self.assertEqual(refusal(kind + ".decode", bytes=text), ("message", "wire." + reason), text)

    def test_any_bytes_are_answered(self):
        dice = random.Random(6)
        good = _random_frames(dice, 1)
        for _ in range(2_000):
            data = bytearray(good) if dice.random() < 0.5 else bytearray(dice.randbytes(dice.randrange(60)))
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
            for kind in ("varint", "frame", "datagram", "control", "stream_control", "data", "parameters"):
                self.assertIn(vectors.answer(kind + ".decode", {"bytes": data.hex()})["outcome"],
                              ("accept", "reject", "need_more"))
            for name in ("hello", "response", "auth_proof", "final"):
                vectors.answer("handshake.decode", {"message": name, "bytes": data.hex()})

    def test_range_set_against_a_model(self):
        dice, ranges, model = random.Random(7), RangeSet(), set()
        for _ in range(2_000):
            low = dice.randrange(60)
            high = low + dice.randrange(8)
            if dice.random() < 0.6:
                ranges.add(low, high)
                model |= set(range(low, high))
            else:
                ranges.remove(low, high)
                model -= set(range(low, high))
            self.assertEqual([n for a, b in ranges for n in range(a, b)], sorted(model))
            self.assertEqual([n for a, b in ranges.missing(5, 50) for n in range(a, b)],
                             [n for n in range(5, 50) if n not in model])
            self.assertTrue(all(b < a for b, a in zip(ranges.highs, ranges.lows[1:])))


class CryptoTest(unittest.TestCase):
    def test_published_answers(self):
        scalar = "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"
        point = "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"
        self.assertEqual(accept("key_exchange", scalar=scalar, peer=point)["shared"],
                         "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")
        self.assertEqual(accept("sha3", bytes="")["digest"],
                         "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")

    def test_low_order_points(self):
        for point in ("00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f"):
            self.assertEqual(refusal("key_exchange", scalar="07" * 32, peer=point),
                             ("key_exchange", "crypto.key_exchange_failed"))

    def test_signatures(self):
        signature = accept("signature.sign", seed="aa" * 32, label="STT-1 initiator", digest="55" * 32)["signature"]
        node_id = accept("seed.node", seed="aa" * 32)["node_id"]
        given = {"node_id": node_id, "label": "STT-1 initiator", "digest": "55" * 32}
        self.assertEqual(accept("signature.verify", signature=signature, **given), {})
        high = int.from_bytes(bytes.fromhex(signature[64:]), "little") + crypto._L
        for bad in (signature[:64] + high.to_bytes(32, "little").hex(), "00" * 64, "01" + "00" * 63,
                    signature[:-2] + "ff", "ee" + "ff" * 30 + "7f" + signature[64:]):
            self.assertEqual(refusal("signature.verify", signature=bad, **given),
                             ("signature", "crypto.signature_invalid"))
        for point in ("00" * 32, "01" + "00" * 31, "ed" + "ff" * 30 + "7f"):
            self.assertEqual(refusal("signature.verify", signature=signature, **{**given, "node_id": point})[1],
                             "crypto.signature_invalid")

    def test_signatures_without_cofactor(self):
        """The public key has a part of order 2: with the cofactor this would be valid (STT-CRYPTO-014)."""
        self.assertEqual(refusal(
            "signature.verify", node_id="76985cdbd2364a744397b773ed9a33933a0d9390c3775a2aa16fe4f8cb235a8d",
            label="STT-1 initiator", digest="00" * 32,
            signature="63bd1bb7f73d997dc6c59d9942d854dc6ddbfe7c2b7a2f0b6a5d27eb4cd5f322"
                      "f2bfb30f67e5c6d9388190cb7ae152875cf25935db615eb6b63aa38fc924aa0c"),
            ("signature", "crypto.signature_invalid"))

    def test_short_seed(self):
        self.assertEqual(refusal("seed.node", seed="aa" * 31), ("seed", "crypto.seed_too_short"))

    def test_epochs_and_replay(self):
        chain = bytes(range(32))
        chains = [chain, keys.next_chain(chain), keys.next_chain(keys.next_chain(chain))]

        def sealed(epoch, sequence):
            return frame.seal(keys.epoch_key(chains[epoch]), 3, bytes([1] * 8), 0, sequence, bytes([epoch]),
                              sequence.to_bytes(24, "big"), b"\x02").hex()

        def last(*frames, **how):
            reply = vectors.answer("session.open", {"chain": chain.hex(), "frames": list(frames), **how})
            return reply.get("reason") or reply["out"]["epoch"]

        self.assertEqual(last(sealed(0, 5), sealed(1, 9)), "1")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(0, 6)), "1")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(0, 6), reliable=False), "1")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(0, 6), reliable=True), "session.epoch_unknown")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(1, 12), sealed(0, 10)), "session.epoch_order")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(2, 12), sealed(1, 4)), "session.epoch_order")
        self.assertEqual(last(sealed(0, 5), sealed(1, 9), sealed(0, 10)), "session.epoch_order")
        self.assertEqual(last(sealed(0, 5), sealed(1, 4)), "session.epoch_order")
        self.assertEqual(last(sealed(2, 5)), "session.epoch_unknown")
        self.assertEqual(last(sealed(1, 5), sealed(2, 7), sealed(0, 3)), "session.epoch_unknown")
        self.assertEqual(last(sealed(0, 5), sealed(0, 5)), "session.replayed")
        self.assertEqual(last(sealed(0, 5_000), sealed(0, 5)), "session.too_old")
        self.assertEqual(last(sealed(0, 5)[:-2] + "00"), "crypto.authentication_failed")
        self.assertEqual(last(sealed(0, 5) + "00"), "wire.trailing_bytes")

    def test_order_outlives_the_former_key(self):
        receive = keys.ReceiveKeys(bytes(32))
        for epoch, sequence in ((0, 5), (0, 7), (1, 9)):
            receive.opened(receive.choose(epoch, sequence), sequence)
        receive.forget_previous()
        for epoch, sequence, reason in ((0, 6, "session.epoch_unknown"), (1, 6, "session.epoch_order")):
            with self.assertRaises(Refused) as caught:
                receive.choose(epoch, sequence)
            self.assertEqual(caught.exception.reason, reason)

    def test_replay_window_reaches_the_top(self):
        window = replay.ReplayWindow()
        for sequence in (0, 2 ** 64 - 1, 2 ** 64 - 1_024):
            window.check(sequence)
            window.mark(sequence)
        with self.assertRaises(Refused):
            window.check(2 ** 64 - 1)

    def test_segments(self):
        given = {"key": "01" * 32, "context_id": "ab", "nonce_prefix": "02" * 16, "bounded": False}
        end = (varint.encode(6) + varint.encode(2)).hex()
        parts = [accept("segment.seal", sequence=str(n), end=n == 2, text=text, **given)["bytes"]
                 for n, text in enumerate(("616263", "646566", end))]
        given = {"key": "01" * 32, "context_id": "ab"}
        out = accept("segment.stream", sequences=["2", "0", "0", "1"],
                     segments=[parts[2], parts[0], parts[0], parts[1]], **given)
        self.assertEqual(out, {"bytes": "616263646566", "complete": True})
        self.assertEqual(refusal("segment.stream", sequences=["0", "3"], segments=[parts[0], parts[1]], **given),
                         ("segment", "primitives.segment_nonce"))
        self.assertEqual(refusal("segment.open", sequence="0", bytes=parts[0][:-2] + "00", **given)[0], "open")
        for sequence in ("2", "1"):
            self.assertEqual(refusal("segment.stream", sequences=["2", sequence], segments=[parts[2], accept(
                "segment.seal", key="01" * 32, context_id="ab", nonce_prefix="02" * 16, bounded=False,
                sequence=sequence, end=sequence == "1", text="0600")["bytes"]], **given),
                ("place", "primitives.segment_past_end"))
        for text, reason in (("80", "wire.varint_truncated"), ("06", "wire.varint_truncated"),
                             ("0600", "primitives.segment_end"), ("060200", "wire.trailing_bytes"),
                             ("800002", "wire.varint_overlong")):
            end = accept("segment.seal", sequence="2", end=True, text=text, nonce_prefix="02" * 16, bounded=False,
                         **given)["bytes"]
            self.assertEqual(refusal("segment.stream", sequences=["2"], segments=[end], **given), ("end", reason))
        with self.assertRaises(Refused):
            segment.judge_form(0, b"\x04" + bytes(60))

    def test_sources(self):
        given = {"key": "01" * 32, "context_id": "ab", "nonce_prefix": "02" * 16, "segment_bytes": 4}
        texts = lambda **more: [accept("segment.open", key="01" * 32, context_id="ab", sequence=str(n), bytes=raw)["text"]
                                for n, raw in enumerate(accept("segment.source", **given, **more)["segments"])]
        self.assertEqual(texts(pieces=["6162", "", "6364656667"]), ["6162", "63646566", "67", "0703"])
        self.assertEqual(texts(pieces=["6162", "", "6364656667"], size="7"), ["61626364", "656667", "0702"])
        self.assertEqual(texts(pieces=[]), ["0000"])
        self.assertEqual(texts(pieces=[], size="0"), ["0000"])
        for size, reason in (("1", "short"), ("3", "long")):
            self.assertEqual(refusal("segment.source", pieces=["61626364"] if reason == "long" else [], size=size, **given),
                             ("source", "primitives.source_too_" + reason))

    def test_window(self):
        given = {"key": "01" * 32, "context_id": "ab"}
        raw = accept("segment.seal", sequence="2", end=False, bounded=False, text="61", nonce_prefix="02" * 16, **given)
        offered = {"sequences": ["2"], "segments": [raw["bytes"]], **given}
        self.assertEqual(accept("segment.stream", window=3, **offered), {"bytes": "", "complete": False})
        self.assertEqual(refusal("segment.stream", window=2, **offered), ("place", "primitives.segment_beyond_window"))


class CongestionTest(unittest.TestCase):
    def test_windows(self):
        for kind in (NewReno, Cubic):
            controller = kind()
            self.assertEqual(controller.window, 12_000)
            controller.acknowledged(1_000, 1_200, 0, False, 50_000)
            self.assertEqual(controller.window, 12_000)
            controller.acknowledged(1_000, 1_200, 0, True, 50_000)
            self.assertEqual(controller.window, 13_200)
            controller.lost(2_000, 1_500)
            reduced = controller.window
            self.assertEqual(reduced, int(13_200 * kind.REDUCTION))
            controller.lost(3_000, 1_900)
            controller.acknowledged(3_000, 1_200, 1_950, True, 50_000)
            self.assertEqual(controller.window, reduced)
            for now in range(10_000, 5_000_000, 5_000):
                controller.acknowledged(now, 1_200, now - 50, True, 50_000)
            self.assertGreater(controller.window, 20_000)
            for sent_at in range(6_000_000, 6_020_000, 1_000):
                controller.lost(sent_at + 1, sent_at)
            self.assertEqual(controller.window, 2_400)
            controller.persistent_congestion()
            self.assertEqual(controller.window, 2_400)

    def test_pacer_bounds_a_burst(self):
        controller, pacer = NewReno(), Pacer()
        pacer.refill(1_000_000, controller, 100_000)
        sent = 0
        while not pacer.wait(1_200, controller, 100_000):
            pacer.spent(1_200)
            sent += 1_200
        self.assertEqual(sent, 12_000)
        self.assertGreater(pacer.wait(1_200, controller, 100_000), 1_000)


class HandshakeTest(unittest.TestCase):
    ENTROPY = {"hello.nonce": ["11" * 32], "hello.ephemeral": ["12" * 32], "hello.frame_nonce": ["13" * 24],
               "response.nonce": ["14" * 32], "response.ephemeral": ["15" * 32], "response.frame_nonce": ["16" * 24],
               "auth_proof.frame_nonce": ["17" * 24], "final.frame_nonce": ["18" * 24]}
    ONE = {"node_seed": "aa" * 32, "shared_seeds": ["cc" * 32], "entropy": ENTROPY}
    OTHER = {**ONE, "node_seed": "bb" * 32}

    def setUp(self):
        self.out = accept("handshake.transcript", node_seed_i="aa" * 32, node_seed_r="bb" * 32,
                          shared_seed="cc" * 32, entropy=self.ENTROPY)

    def test_transcript(self):
        out = self.out
        self.assertEqual([len(out[name]) // 2 for name in ("hello", "response")], [1_200, 196])
        for name in ("session_id", "chain_i2r", "chain_r2i"):
            self.assertEqual(out["initiator"][name], out["responder"][name])
        psk = accept("seed.shared", seed="cc" * 32)["psk"]
        peer = crypto.public_of(bytes([0x15] * 32)).hex()
        schedule = accept("key_schedule", psk=psk, scalar="12" * 32, peer=peer,
                          **{name: out[name] for name in ("hello", "response", "auth_proof")})
        self.assertEqual(schedule["chain_i2r"], out["initiator"]["chain_i2r"])
        self.assertEqual(out["initiator"]["peer_parameters"], parameters.encode(parameters.defaults()).hex())

    def test_roles_alone(self):
        out = self.out
        made = accept("handshake.responder", frames=[out["hello"], out["hello"], out["auth_proof"]], **self.OTHER)
        self.assertEqual(made["sent"], [out["response"], out["response"], out["final"]])
        self.assertEqual(made["established"], out["responder"])
        made = accept("handshake.initiator", frames=[out["response"], out["final"]], **self.ONE)
        self.assertEqual(made["sent"], [out["hello"], out["auth_proof"]])
        self.assertEqual(made["established"], out["initiator"])

    def test_refusals(self):
        out = self.out
        cases = (
            ("responder", {"frames": [out["auth_proof"]]}, "frame 1", "handshake.unexpected_message"),
            ("responder", {"frames": [out["hello"], out["auth_proof"], out["hello"]]}, "frame 3",
             "handshake.unexpected_message"),
            ("responder", {"frames": [out["hello"] + "00"]}, "frame 1", "wire.trailing_bytes"),
            ("responder", {"frames": [out["response"]]}, "frame 1", "crypto.authentication_failed"),
            ("initiator", {"frames": [out["final"]]}, "frame 1", "handshake.unexpected_message"),
            ("responder", {"frames": [out["hello"], out["auth_proof"]],
                           "refuses": out["responder"]["peer"]}, "frame 2", "handshake.identity_refused"),
            ("initiator", {"frames": [out["hello"]]}, "frame 1", "handshake.own_node_id"),
            ("initiator", {"frames": [out["response"], out["response"]]}, "frame 2", "crypto.authentication_failed"),
            ("initiator", {"frames": [out["response"], out["final"]], "expected": "00" * 32}, "frame 2",
             "handshake.identity_refused"),
            ("initiator", {"frames": [], "entropy": {}}, "start", "base.random_failed"),
            ("responder", {"frames": [out["hello"]], "shared_seeds": ["dd" * 32]}, "frame 1", "handshake.unknown_hint"),
            ("responder", {"frames": [], "shared_seeds": ["bb" * 32]}, "seed", "handshake.seed_equals_node_seed"),
            ("responder", {"frames": [], "shared_seeds": ["dd" * 32] * 2}, "seed", "handshake.seed_in_use"))
        for role, given, stage, reason in cases:
            base = self.OTHER if role == "responder" else self.ONE
            self.assertEqual(refusal("handshake." + role, **{**base, **given}), (stage, reason))

    def test_order_of_checks(self):
        """STT-HANDSHAKE-056 and -057: of several faults the first one is the answer."""
        out = self.out
        psk = accept("seed.shared", seed="cc" * 32)["psk"]
        schedule = accept("key_schedule", psk=psk, scalar="12" * 32, peer=crypto.public_of(bytes([0x15] * 32)).hex(),
                          **{name: out[name] for name in ("hello", "response", "auth_proof")})

        def changed(name, key, edits):
            whole = accept("frame.decode", bytes=out[name])
            text = bytearray.fromhex(accept("frame.open", bytes=out[name], key=key)["payload"])
            for place, data in edits:
                text[place:place + len(data)] = data
            return accept("frame.seal", key=key, **{**whole, "payload": text.hex()})["bytes"]

        own = bytes.fromhex(out["responder"]["peer"])
        zero = bytes(a ^ b ^ 0x11 for a, b in zip(own, bytes.fromhex(out["initiator"]["peer"])))
        faults = [(67, bytes(32), "crypto.key_exchange_failed"), (3, zero, "handshake.session_id_unusable"),
                  (2, b"\2", "handshake.not_offered"), (99, bytes(32), "handshake.wrong_challenge"),
                  (35, own, "handshake.own_node_id"), (0, b"\1", "wire.handshake_type")]
        edits = []
        for place, data, reason in faults:
            edits.append((place, data))
            frames = [changed("response", schedule["response_key"], edits)]
            self.assertEqual(refusal("handshake.initiator", frames=frames, **self.ONE), ("frame 1", reason))
        last = 73 + len(parameters.encode(parameters.defaults()))
        faults = [(0, b"\3", "handshake.identity_refused"), (last, b"\x80", "wire.varint_truncated"),
                  (20, bytes(8), "crypto.signature_invalid"), (1, bytes(8), "handshake.session_id_mismatch"),
                  (0, b"\4", "wire.handshake_type")]
        edits = []
        for place, data, reason in faults:
            edits.append((place, data))
            frames = [out["hello"], changed("auth_proof", schedule["auth_i2r"], edits)]
            self.assertEqual(refusal("handshake.responder", frames=frames, **self.OTHER,
                                     refuses=out["responder"]["peer"]), ("frame 2", reason))

    def test_a_refused_hello_draws_nothing(self):
        out = self.out
        key = crypto.kdf(bytes.fromhex(accept("seed.shared", seed="cc" * 32)["psk"]), "hello").hex()
        whole = accept("frame.decode", bytes=out["hello"])
        text = bytearray.fromhex(accept("frame.open", bytes=out["hello"], key=key)["payload"])
        text[69:101] = bytes(32)
        bad = accept("frame.seal", key=key, **{**whole, "payload": text.hex()})["bytes"]
        given = {**self.OTHER, "entropy": {}}
        self.assertEqual(refusal("handshake.responder", frames=[bad], **given),
                         ("frame 1", "crypto.key_exchange_failed"))

    def test_every_flipped_byte_is_refused(self):
        for name, role in (("response", "initiator"), ("hello", "responder")):
            raw = bytearray.fromhex(self.out[name])
            for place in list(range(0, 60)) + list(range(60, len(raw), 37)):
                raw[place] ^= 1
                base = self.OTHER if role == "responder" else self.ONE
                self.assertEqual(refusal("handshake." + role, frames=[raw.hex()], **base)[0], "frame 1")
                raw[place] ^= 1


if __name__ == "__main__":
    unittest.main()
