"""large_transfer.py STT [BYTES]: moves a large file between two processes, keys rotating every 64 MB, and says what
memory each side took. Fails if the file differs, or a side took 64 MB or more. Not part of the tests: it takes its time."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STT = sys.argv[1]
SIZE = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000_000
ROTATE_AFTER = 64_000_000
MEMORY_MAX = 64_000_000
PART = os.urandom(1 << 20)


def write_file(path):
    left = SIZE
    with open(path, "wb") as file:
        for number in range(SIZE // len(PART) + 1):
            part = (number.to_bytes(8, "big") + PART[8:])[:left]
            file.write(part)
            left -= len(part)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha3_256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha3_256(
            file.read()).hexdigest()


def wait(process):
    """Exit code and peak resident memory in bytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "large")
        subprocess.run([STT, "keygen", "--out", folder / "seed"], check=True, stderr=subprocess.DEVNULL)
        (folder / "inbox").mkdir()
        listener = subprocess.Popen([STT, "node", "listen", "--port", "0", "--seed-file", folder / "seed", "--out",
                                     folder / "inbox", "--once"], stdout=subprocess.PIPE, text=True)
        port = re.search(r":(\d+),", listener.stdout.readline()).group(1)
        begin = time.monotonic()
        sender = subprocess.Popen([STT, "node", "send", folder / "large", f"127.0.0.1:{port}", "--seed-file",
                                   folder / "seed", "--rotate-after", str(ROTATE_AFTER)], stdout=subprocess.PIPE, text=True)
        sent, sender_memory = wait(sender)
        seconds = time.monotonic() - begin
        received, listener_memory = wait(listener)
        same = digest(folder / "large") == digest(folder / "inbox" / "large")
        print(f"{SIZE} bytes in {seconds:.1f} s, {SIZE / seconds / 1e6:.1f} MB/s; peak memory: sender "
              f"{sender_memory / 1e6:.1f} MB, listener {listener_memory / 1e6:.1f} MB; exit codes {sent}, {received}; "
              f"{'equal' if same else 'DIFFERENT'}")
        return 0 if same and sent == received == 0 and max(sender_memory, listener_memory) < MEMORY_MAX else 1


sys.exit(main())
