"""node_websocket_test.py STT: `stt node` over WebSockets: between two processes, through an independent WebSocket
implementation (python3-websockets), and against peers that break the rules."""

import asyncio
import base64
import contextlib
import hashlib
import os
import re
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import websockets
from live_nodes import (CANNOT_WRITE, DONE, IDENTITY, LIMIT, NO_ANSWER, UNAVAILABLE, UNREADABLE, USAGE, LiveCase, have_ipv6,
                        run)
from raw_websocket import (BINARY, CLOSE, PING, PONG, TEXT, Raw, client_context, frame, make_certificate, server_context)

# A whole CONTROL frame of a session that nobody has: a header, 1 byte of payload, epoch 0, nonce and tag.
STRANGE = b"ST\x01\x36\x03" + bytes(range(1, 9)) + b"\x00\x00\x29" + bytes(1 + 1 + 24 + 16)
CONTINUATION = 0
HANDSHAKE_TYPES = (1, 5)


def begins_with_a_session_frame(message):
    """Magic and version have three bytes; the type stands behind the length, a varint."""
    at = 3
    while message[at] & 0x80:
        at += 1
    return message[at + 1] not in HANDSHAKE_TYPES


class WebSocketCase(LiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificates = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.certificates.cleanup)
        cls.ca, cls.certificate, cls.key = make_certificate(Path(cls.certificates.name))

    def listen_both(self, *arguments):
        return self.listen("--ws", 0, "--wss", 0, "--cert", self.certificate, "--key", self.key, "--bind", "127.0.0.1",
                           *arguments)

    def assert_serves(self, listener, scheme="ws"):
        """An honest client is served."""
        name = f"honest{time.monotonic_ns()}"
        trust = ("--ca", self.ca) if scheme == "wss" else ()
        sent = self.send(self.make_file(name, 1000), listener, *trust, scheme=scheme)
        self.assertEqual(sent.returncode, DONE, sent.stderr)
        (self.inbox / name).unlink()


