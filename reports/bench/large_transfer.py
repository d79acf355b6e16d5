"""large_transfer.py STT [BYTES] [--transport udp|ws|wss] [--json]: moves a large file (1 GB) between two processes, keys
rotating every 64 MB, and says what memory each side took. Fails if the file differs, or a side took 64 MB or more. Not
part of the tests: it takes its time."""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROTATE_AFTER = 64_000_000
MEMORY_MAX = 64_000_000
PART = os.urandom(1 << 20)


def write_file(path, size):
    left = size
    with open(path, "wb") as file:
        for number in range(size // len(PART) + 1):
            part = (number.to_bytes(8, "big") + PART[8:])[:left]
            file.write(part)
            left -= len(part)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha3_256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha3_256(
            file.read()).hexdigest()


def peak_memory(process):
    """Peak resident memory of a running process so far, in bytes; 0 if it has ended. (What wait4() tells would count
    this program in: a child begins as a copy of it.)"""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0
    peak = re.search(r"^VmHWM:\s*(\d+) kB", status, re.M)
    return int(peak.group(1)) * 1024 if peak else 0


def watch(*processes):
    """Waits for all, and gives the peak memory of each. A process that fails takes the others along."""
    peaks = [0] * len(processes)
    while any(process.poll() is None for process in processes):
        peaks = [max(peak, peak_memory(process)) for peak, process in zip(peaks, processes)]
        if any(process.poll() for process in processes):
            for process in processes:
                process.terminate()
        time.sleep(0.01)
    return peaks


def make_certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    certificate, key = folder / "tls.pem", folder / "tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=large transfer", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                    certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def transfer(stt, size, transport):
    """What a transfer of that many bytes took, and whether it did what it should."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "large", size)
        subprocess.run([stt, "keygen", "--out", folder / "seed"], check=True, stderr=subprocess.DEVNULL)
        (folder / "inbox").mkdir()
        listen, send = ["--port" if transport == "udp" else f"--{transport}", "0"], []
        if transport == "wss":
            certificate, key = make_certificate(folder)
            listen += ["--cert", certificate, "--key", key]
            send += ["--ca", certificate]
        listener = subprocess.Popen([stt, "node", "listen", *listen, "--bind", "127.0.0.1", "--seed-file", folder / "seed",
                                     "--out", folder / "inbox", "--once"], stdout=subprocess.PIPE, text=True)
        port = re.search(r":(\d+)/?,", listener.stdout.readline()).group(1)
        to = f"127.0.0.1:{port}" if transport == "udp" else f"{transport}://127.0.0.1:{port}/"
        begin = time.monotonic()
        sender = subprocess.Popen([stt, "node", "send", folder / "large", to, *send, "--seed-file", folder / "seed",
                                   "--rotate-after", str(ROTATE_AFTER)], stdout=subprocess.PIPE, text=True)
        sender_memory, listener_memory = watch(sender, listener)
        seconds = time.monotonic() - begin
        arrived = folder / "inbox" / "large"
        same = arrived.exists() and digest(folder / "large") == digest(arrived)
    return {"transport": transport, "bytes": size, "seconds": seconds, "sender_memory": sender_memory, "listener_memory": listener_memory,
            "memory_max": MEMORY_MAX, "exit_codes": [sender.returncode, listener.returncode], "equal": same}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("stt", type=Path)
    arguments.add_argument("bytes", type=int, nargs="?", default=1_000_000_000)
    arguments.add_argument("--transport", choices=("udp", "ws", "wss"), default="udp")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    result = transfer(options.stt.resolve(), options.bytes, options.transport)
    if options.json:
        print(json.dumps(result))
    else:
        print("{transport}: {bytes} bytes in {seconds:.1f} s, {rate:.1f} MB/s; peak memory: sender {sender:.1f} MB, listener "
              "{listener:.1f} MB; exit codes {exit_codes}; {verdict}".format(
                  **result, rate=result["bytes"] / result["seconds"] / 1e6, sender=result["sender_memory"] / 1e6,
                  listener=result["listener_memory"] / 1e6, verdict="equal" if result["equal"] else "DIFFERENT"))
    small = max(result["sender_memory"], result["listener_memory"]) < MEMORY_MAX
    return 0 if result["equal"] and result["exit_codes"] == [0, 0] and small else 1


sys.exit(main())
