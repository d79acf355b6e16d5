"""A WebSocket client made of a bare socket, which also sends what a library refuses to; and certificates for tests."""

import base64
import os
import socket
import ssl
import struct
import subprocess

LIMIT = 60  # seconds
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def make_certificate(folder, name="localhost", alternatives="DNS:localhost,IP:127.0.0.1,IP:::1"):
    """An authority and a certificate it has signed: the paths of ca, certificate and key."""
    ca, ca_key, certificate, key = (folder / f"{name}.{end}" for end in ("ca.pem", "ca.key", "pem", "key"))

    def request(*arguments):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "1", *map(str, arguments)], check=True, capture_output=True)

    request("-keyout", ca_key, "-out", ca, "-subj", "/CN=authority of tests")
    request("-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-CA", ca, "-CAkey", ca_key, "-addext",
            f"subjectAltName={alternatives}", "-addext", "basicConstraints=critical,CA:FALSE")
    return ca, certificate, key


def client_context(ca):
    return ssl.create_default_context(cafile=str(ca))


def server_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def frame(opcode, payload=b"", *, fin=True, reserved=0, mask=True, length=None):
    """The bytes of a WebSocket frame; `length` may lie."""
    length = len(payload) if length is None else length
    head = bytes([fin << 7 | reserved << 4 | opcode])
    bit = 0x80 if mask else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 1 << 16:
        head += struct.pack(">BH", bit | 126, length)
    else:
        head += struct.pack(">BQ", bit | 127, length)
    if not mask:
        return head + payload
    key = os.urandom(4)
    stream = (key * (len(payload) // 4 + 1))[:len(payload)]
    return head + key + (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(payload), "big")


class Raw:
    """A connection to `port` of this machine."""

    def __init__(self, port, tls=None):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.received = b""
        self.half_closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def end_sending(self):
        self.half_closed = True
        self.socket.shutdown(socket.SHUT_WR)

    def request(self, *, method="GET", version="13", subprotocol="stt.v1", upgrade="websocket", key=True, more=()):
        lines = [f"{method} / HTTP/1.1", "Host: localhost", "Connection: Upgrade"]
        lines += [f"Upgrade: {upgrade}"] if upgrade else []
        lines += [f"Sec-WebSocket-Version: {version}"] if version else []
        lines += [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
        lines += ["Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()] if key else []
        return "\r\n".join([*lines, *more, "", ""]).encode()

    def answer(self):
        """Status and lower-case headers of the server's answer."""
        while b"\r\n\r\n" not in self.received:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError(self.received)
            self.received += data
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        return int(first.split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    def upgrade(self, **how):
        self.send(self.request(**how))
        status, headers = self.answer()
        if status != 101 or headers["sec-websocket-protocol"] != "stt.v1" or "sec-websocket-extensions" in headers:
            raise AssertionError((status, headers))
        return self

    def take(self, size):
        while len(self.received) < size:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.received += data
        taken, self.received = self.received[:size], self.received[size:]
        return taken

    def next_frame(self):
        """Opcode and payload of one frame of the server, which masks nothing."""
        first, second = self.take(2)
        if second & 0x80 or first & 0x70:
            raise AssertionError("a masked frame, or reserved bits")
        length = second
        if length == 126:
            length, = struct.unpack(">H", self.take(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.take(8))
        return first & 15, self.take(length)

    def close_code(self):
        """The code of the server's close frame; None if it ends without."""
        try:
            opcode, payload = self.next_frame()
        except (EOFError, ConnectionError, ssl.SSLError):
            return None
        if opcode != CLOSE:
            raise AssertionError((opcode, payload))
        return struct.unpack(">H", payload[:2])[0]

    def ends(self):
        """Whether the server ends the connection without another byte; after end_sending(), whatever it says of TLS."""
        try:
            data = self.received or self.socket.recv(65536)
            while self.half_closed and data:
                data = self.socket.recv(65536)
            return not data
        except (ConnectionError, ssl.SSLError):
            return True