class TwoProcesses(WebSocketCase):
    #= STT-NODE-007 test
    #= STT-WS-013 test
    def test_files_arrive_over_ws_and_wss(self):
        tls = ("--wss", "0", "--cert", self.certificate, "--key", self.key)
        for scheme, listen, send in (("ws", ("--ws", "0"), ()), ("wss", tls, ("--ca", self.ca))):
            for size in (0, 1, 5_000_000):
                with self.subTest(scheme=scheme, size=size):
                    self.assert_arrives(size, scheme=scheme, listen=(*listen, "--bind", "127.0.0.1"),
                                        send=(*send, "--rotate-after", "200000"))
                    (self.inbox / f"file{size}").unlink()

    #= STT-NODE-016 test
    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6")
    def test_a_file_arrives_over_ipv6(self):
        self.assert_arrives(100_000, scheme="ws", host="[::1]", listen=("--ws", "0", "--bind", "::1"))

    #= STT-NODE-017 test
    def test_one_listener_has_all_transports_at_once(self):
        with self.listen_both("--port", 0) as listener:
            for scheme in (None, "ws", "wss"):
                name = f"by-{scheme}"
                sent = self.send(self.make_file(name, 10_000), listener, *(["--ca", self.ca] if scheme == "wss" else []),
                                 scheme=scheme)
                self.assertEqual(sent.returncode, DONE, sent.stderr)
            _, _, err = self.interrupt(listener)
            self.assertEqual(len(re.findall(r"connected: node [0-9a-f]{64} at 127.0.0.1:\d+", err)), 3, err)

    #= STT-WS-027 test
    def test_a_certificate_that_is_not_right_ends_the_attempt(self):
        other_ca, *_ = make_certificate(self.path, "other", "DNS:other.example")
        with self.listen_both() as listener:
            file = self.make_file("x", 10)
            for arguments, host, problem in (((), "127.0.0.1", "websocket.certificate_untrusted"),
                                             (("--ca", other_ca), "127.0.0.1", "websocket.certificate_untrusted")):
                sent = self.send(file, listener, *arguments, scheme="wss", host=host)
                self.assertEqual(sent.returncode, IDENTITY, sent.stderr)
                self.assertIn(problem, sent.stderr)
            self.assert_serves(listener, "wss")
        _, certificate, key = make_certificate(self.path, "elsewhere", "DNS:elsewhere.example")
        with self.listen("--wss", 0, "--cert", certificate, "--key", key, "--bind", "127.0.0.1") as listener:
            sent = self.send(file, listener, "--ca", self.path / "elsewhere.ca.pem", scheme="wss")
            self.assertEqual(sent.returncode, IDENTITY, sent.stderr)
            self.assertIn("websocket.certificate_host", sent.stderr)

    def test_exit_codes(self):
        file = self.make_file("x", 10)
        seed = ("--seed-file", self.seed)
        with self.listen("--ws", 0, "--bind", "127.0.0.1") as listener:
            port = listener.places["ws"]
            again = run("node", "listen", "--ws", port, "--bind", "127.0.0.1", *seed)
            self.assertEqual(again.returncode, UNAVAILABLE, again.stderr)
            self.assertIn("in use", again.stderr)
            wrong = self.send(file, listener, "--timeout", "1", scheme="ws", seed=self.make_seed("other.seed"))
            self.assertEqual(wrong.returncode, NO_ANSWER, wrong.stderr)
            pinned = self.send(file, listener, "--expect", "00" * 32, scheme="ws")
            self.assertEqual(pinned.returncode, IDENTITY, pinned.stderr)
        gone = run("node", "send", file, f"ws://127.0.0.1:{port}/", *seed)
        self.assertEqual(gone.returncode, NO_ANSWER, gone.stderr)
        self.assertIn("websocket.unreachable", gone.stderr)
        for arguments in (("--cert", "/nowhere", "--key", self.key), ("--cert", self.certificate, "--key", "/nowhere"),
                          ("--cert", self.certificate, "--key", self.ca)):
            with self.subTest(arguments=arguments):
                result = run("node", "listen", "--wss", 0, *arguments, *seed)
                self.assertEqual(result.returncode, UNREADABLE, result.stderr)
        result = run("node", "send", file, "wss://127.0.0.1:1/", "--ca", "/nowhere", *seed)
        self.assertEqual(result.returncode, UNREADABLE, result.stderr)
        for wrong in (("listen", "--wss", 0), ("listen", "--wss", 0, "--cert", self.certificate), ("listen",),
                      ("listen", "--ws", 0, "--cert", self.certificate, "--key", self.key),
                      ("send", file, "http://127.0.0.1:1/"), ("send", file, "ws://127.0.0.1:0/"),
                      ("send", file, "ws://me@127.0.0.1/"), ("send", file, "ws://127.0.0.1:1/", "--ca", self.ca)):
            with self.subTest(wrong=wrong):
                self.assertEqual(run("node", *wrong, *seed).returncode, USAGE)

    def test_a_folder_that_vanishes_meanwhile_is_told_to_both(self):
        with self.listen("--ws", 0, "--bind", "127.0.0.1", "--once") as listener:
            self.inbox.rmdir()
            sent = self.send(self.make_file("x", 1_000_000), listener, scheme="ws")
            code, _, err = listener.end()
        self.assertEqual((sent.returncode, code), (CANNOT_WRITE, CANNOT_WRITE), sent.stderr + err)


class Relay:
    """A foreign WebSocket server that hands everything to a foreign WebSocket client, and back. `meddle(far, message)` is
    awaited once, with the client's connection, in place of handing over the first message that `when` is true of: by
    default one that is longer than a handshake's."""

    def __init__(self, to, meddle=None, server_tls=None, client_tls=None, when=lambda message: len(message) > 1200):
        self.to, self.meddle, self.tls, self.when = to, meddle, (server_tls, client_tls), when
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.codes = []  # with which our server closed
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.serve(),))
        self.thread.start()
        if not self.ready.wait(LIMIT):
            raise AssertionError("no relay")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join()
        self.loop.close()

    async def serve(self):
        self.over = asyncio.Event()
        # Its own defaults offer and accept compression.
        async with websockets.serve(self.relay, "127.0.0.1", 0, subprotocols=["stt.v1"], max_size=None,
                                    ssl=self.tls[0]) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.ready.set()
            await self.over.wait()

    async def relay(self, near):
        async with websockets.connect(self.to, subprotocols=["stt.v1"], max_size=None, ssl=self.tls[1]) as far:
            assert near.subprotocol == far.subprotocol == "stt.v1" and not near.extensions and not far.extensions

            async def carry(source, target, meddle):
                try:
                    async for message in source:
                        # Goes on reading when the target is gone: the source's answer to our closing comes last, and
                        # without it the library waits for half a minute.
                        with contextlib.suppress(websockets.ConnectionClosed):
                            if meddle and self.when(message):
                                once, meddle = meddle, None
                                await once(far, message)
                            else:
                                await target.send(message)
                finally:
                    await target.close()

            await asyncio.gather(carry(near, far, self.meddle), carry(far, near, None), return_exceptions=True)
            self.codes.append(far.close_code)


