"""A program that is run within a limit of processor time, so that one that never ends is a result like any other."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass

# Who waits for something that never comes uses no processor: real time, and plenty of it, for busy machines.
WALL_SECONDS = 300


@dataclass
class Ran:
    status: int  # negative: the signal that ended it
    cpu_seconds: float
    out: str
    hung: bool

    @property
    def ended_by(self):
        return signal.Signals(-self.status).name if self.status < 0 else f"exit {self.status}"


def run(command, mutant="", cpu_seconds=10, folder=None):
    """Children of the program count, too: its time is that of all that it has waited for."""
    limit = max(1, int(cpu_seconds + 1))

    def within_limits():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    environment = os.environ | {"STT_MUTANT": mutant}
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   env=environment, cwd=folder, preexec_fn=within_limits, start_new_session=True)
        status, used, late = wait(process)
        out.seek(0)
        text = out.read(4_000_000)
    cpu = used.ru_utime + used.ru_stime
    return Ran(status, cpu, text, late or status in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= limit - 0.5)


def wait(process):
    late = False

    def give_up(*_):
        nonlocal late
        late = True
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(WALL_SECONDS, give_up)
    timer.start()
    try:
        _, raw, used = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(raw)
    return process.returncode, used, late
