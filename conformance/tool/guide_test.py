"""guide_test.py BUILD PAGE [COMPONENT...]: a page does what it says, with what `cmake --install` installs of these
components."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import guide
from installation import Installation

BUILD, PAGE, COMPONENTS = Path(sys.argv[1]), Path(sys.argv[2]).read_text(), sys.argv[3:] or ["tool"]
DEV = Path(__file__).resolve().parents[2] / "dev"


class GuideTest(unittest.TestCase):
    def test_commands_do_what_the_page_says(self):
        with tempfile.TemporaryDirectory() as prefix, tempfile.TemporaryDirectory() as folder:
            installed = Installation(BUILD, prefix, COMPONENTS)
            environment = {"PATH": installed.path, "HOME": prefix, "STT_SHARE": str(installed.share),
                           "PYTHONDONTWRITEBYTECODE": "1", "CMAKE_PREFIX_PATH": prefix,
                           "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig", "CXX": os.environ["CXX"]}
            self.assertEqual("\n".join(guide.follow(PAGE, folder, environment)), "")

    def test_commands_of_dev_exist(self):
        shown = subprocess.run([DEV, "help"], capture_output=True, text=True).stdout
        known = set(re.findall(r"^  ([a-z-]+)", shown, re.M))
        named = set(re.findall(r"(?:\./dev|stt/dev) ([a-z-]+)", PAGE))
        self.assertEqual(named - known, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