class Foreign(WebSocketCase):
    """Our client meets their server, and their client meets our server."""

    def relay_to(self, listener, scheme, meddle=None):
        tls = (server_context(self.certificate, self.key), client_context(self.ca)) if scheme == "wss" else (None, None)
        return Relay(f"{scheme}://localhost:{listener.places[scheme]}/", meddle, *tls)

    def send_by(self, relay, file, scheme="ws"):
        return run("node", "send", file, f"{scheme}://localhost:{relay.port}/", "--seed-file", self.seed,
                   *(["--ca", self.ca] if scheme == "wss" else []))

    def test_files_pass_a_foreign_server_and_client(self):
        with self.listen_both() as listener:
            for scheme in ("ws", "wss"):
                with self.subTest(scheme=scheme), self.relay_to(listener, scheme) as relay:
                    file = self.make_file(f"by-{scheme}", 3_000_000)
                    sent = self.send_by(relay, file, scheme)
                    self.assertEqual(sent.returncode, DONE, sent.stderr)
                    self.assertEqual((self.inbox / file.name).read_bytes(), file.read_bytes())
                self.assertEqual(relay.codes, [1000])

    #= STT-WS-002 test
    #= STT-WS-017 test
    #= STT-WS-022 test
    def test_whoever_holds_a_session_and_breaks_a_rule_loses_it(self):
        async def text(far, _):
            await far.send("hello")

        async def no_frames(far, _):
            await far.send(b"hello")

        async def half_a_frame(far, _):
            await far.send(STRANGE + STRANGE[:-1])

        async def too_long(far, _):
            await far.send(STRANGE * (16 * 1024 * 1024 // len(STRANGE) + 1))

        async def unmasked(far, _):
            far.transport.write(frame(BINARY, STRANGE, mask=False))

        async def compressed(far, _):
            far.transport.write(frame(BINARY, STRANGE, reserved=4))

        file = self.make_file("broken", 50_000_000)
        with self.listen_both() as listener:
            for meddle, code in ((text, 1003), (no_frames, 1007), (half_a_frame, 1007), (too_long, 1009),
                                 (unmasked, 1002), (compressed, 1002)):
                with self.subTest(meddle=meddle.__name__), self.relay_to(listener, "ws", meddle) as relay:
                    sent = self.send_by(relay, file)
                    self.assertEqual(sent.returncode, NO_ANSWER, sent.stderr)
                self.assertEqual(relay.codes, [code])
                # The sender may know of its end before the listener has put its half of the file away.
                self.assert_serves(listener)
                self.assertEqual([name for name in os.listdir(self.inbox) if name.startswith(".")], [])

    def test_whoever_holds_a_session_may_fragment_ping_and_speak_of_strange_sessions(self):
        async def odd(far, message):
            await far.send(message)
            await far.send([STRANGE[:10], b"", STRANGE[10:]])
            await far.send(STRANGE * (2 * 1024 * 1024 // len(STRANGE)))
            await asyncio.wait_for(await far.ping(), LIMIT)

        with self.listen_both() as listener, self.relay_to(listener, "ws", odd) as relay:
            sent = self.send_by(relay, self.make_file("x", 3_000_000))
            self.assertEqual(sent.returncode, DONE, sent.stderr)

    #= STT-WS-005 test
    def test_frames_of_a_session_count_on_its_own_connection_only(self):
        found = []

        async def by_another(far, message):
            async with websockets.connect(f"ws://localhost:{listener.places['ws']}/", subprotocols=["stt.v1"]) as other:
                await other.send(message)
                for connection in (other, far, other):  # a ping is answered when what came before it is done with
                    await asyncio.wait_for(await connection.ping(), LIMIT)
                found.append((os.listdir(self.inbox), list(other.messages)))
            await far.close()

        with self.listen_both() as listener, Relay(f"ws://localhost:{listener.places['ws']}/", by_another,
                                                   when=begins_with_a_session_frame) as relay:
            sent = self.send_by(relay, self.make_file("x", 100))
            self.assertEqual(sent.returncode, NO_ANSWER, sent.stderr)
        self.assertEqual(found, [([], [])])

    #= STT-WS-001 test
    #= STT-WS-020 test
    def test_our_client_refuses_servers_that_do_not_keep_to_the_rules(self):
        accept = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n"
        protocol = "Sec-WebSocket-Protocol: stt.v1\r\n"
        hostile = {
            "no subprotocol": accept,
            "another": accept + "Sec-WebSocket-Protocol: chat\r\n",
            "an extension": accept + protocol + "Sec-WebSocket-Extensions: permessage-deflate\r\n",
            "a wrong key": accept.replace("{}", "AAAA") + protocol,
            "a refusal": "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n",
            "headers without end": "HTTP/1.1 101 Switching Protocols\r\n" + "X: " + "y" * 100_000 + "\r\n",
        }
        for name, answer in hostile.items():
            with self.subTest(name=name), ForeignServer(answer) as server:
                sent = run("node", "send", self.make_file("x", 1), f"ws://127.0.0.1:{server.port}/", "--seed-file", self.seed)
                self.assertEqual(sent.returncode, NO_ANSWER, sent.stderr)
                self.assertIn("websocket.upgrade_refused", sent.stderr)
        with ForeignServer(accept + protocol, then=frame(TEXT, b"hello", mask=False)) as server:
            sent = run("node", "send", self.make_file("x", 1), f"ws://127.0.0.1:{server.port}/", "--seed-file", self.seed)
            self.assertEqual(sent.returncode, NO_ANSWER, sent.stderr)
        self.assertEqual(struct.unpack(">H", server.close_payload[:2])[0], 1003)


class ForeignServer:
    """Answers one upgrade with `answer`, whatever it asked for, and then says `then`."""

    def __init__(self, answer, then=b""):
        self.answer, self.then, self.close_payload = answer, then, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(LIMIT)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thread.join()
        self.listener.close()

    def serve(self):
        peer, _ = self.listener.accept()
        with peer:
            peer.settimeout(LIMIT)
            request = b""
            while b"\r\n\r\n" not in request:
                request += peer.recv(65536)
            key = re.search(rb"Sec-WebSocket-Key: (\S+)", request)[1]
            proof = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
            try:
                peer.sendall((self.answer.format(proof) + "\r\n").encode("latin1") + self.then)
                received = b""
                while data := peer.recv(65536):
                    received += data
            except ConnectionError:
                return
            # Masked frames of the client, short ones.
            while len(received) >= 6:
                length = received[1] & 127
                skip = 2
                if length == 126:
                    length, = struct.unpack(">H", received[2:4])
                    skip = 4
                mask, payload = received[skip:skip + 4], received[skip + 4:skip + 4 + length]
                if received[0] & 15 == CLOSE:
                    self.close_payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
                received = received[skip + 4 + length:]


class Hostile(WebSocketCase):
    """Whoever has no session. After each of them the next honest client is served."""

    def setUp(self):
        super().setUp()
        self.listener = self.listen_both()
        self.enterContext(self.listener)

    def raw(self, scheme="ws"):
        return Raw(self.listener.places[scheme], client_context(self.ca) if scheme == "wss" else None)

    #= STT-WS-001 test
    #= STT-WS-021 test
    def test_requests_that_are_refused_by_http(self):
        ask = Raw.request
        cases = {
            "no subprotocol": (dict(subprotocol=None), 400), "another": (dict(subprotocol="stt.v2, chat"), 400),
            "in capitals": (dict(subprotocol="STT.V1"), 400), "no upgrade": (dict(upgrade=None), 426),
            "another upgrade": (dict(upgrade="h2c"), 426), "an old version": (dict(version="8"), 426),
            "a post": (dict(method="POST"), 426), "no key": (dict(key=False), 400),
            "a body": (dict(more=["Content-Length: 5"]), 400), "chunks": (dict(more=["Transfer-Encoding: chunked"]), 400),
            "long headers": (dict(more=["X: " + "y" * 9_000]), 431),
            "many headers": (dict(more=[f"X{i}: y" for i in range(2_000)]), 431),
        }
        for scheme in ("ws", "wss"):
            for name, (how, status) in cases.items():
                with self.subTest(scheme=scheme, name=name), self.raw(scheme) as raw:
                    raw.send(ask(raw, **how))
                    got, headers = raw.answer()
                    self.assertEqual(got, status)
                    if status == 426:
                        self.assertEqual(headers["sec-websocket-version"], "13")
        with self.raw() as raw:
            raw.send(ask(raw) + frame(BINARY, STRANGE))
            self.assertEqual(raw.answer()[0], 400)
        for garbage in (b"\x00\xff\x17\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"\n" * 20_000):
            with self.subTest(garbage=garbage[:20]), self.raw() as raw:
                raw.send(garbage)
                self.assertIn(raw.answer()[0], (400, 426, 431))
        self.assert_serves(self.listener)
        self.assert_serves(self.listener, "wss")

    #= STT-WS-003 test
    def test_extensions_are_offered_in_vain(self):
        for offer in ("permessage-deflate", "permessage-deflate; client_max_window_bits", "x-webkit-deflate-frame, foo"):
            with self.subTest(offer=offer), self.raw() as raw:
                raw.upgrade(more=["Sec-WebSocket-Extensions: " + offer])
                raw.send(frame(BINARY, STRANGE, reserved=4))
                self.assertEqual(raw.close_code(), 1002)
        self.assert_serves(self.listener)

    def test_stt_v1_may_be_one_of_several_offers(self):
        with self.raw() as raw:
            raw.upgrade(subprotocol="chat, stt.v1")
        with self.raw() as raw:
            raw.upgrade(subprotocol="chat", more=["Sec-WebSocket-Protocol: stt.v1"])

    #= STT-WS-002 test
    #= STT-WS-007 test
    #= STT-WS-022 test
    #= STT-WS-029 test
    def test_frames_that_break_a_rule_are_answered_with_its_code(self):
        cases = {
            "not masked": (frame(BINARY, STRANGE, mask=False), 1002),
            "reserved bits": (frame(BINARY, STRANGE, reserved=2), 1002),
            "a reserved opcode": (frame(3, STRANGE), 1002),
            "a reserved control opcode": (frame(11), 1002),
            "a fragmented ping": (frame(PING, fin=False), 1002),
            "a long ping": (frame(PING, bytes(126)), 1002),
            "a continuation of nothing": (frame(CONTINUATION, STRANGE), 1002),
            "a message within another": (frame(BINARY, STRANGE[:5], fin=False) + frame(BINARY, STRANGE), 1002),
            "a length that is not the shortest": (bytes([0x82, 0xFE, 0, 5]) + bytes(4) + b"ST\x01\x37\x03", 1002),
            "a close frame of one byte": (frame(CLOSE, b"\x03"), 1002),
            "a close code that is none": (frame(CLOSE, struct.pack(">H", 1005)), 1002),
            "text": (frame(TEXT, b"hello"), 1003),
            "empty text": (frame(TEXT), 1003),
            "text that is no UTF-8": (frame(TEXT, b"\xff\xfe"), 1007),
            "nothing": (frame(BINARY), 1007),
            "no frame": (frame(BINARY, b"hello"), 1007),
            "half a frame": (frame(BINARY, STRANGE[:-1]), 1007),
            "a frame and a byte": (frame(BINARY, STRANGE + b"S"), 1007),
            "a frame and garbage": (frame(BINARY, STRANGE + bytes(60)), 1007),
            "1,201 bytes": (frame(BINARY, bytes(1201)), 1009),
            "1,201 bytes in fragments": (frame(BINARY, bytes(1200), fin=False) + frame(CONTINUATION, b"x"), 1009),
            "a length of 2^62": (frame(BINARY, b"", length=1 << 62), 1009),
            "a length of 2^63, which is none": (frame(BINARY, b"", length=1 << 63), 1009),
        }
        for scheme in ("ws", "wss"):
            for name, (data, code) in cases.items():
                with self.subTest(scheme=scheme, name=name), self.raw(scheme) as raw:
                    raw.upgrade()
                    raw.send(data)
                    self.assertEqual(raw.close_code(), code)
        self.assert_serves(self.listener)
        self.assert_serves(self.listener, "wss")

    #= STT-WS-023 test
    #= STT-SECURITY-002 test
    def test_whole_frames_of_a_stranger_get_no_answer_also_in_fragments(self):
        with self.raw() as raw:
            raw.upgrade()
            raw.send(frame(BINARY, STRANGE))
            raw.send(frame(BINARY, STRANGE * 3))
            raw.send(frame(BINARY, STRANGE[:1], fin=False) + frame(PING, b"between") + frame(CONTINUATION, b"", fin=False) +
                     frame(CONTINUATION, STRANGE[1:]))
            self.assertEqual(raw.next_frame(), (PONG, b"between"))
            raw.send(frame(CLOSE, struct.pack(">H", 1000)))
            self.assertEqual(raw.close_code(), 1000)
            self.assertTrue(raw.ends())

    #= STT-WS-029 test
    def test_connections_that_end_in_the_middle(self):
        request = Raw.request(None)
        for scheme in ("ws", "wss"):
            for part in (b"", b"G", request[:40], request[:-1]):
                with self.subTest(scheme=scheme, part=part[-20:]), self.raw(scheme) as raw:
                    raw.send(part)
                    raw.end_sending()
                    self.assertTrue(raw.ends())
            whole = frame(BINARY, STRANGE)
            for size in (1, 3, 7, len(whole) - 1):
                with self.subTest(scheme=scheme, size=size), self.raw(scheme) as raw:
                    raw.upgrade()
                    raw.send(whole[:size])
                    raw.end_sending()
                    self.assertTrue(raw.ends())
        # Reset, instead of an orderly end.
        with self.raw() as raw:
            raw.upgrade()
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.assert_serves(self.listener)
        self.assert_serves(self.listener, "wss")

    #= STT-WS-028 test
    #= STT-WS-029 test
    def test_what_is_not_tls(self):
        port = self.listener.places["wss"]
        for garbage in (b"\x00" * 100, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(70_000),
                        b"\x16\x03\x01\x02\x00\x01"):
            with self.subTest(garbage=garbage[:10]), Raw(port) as raw:
                try:
                    raw.send(garbage)
                    raw.end_sending()
                    self.assertTrue(raw.ends())  # an alert may come before
                except OSError:
                    pass  # it ended earlier
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(self.ca)
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            Raw(port, old)
        self.assert_serves(self.listener, "wss")

    #= STT-WS-008 test
    #= STT-WS-024 test
    #= STT-WS-029 test
    def test_a_crowd_that_never_speaks_is_gone_after_ten_seconds_and_delays_nobody(self):
        def slow_request(raw):
            for byte in Raw.request(raw):
                raw.send(bytes([byte]))
                time.sleep(0.1)

        begin = time.monotonic()
        silent = {"tcp": self.raw(), "half a request": self.raw(), "no hello": self.raw(), "no tls": Raw(
            self.listener.places["wss"]), "after tls": self.raw("wss"), "slow": self.raw(), "fragments": self.raw()}
        silent["half a request"].send(Raw.request(None)[:50])
        silent["no hello"].upgrade()
        silent["fragments"].upgrade().send(frame(BINARY, STRANGE[:1], fin=False))
        slow = threading.Thread(target=lambda: self.assertRaises(OSError, slow_request, silent["slow"]))
        slow.start()
        self.assert_serves(self.listener)
        for name, raw in silent.items():
            with self.subTest(name=name):
                codes = [raw.close_code()]
                self.assertEqual(codes, [1008] if name in ("no hello", "fragments") else [None])
                self.assertGreater(time.monotonic() - begin, 9)
                self.assertLess(time.monotonic() - begin, 9 + LIMIT)
                raw.socket.close()
        slow.join()
        crowd = [self.raw() for _ in range(300)]
        self.assert_serves(self.listener)
        self.assert_serves(self.listener, "wss")
        for raw in crowd:
            raw.socket.close()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
