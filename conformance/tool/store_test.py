"""store_test.py STT: `stt store` as its user meets it."""

import hashlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]
DONE, UNREADABLE, CANNOT_WRITE, NOT_FOUND, DAMAGED, USAGE = 0, 13, 14, 16, 17, 64


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)
        self.seed = self.make_seed("node.seed")

    def run_stt(self, *arguments):
        return subprocess.run([STT, *map(str, arguments)], capture_output=True, timeout=60)

    def make_seed(self, name):
        self.assertEqual(self.run_stt("keygen", "--out", self.path / name).returncode, DONE)
        return self.path / name

    def make_file(self, name, contents):
        (self.path / name).write_bytes(contents)
        return self.path / name

    def store(self, command, *arguments, seed=None):
        return self.run_stt("store", command, *arguments, "--store", self.path / "objects", "--seed-file", seed or self.seed)

    def put(self, contents):
        """The address of `contents`, once stored."""
        result = self.store("put", self.make_file("file", contents))
        self.assertEqual(result.returncode, DONE, result.stderr)
        address, name = result.stdout.decode().split()
        self.assertEqual(name, str(self.path / "file"))
        return address

    def listed(self):
        result = self.store("ls")
        self.assertEqual(result.returncode, DONE, result.stderr)
        return {tuple(line.split()) for line in result.stdout.decode().splitlines()}

    def refuses(self, result, code, *words):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, b"")
        for word in words:
            self.assertIn(word, result.stderr.decode())

    def test_files_come_back(self):
        for size in (0, 1, 4096, 3_000_000):
            contents = os.urandom(size)
            address = self.put(contents)
            self.assertEqual(address, hashlib.sha3_256(contents).hexdigest())
            self.assertEqual(self.put(contents), address)
            self.assertEqual(self.store("get", address).stdout, contents)
            self.assertIn((address, str(size)), self.listed())
        self.assertEqual(len(self.listed()), 4)

    def test_several_files_in_one_call(self):
        files = [self.make_file(f"file{i}", bytes([i]) * 100 * i) for i in range(5)]
        result = self.store("put", *files)
        self.assertEqual([line.split()[1] for line in result.stdout.decode().splitlines()], [str(file) for file in files])
        self.assertEqual(len(self.listed()), 5)

    def test_get_writes_a_new_file_only(self):
        address = self.put(b"bytes")
        out = self.path / "out"
        self.assertEqual(self.store("get", address, "-o", out).returncode, DONE)
        self.assertEqual(out.read_bytes(), b"bytes")
        out.write_bytes(b"precious")
        self.refuses(self.store("get", address, "-o", out), CANNOT_WRITE, "exists")
        self.assertEqual(out.read_bytes(), b"precious")

    def test_rm(self):
        one, two = self.put(b"one"), self.put(b"two")
        unknown = "0" * 64
        self.refuses(self.store("rm", unknown, one), NOT_FOUND, unknown)
        self.refuses(self.store("get", one), NOT_FOUND, one, "stt store ls")
        self.assertEqual(self.listed(), {(two, "3")})

    def test_another_seed(self):
        address = self.put(b"bytes")
        for result in (self.store(command, *arguments, seed=self.make_seed(f"{command}.seed")) for command, arguments in (
                ("get", [address]), ("ls", []), ("rm", [address]), ("put", [self.path / "file"]))):
            self.refuses(result, UNREADABLE, "another seed")
        self.assertEqual(self.store("get", address).stdout, b"bytes")

    def test_no_store(self):
        for command, arguments in (("get", ["0" * 64]), ("ls", []), ("rm", ["0" * 64])):
            self.refuses(self.store(command, *arguments), UNREADABLE, "no store", "stt store put")
        self.assertFalse((self.path / "objects").exists())

    def test_files_that_cannot_be(self):
        self.refuses(self.store("put", self.path / "none"), UNREADABLE, "No such file")
        self.refuses(self.store("put", self.path), UNREADABLE, "Is a directory")
        self.refuses(self.run_stt("store", "put", self.make_file("file", b""), "--store", self.path / "none" / "below",
                                  "--seed-file", self.seed), CANNOT_WRITE, "permissions")
        self.put(b"")
        self.refuses(self.store("ls", seed=self.path / "none"), UNREADABLE, "stt keygen")

    def test_capacity(self):
        file = self.make_file("file", bytes(1000))
        self.refuses(self.store("put", file, "--capacity", 1087), CANNOT_WRITE, "full", "--capacity")
        self.assertEqual(self.store("put", file, "--capacity", 1088).returncode, DONE)

    def test_damage(self):
        contents = os.urandom(100_000)
        address = self.put(contents)
        data = self.path / "objects" / "data.mdb"
        stored = data.read_bytes()
        # Behind the first page of the object, where nothing but the object stands.
        page = max(range(0, len(stored), 4096), key=lambda at: stored[at + 12] + 256 * stored[at + 13]
                   if stored[at + 10:at + 12] == b"\x04\x00" else 0)
        broken = bytearray(stored)
        broken[page + 5000] ^= 1
        data.write_bytes(broken)
        self.refuses(self.store("get", address), DAMAGED, "repair")
        self.assertEqual(self.put(contents), address)
        self.assertEqual(self.store("get", address).stdout, contents)
        data.write_bytes(stored[:len(stored) // 2])
        self.refuses(self.store("get", address), DAMAGED, "data.mdb")

    def test_usage(self):
        for arguments in (["get", "xyz"], ["get"], ["put"], ["get", "0" * 64, "0" * 64]):
            self.assertEqual(self.store(*arguments).returncode, USAGE, arguments)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
