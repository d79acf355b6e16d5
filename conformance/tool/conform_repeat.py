"""conform_repeat.py STT RUNS: the fast group of the suite, on the reference, again and again: nothing may change.

Vectors and peers, in process, with other jobs each time; what comes out has to be the same to the byte."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

STT, RUNS = sys.argv[1], int(sys.argv[2])


def main():
    flakes, slowest, first = 0, 0.0, None
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        for number in range(RUNS):
            began = time.monotonic()
            result = subprocess.run([STT, "conform", "run", "--jobs", str(1 + number % 4), "--jsonl", lines],
                                    capture_output=True, text=True)
            slowest = max(slowest, time.monotonic() - began)
            body = lines.read_bytes()
            first = first or body
            if result.returncode != 0 or body != first:
                flakes += 1
                print(f"run {number + 1}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    print(f"conform_repeat: {RUNS} runs, {flakes} flakes, the slowest took {slowest:.2f} s")
    return 1 if flakes else 0


if __name__ == "__main__":
    sys.exit(main())
