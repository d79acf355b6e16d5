"""A small seeded network in virtual time, for the tests: it drops, duplicates, reorders and delays datagrams."""

import heapq
import random

from stt1.entropy import KeyedEntropy
from stt1.node import Node
from stt1.settings import Settings

SHARED = bytes([0xCC] * 32)


class Host:
    """A node at an address, and all that it has told."""

    def __init__(self, network, address, seed, config, shared):
        self.network = network
        self.address = address
        self.node = Node(bytes([seed]) * 32, shared, KeyedEntropy(bytes([seed + 100]) * 32), Settings(config))
        self.effects = []
        self.timer = None
        self.sent = []

    def do(self, action, *arguments):
        """Calls a method of the node and lets the network have what it sends."""
        try:
            return action(*arguments)
        finally:
            self.node.tick(self.network.now)
            self.collect()

    def collect(self):
        for effect in self.node.take_effects():
            if effect["effect"] == "transmit":
                self.sent.append(bytes.fromhex(effect["bytes"]))
                self.network.carry(self, effect["to"], self.sent[-1])
            else:
                self.effects.append(effect)
        self.timer = self.node.timer(self.network.now)

    def of(self, name):
        return [effect for effect in self.effects if effect["effect"] == name]

    def session(self, number=None):
        number = self.of("connected")[-1]["session"] if number is None else number
        return self.node.session(number)

    def message_bytes(self, stream):
        """The messages that have arrived whole on a stream."""
        out, part = [], b""
        for effect in self.of("data"):
            if effect["stream"] == stream:
                part += bytes.fromhex(effect["bytes"])
                if effect["end"]:
                    out.append(part)
                    part = b""
        return out


class Network:
    """Delivers datagrams between hosts; `filter(sender, to, data)` may refuse one by giving False."""

    def __init__(self, seed=1, loss=0.0, duplicate=0.0, reorder=0.0, delay=20_000, limit=65_507):
        self.random = random.Random(seed)
        self.loss, self.duplicate, self.reorder, self.delay, self.limit = loss, duplicate, reorder, delay, limit
        self.now = 0
        self.hosts = {}
        self.filter = None
        self._queue = []
        self._count = 0

    def host(self, address, seed, config=None, shared=(SHARED,)):
        host = Host(self, address, seed, config or {}, list(shared))
        self.hosts[address] = host
        return host

    def move(self, host, address):
        del self.hosts[host.address]
        host.address = address
        self.hosts[address] = host

    def carry(self, sender, to, data):
        if self.filter is not None and not self.filter(sender, to, data) or len(data) > self.limit:
            return
        copies = 2 if self.random.random() < self.duplicate else 1
        for _ in range(copies):
            if self.random.random() < self.loss:
                continue
            late = self.random.randrange(1, 3 * self.delay) if self.random.random() < self.reorder else 0
            self.inject(self.now + self.delay + late, sender.address, to, data)

    def inject(self, when, source, to, data):
        self._count += 1
        heapq.heappush(self._queue, (when, self._count, source, to, data))

    def step(self, until):
        """The next event; False if there is none before `until`."""
        timers = [(host.timer, address) for address, host in self.hosts.items() if host.timer is not None]
        timer = min(timers, default=None)
        if self._queue and (timer is None or self._queue[0][0] <= timer[0]):
            if self._queue[0][0] > until:
                return False
            self.now, _, source, to, data = heapq.heappop(self._queue)
            host = self.hosts.get(to)
            if host is not None:
                host.node.receive(self.now, source, data)
                host.collect()
            return True
        if timer is None or timer[0] > until:
            return False
        self.now = max(self.now, timer[0])
        host = self.hosts[timer[1]]
        host.node.tick(self.now)
        host.collect()
        return True

    def run(self, duration=10_000_000, until=None):
        """Until the condition holds (True), or for a while."""
        end = self.now + duration
        while until is None or not until():
            if not self.step(end):
                self.now = end
                return until is None or bool(until())
        return True

    def connect(self, one, other, expected=None):
        """The session number of the initiator, once both are Active."""
        number = one.do(one.node.connect, self.now, other.address, 0, expected)
        count = len(other.of("connected"))
        self.run(until=lambda: len(one.of("connected") + one.of("connect_failed")) and
                 len(other.of("connected")) > count)
        return number
