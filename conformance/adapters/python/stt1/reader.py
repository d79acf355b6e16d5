"""A reader of plaintext messages: every field judged before it is taken."""

from . import varint
from .errors import Refused


class Reader:
    """Takes fields from the front of `data`; what is missing or left over is refused at stage `message`."""

    __slots__ = ("data", "position", "end")

    def __init__(self, data):
        self.data = data
        self.position = 0
        self.end = len(data)

    def take(self, count):
        if count > self.end - self.position:
            raise Refused("wire.truncated", "message")
        start = self.position
        self.position += count
        return bytes(self.data[start:self.position])

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        try:
            value, self.position = varint.decode(self.data, self.position)
        except Refused as refused:
            raise refused.at("message") from None
        return value

    def lp(self):
        return self.take(self.varint())

    def rest(self):
        return self.take(self.end - self.position)

    def finish(self):
        if self.position != self.end:
            raise Refused("wire.trailing_bytes", "message")
