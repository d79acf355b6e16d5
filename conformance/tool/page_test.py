"""page_test.py STT: the page of a run in a real browser, headless Chromium. `--target page_in_browser` runs it.

Chromium draws the page without a network; what it has drawn is held against the data in the page."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STT = sys.argv[1]


def chromium(*arguments):
    result = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                             "--enable-logging=stderr", *arguments], capture_output=True, text=True, timeout=120)
    return result.stdout, [line for line in result.stderr.splitlines() if "CONSOLE" in line]


class PageTest(unittest.TestCase):
    def test_it_draws_what_it_holds(self):
        for scenario in ("handshake-loss", "bufferbloat", "mesh", "wrong-seed", "--seed=5"):
            with self.subTest(scenario), tempfile.TemporaryDirectory() as folder:
                page = Path(folder) / "run.html"
                subprocess.run([STT, "sim", "run", scenario, "--page", page], check=True, capture_output=True)
                data = json.loads(re.search(r'id="run">(.*?)</script>', page.read_text(), re.S).group(1))
                shown, complaints = chromium("--dump-dom", page.as_uri())
                self.assertEqual(complaints, [])
                self.assertIn('data-drawn="yes"', shown)
                self.assertIn(f'<h1 id="about">{data["about"]}</h1>', shown)
                lost = sum(bool(arrow[4]) for arrow in data["arrows"])
                self.assertEqual(len(re.findall(r'<path class="lost"', shown)), lost)
                self.assertEqual(len(re.findall(r'<path class="sent"', shown)), len(data["arrows"]) - lost)
                self.assertEqual(len(re.findall(r'<path d="M[\d. LM]+" stroke=', shown)),
                                 sum(len(chart["lines"]) for chart in data["charts"]))
                self.assertNotIn("NaN", shown)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
