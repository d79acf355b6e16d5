"""The archive of the vectors is the same each time, and does what its README says in an empty folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "tool"))
import guide  # noqa: E402

LOADER_LINES_MAX = 60


class ArchiveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.archive = cls.make("once")
        with tarfile.open(cls.archive) as archive:
            archive.extractall(cls.folder)
        cls.unpacked = cls.folder / cls.archive.name.removesuffix(".tar.gz")

    @classmethod
    def make(cls, name, script=HERE / "archive"):
        made = subprocess.run([script, cls.folder / name], capture_output=True, text=True, check=True)
        return Path(made.stdout.strip())

    def test_another_checkout_gives_the_same_bytes(self):
        checkout = self.folder / "checkout"
        for part in ("vectors", "docs/spec", "conformance/vectors"):
            shutil.copytree(ROOT / part, checkout / part, copy_function=shutil.copy)  # other times
        for file in ("LICENSE", "docs/adapter-protocol.md"):
            shutil.copy(ROOT / file, checkout / file)
        (checkout / "LICENSE").chmod(0o600)
        again = self.make("again", checkout / "conformance/vectors/archive")
        self.assertEqual(again.name, self.archive.name)
        self.assertEqual(again.read_bytes(), self.archive.read_bytes())
        (checkout / "LICENSE").write_text("another")
        self.assertNotEqual(self.make("other", checkout / "conformance/vectors/archive").read_bytes(),
                            self.archive.read_bytes())

    def test_everything_is_in_one_folder_of_that_version(self):
        with tarfile.open(self.archive) as archive:
            names = archive.getnames()
        manifest = json.loads((self.unpacked / "vectors/manifest.json").read_text())
        self.assertEqual(self.archive.name, f"stt-vectors-{manifest['suite']}.tar.gz")
        self.assertEqual({name.split("/")[0] for name in names}, {self.unpacked.name})
        self.assertEqual(names, sorted(names, key=lambda name: name.split("/")))  # not as the disk has them
        for part in ("LICENSE", "README.md", "vectors/schemas/cases.schema.json", "docs/spec/wire.md"):
            self.assertIn(f"{self.unpacked.name}/{part}", names)
        for path, digest in manifest["sha3_256"].items():
            self.assertEqual(hashlib.sha3_256((self.unpacked / "vectors" / path).read_bytes()).hexdigest(), digest)

    def test_loaders_are_short(self):
        for loader in (self.unpacked / "loaders").iterdir():
            self.assertLessEqual(len(loader.read_text().splitlines()), LOADER_LINES_MAX, loader.name)

    def test_readme_does_what_it_says(self):
        wrong = guide.follow((self.unpacked / "README.md").read_text(), self.unpacked, os.environ)
        self.assertEqual("\n".join(wrong), "")
        self.assert_loaders_notice_changes()

    def assert_loaders_notice_changes(self):
        """A wrong expectation is a wrong answer; a changed file is no file of these vectors."""
        loaders = (["python3", "loaders/load.py"], ["node", "loaders/load.mjs"], ["./load"])
        whole = self.unpacked / "vectors"
        change = '"value": "150"'
        for digested in (True, False):
            changed = self.unpacked / f"changed-{digested}"
            shutil.copytree(whole, changed)
            file = changed / "varint.decode/accept.json"
            text = file.read_text()
            self.assertEqual(text.count(change), 1)
            file.write_text(text.replace(change, '"value": "151"'))
            if digested:
                manifest = changed / "manifest.json"
                old, new = (hashlib.sha3_256(one.encode()).hexdigest() for one in (text, file.read_text()))
                manifest.write_text(manifest.read_text().replace(old, new))
            for loader in loaders:
                done = subprocess.run([*loader, changed.name], cwd=self.unpacked, capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0, loader)
                self.assertEqual("asked, 1 wrong" in done.stdout, digested, loader)


if __name__ == "__main__":
    unittest.main()
