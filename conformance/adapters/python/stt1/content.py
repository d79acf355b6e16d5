"""What a frame in flight carried, and what its fate means: delivered, or to be sent again.

Content is sent again under a new sequence, cut anew where it is data (STT-RECOVERY-025, STT-STREAM-010).
"""


class Content:
    """Content that is not sent again: PING, PONG, path messages, datagrams (STT-CONTROL-010, STT-DISPATCH-004)."""

    __slots__ = ()
    is_probe = False

    def delivered(self):
        pass

    def again(self):
        pass


NOTHING = Content()


class Data(Content):
    """Positions [low, high) of a stream."""

    __slots__ = ("stream", "low", "high")

    def __init__(self, stream, low, high):
        self.stream = stream
        self.low = low
        self.high = high

    def delivered(self):
        self.stream.send.acknowledged(self.low, self.high)
        self.stream.touch()

    def again(self):
        self.stream.send.lost_positions(self.low, self.high)
        self.stream.touch()


class StreamControl(Content):
    """One stream-control message; sent again with its newest value while it still matters (STT-RECOVERY-026)."""

    __slots__ = ("stream", "name", "value")

    def __init__(self, stream, name, value):
        self.stream = stream
        self.name = name
        self.value = value

    def delivered(self):
        self.stream.control_delivered(self.name)

    def again(self):
        self.stream.control_lost(self.name, self.value)


class SessionCredit(Content):
    """STT-CONTROL-017."""

    __slots__ = ("flow", "value")

    def __init__(self, flow, value):
        self.flow = flow
        self.value = value

    def again(self):
        self.flow.credit_lost(self.value)


class Queued(Content):
    """A message that goes back to its queue as it was: ERROR (STT-CONTROL-026)."""

    __slots__ = ("queue", "message", "arrived")

    def __init__(self, queue, message):
        self.queue = queue
        self.message = message
        self.arrived = False

    def delivered(self):
        self.arrived = True

    def again(self):
        if not self.arrived:
            self.queue.append(self.message)


class Probe(Content):
    """A padded PING of path MTU discovery: its loss says something of the size only (STT-PATH-022)."""

    __slots__ = ("discovery", "size")
    is_probe = True

    def __init__(self, discovery, size):
        self.discovery = discovery
        self.size = size

    def delivered(self):
        self.discovery.passed(self.size)

    def again(self):
        self.discovery.failed(self.size)
