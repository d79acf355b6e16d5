"""cost.py STT: what a world costs, as a table: from 1 pair of hosts to 10,000 hosts, from a second to an hour
of simulated time, and a swarm seed in the mean. CPU time of this machine; docs/scaling.md says what to
make of it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STT = sys.argv[1]
SMALL = {"initial_session_credit": 65536, "initial_stream_credit": 16384, "idle_timeout_ms": 0}


def clients(count):
    """Each client opens a session with the one server and sends a message of 200 bytes."""
    return {
        "name": "cost", "purpose": "What a host costs.",
        "hosts": [{"name": "server", "node": SMALL}, {"name": "client", "count": count, "node": SMALL}],
        "links": [{"between": ["client-*", "server"], "both": {"delay": "10ms", "loss": "1%"}}],
        "conversations": [{"from": "client-*", "to": "server", "bytes": 200}],
        "expect": {"outcome": "completes", "within": "120s"}}


def sensor(seconds):
    """One client sends 200 bytes each second."""
    return {
        "name": "cost", "purpose": "What simulated time costs.",
        "hosts": [{"name": "server"}, {"name": "client"}],
        "links": [{"between": ["client", "server"], "both": {"delay": "10ms", "loss": "1%"}}],
        "conversations": [{"from": "client", "to": "server", "bytes": 200, "messages": seconds, "every": "1s"}],
        "expect": {"outcome": "completes", "within": f"{seconds + 60}s"}}


def measure(scenario, folder):
    path = Path(folder) / "cost.json"
    path.write_text(json.dumps(scenario))
    with subprocess.Popen([STT, "sim", "run", str(path)], stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(output)
    simulated, events = re.search(r"simulated  ([\d.]+) s, (\d+) events", output).groups()
    return float(simulated), int(events), usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def table(title, rows):
    print(f"\n| {title} | simulated s | events | CPU s | µs an event | peak MB |\n|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, scenario in rows:
            simulated, events, cpu, peak = measure(scenario, folder)
            print(f"| {name} | {simulated:.1f} | {events} | {cpu:.3f} | {1e6 * cpu / events:.1f} | {peak / 1000:.0f} |",
                  flush=True)


def main():
    table("hosts", [(str(count + 1), clients(count)) for count in (1, 10, 100, 1000, 9999)])
    table("one pair, for", [(name, sensor(seconds)) for name, seconds in (("1 s", 1), ("1 min", 60), ("1 h", 3600))])
    result = subprocess.run([STT, "sim", "campaign", "--seeds", "1:300", "--jobs", "1"], capture_output=True, text=True)
    print("\n" + re.search(r"cost .*", result.stdout).group(0) + " (swarm seeds 1 to 300)")


if __name__ == "__main__":
    main()
