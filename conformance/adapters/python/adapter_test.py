"""All tests of the Python implementation, and those of the adapter as a process.

Run with `/usr/bin/python3 adapter_test.py` in this folder; each *_test.py runs by itself, too.
"""

import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from stt1 import vectors  # noqa: E402

OTHERS = ("codec_test", "kinds_test", "transport_test", "network_test", "hostile_test")


def load_tests(loader, own, _):
    """All of them, wherever they stand."""
    return unittest.TestSuite([loader.loadTestsFromNames(OTHERS), own])


class ProcessTest(unittest.TestCase):
    """The adapter as a child process."""

    def talk(self, *lines):
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        done = subprocess.run([sys.executable, os.path.join(HERE, "adapter.py")], input=text, capture_output=True,
                              text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_unknown_and_unreadable(self):
        replies = self.talk({"id": 1, "op": "hello", "protocol": 1},
                            {"id": 2, "op": "vector", "kind": "no.such", "in": {}}, {"id": 3, "op": "nothing"}, "{",
                            {"id": 5, "op": "vector", "kind": "varint.decode", "in": {}},
                            {"id": 6, "op": "peer.app", "peer": "a", "now": 0, "do": "x"}, "[]",
                            {"id": 8, "op": "peer.new", "peer": "a", "now": 0, "node_seed": "aa" * 32,
                             "shared_seeds": [], "entropy": "00" * 32, "config": {"strange": 1}})
        self.assertEqual([r["outcome"] for r in replies], ["accept", "unsupported", "unsupported", "error", "error",
                                                           "unsupported", "error", "unsupported"])
        self.assertEqual([r["id"] for r in replies], [1, 2, 3, None, 5, 6, None, 8])
        self.assertEqual(replies[0]["kinds"], list(vectors.KINDS))

    def test_reset_leaks_nothing_and_replies_repeat(self):
        new = {"op": "peer.new", "peer": "a", "now": 0, "node_seed": "aa" * 32, "shared_seeds": ["cc" * 32],
               "entropy": "01" * 32, "config": {}}
        connect = {"op": "peer.app", "peer": "a", "now": 5, "do": "connect", "to": "10.0.0.2:4000", "seed": 0}
        once = [new, connect, {"op": "peer.query", "peer": "a", "now": 6}, {"op": "reset"}]
        replies = self.talk(*[{"id": n, **one} for n, one in enumerate(once + once)])
        for first, second in zip(replies[:4], replies[4:]):
            self.assertEqual({**first, "id": 0}, {**second, "id": 0})
        self.assertEqual(replies[1]["effects"][0]["effect"], "transmit")
        self.assertEqual(replies[1]["timer"], 500_005)


if __name__ == "__main__":
    unittest.main()
