"""The judges: independent ways in which the suite looks at an implementation.

A judge is a list of steps, each a run of one program. The first step that does not come out as for the reference
is the kill, and the judge stops there."""

import functools
import json
import re
import shlex
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import running

CPU_SECONDS = 10  # of a judge on one mutant: then it begins no other step
STEP_CPU_SECONDS = 5  # the reference needs less than one; what takes as long hangs
ADAPTER_SECONDS = 10  # of silence of an adapter, by the clock
USAGE, UNREADABLE, CANNOT_WRITE, UNAVAILABLE = 64, 13, 14, 69
OUR_OWN_FAULT = (USAGE, UNREADABLE, CANNOT_WRITE, UNAVAILABLE, 2, 3, 6)
# Two hosts, and faults that any implementation gets through.
PAIR_SCENARIOS = ("drop-rate", "chat", "datagrams", "handshake-loss", "first-of-each-type")
SWARM_SEEDS = 120  # of 240, no seed above 115 was the first to kill a mutant


class HarnessError(Exception):
    pass


@dataclass(eq=False)
class Tools:
    stt: Path        # the clean reference
    mutants: Path    # the same program with every mutant in it
    root: Path       # of the sources
    scenarios: list = field(default_factory=list)
    cases: list = field(default_factory=list)

    def __post_init__(self):
        self.scenarios = [line.split()[0] for line in self.says("sim", "list")]
        listed = self.says("conform", "list", "--vectors", str(self.root / "vectors"))
        self.cases = [line.split()[0] for line in listed if "/" in line.split()[0]]

    @property
    def kinds(self):
        return sorted({case.split("/")[0] for case in self.cases})

    def cases_of(self, kind):
        return [case for case in self.cases if case.startswith(kind + "/")]

    def says(self, *arguments):
        ran = running.run([str(self.stt), *arguments])
        if ran.status != 0:
            raise HarnessError(f"{self.stt} {' '.join(arguments)}: {ran.ended_by}\n{ran.out}")
        return ran.out.splitlines()

    def served(self, mutant):
        return f"env STT_MUTANT={mutant} {shlex.quote(str(self.mutants))} conform serve"


@dataclass
class Step:
    name: str
    command: list
    mutant: str  # in the environment of the command; none for what is clean
    cpu_seconds: int = STEP_CPU_SECONDS
    judges_cases: bool = False  # then a deviation counts, too: it is as expected of others, and not of the reference


@dataclass
class Verdict:
    judge: str
    killed: bool = False
    killer: str = ""   # the case, scenario or seed
    how: str = ""
    cpu_seconds: float = 0.0


def cases(tools, name, kinds, mutant, adapter=None):
    arguments = [part for kind in kinds for part in ("--kind", kind)] + ["--vectors", str(tools.root / "vectors")]
    program = tools.stt if adapter else tools.mutants
    start = [str(program), "conform", "run", "--jobs", "1"]
    if not adapter:
        return Step(name, start + arguments, mutant, judges_cases=True)
    # Who waits for an adapter knows what a hang is.
    start += ["--adapter", adapter, "--deadline", str(ADAPTER_SECONDS)]
    return Step(name, start + arguments, "", 6 * ADAPTER_SECONDS, judges_cases=True)


def vectors(tools, mutant, served=None):
    yield cases(tools, "vectors", [kind for kind in tools.kinds if not kind.startswith("peer.")], mutant, served)


def peers(tools, mutant, served=None):
    for kind in tools.kinds:
        if kind.startswith("peer."):
            yield cases(tools, kind, [kind], mutant, served)


def adapter(tools, mutant):
    """As anybody's implementation: nothing of it runs in the judge."""
    yield from vectors(tools, mutant, tools.served(mutant))
    yield from peers(tools, mutant, tools.served(mutant))


def against_reference(tools, mutant):
    """As the peer of the clean reference, which must not suffer, and at the end both must have what was sent."""
    for scenario in PAIR_SCENARIOS:
        yield Step(scenario, [str(tools.stt), "conform", "matrix", "--adapter", f"mutant={tools.served(mutant)}",
                              "--deadline", str(ADAPTER_SECONDS), "--scenario", scenario], "", 6 * ADAPTER_SECONDS)


def scenarios(tools, mutant):
    for scenario in tools.scenarios:
        yield Step(scenario, [str(tools.mutants), "sim", "run", scenario], mutant)


def swarm(tools, mutant):
    for seed in range(1, SWARM_SEEDS + 1):
        yield Step(f"seed:{seed}", [str(tools.mutants), "sim", "run", "--seed", str(seed)], mutant)


def small_worlds(tools, mutant):
    for moment in ("handshake", "stream-close"):
        yield Step(moment, [str(tools.mutants), "sim", "small-worlds", moment, "--packets", "4"], mutant)


# Of the tests of WebSockets, those that a layer with a connection needs, the quickest first.
WEBSOCKET_TESTS = ("Hostile.test_requests_that_are_refused_by_http",
                   "Foreign.test_frames_of_a_session_count_on_its_own_connection_only",
                   "Hostile.test_frames_that_break_a_rule_are_answered_with_its_code")


def tool(tools, mutant):
    """The program at work on real sockets and a real disk, by its own tests."""
    def step(name, script, *arguments):
        script = tools.root / "conformance/tool" / script
        return Step(name, [sys.executable, str(script), str(tools.mutants), *arguments], mutant, 6 * ADAPTER_SECONDS)

    yield step("store_test.py", "store_test.py")
    for test in WEBSOCKET_TESTS:
        yield step(test, "node_websocket_test.py", test)
    yield step("node_live_test.py", "node_live_test.py", str(tools.stt.parent / "odd_transfer_peer"))


JUDGES = {"vectors": vectors, "peers": peers, "adapter": adapter, "against-reference": against_reference,
          "scenarios": scenarios, "swarm": swarm, "small-worlds": small_worlds, "tool": tool}
# On real sockets and a real disk tests take their time, whatever the mutant: only where there is something to find.
TOOL_LAYERS = ("storage", "transport")


def judges_for(layer):
    return [name for name in JUDGES if name != "tool" or layer in TOOL_LAYERS]


def judge(tools, name, mutant, deviations=True, excuse=lambda step, ran: False):
    """`deviations`: whether to deviate from a SHOULD is a kill. Mutants deviate from what the reference does; others may.
    `excuse` is asked of a step that failed and what it said, and says whether it may."""
    verdict = Verdict(name)
    for step in JUDGES[name](tools, mutant):
        ran, deviation = taken(step)
        verdict.cpu_seconds += ran.cpu_seconds
        if ran.hung:
            # Once may be the machine's fault.
            ran, deviation = taken(step)
            verdict.cpu_seconds += ran.cpu_seconds
        if ran.status == 0 and deviation and deviations:
            verdict.killed, verdict.killer, verdict.how = True, deviation, "deviation"
            return verdict
        if ran.status != 0:
            if ran.status in OUR_OWN_FAULT:
                raise HarnessError(f"{' '.join(step.command)}: {ran.ended_by}\n{ran.out[-2000:]}")
            if excuse(step, ran):
                continue
            verdict.killed, verdict.killer = True, killer_in(step, ran)
            verdict.how = "hang" if ran.hung else how_in(step, ran)
            return verdict
        if verdict.cpu_seconds > CPU_SECONDS:
            return verdict
    return verdict


def taken(step):
    """What came of it, and the first case that deviates from a SHOULD, if there is one."""
    if not step.judges_cases:
        return running.run(step.command, step.mutant, step.cpu_seconds), None
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        ran = running.run([*step.command, "--jsonl", str(lines)], step.mutant, step.cpu_seconds)
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]] if lines.exists() else []
    return ran, next((row["id"] for row in rows if row["verdict"] == "deviation"), None)


@functools.cache
def control(tools, name):
    """The clean reference before a judge, once: whoever objects to it says nothing about mutants."""
    def objects(step, ran):
        raise HarnessError(f"{name} objects to the reference: {shlex.join(step.command)}: {ran.ended_by}\n{ran.out[-2000:]}")

    verdict = judge(tools, name, "", excuse=objects)
    if verdict.killed:
        raise HarnessError(f"{name} objects to the reference: {verdict.killer} ({verdict.how})")


def killer_in(step, ran):
    case = re.search(r"^(\S+/\S+): ([a-z-]+)$", ran.out, re.M)
    if case:
        return case[1]
    return step.name


def how_in(step, ran):
    case = re.search(r"^\S+/\S+: ([a-z-]+)$", ran.out, re.M)
    if case:
        return case[1]
    if ran.status < 0:
        return "crash"
    pair = re.search(r"^\S+ x \S+, \S+: (\S+)$", ran.out, re.M)
    return pair[1] if pair else "fail"


# What everybody tries first: handshakes that must succeed, and a transfer without a loss.
QUIET_KINDS = ("handshake.transcript", "handshake.initiator", "handshake.responder", "session_id.derive")


def is_quiet(tools, mutant):
    """Whether the mutant passes the positive transcript vectors and a loss-free transfer between two nodes."""
    transfer = running.run([str(tools.mutants), "sim", "run", str(tools.root / "conformance/proof/loss-free.json")],
                           mutant)
    if transfer.status in OUR_OWN_FAULT:
        raise HarnessError(transfer.out)
    return transfer.status == 0 and not failed_positives(tools, mutant)


def failed_positives(tools, mutant):
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        step = cases(tools, "positives", QUIET_KINDS, mutant)
        running.run([*step.command, "--jsonl", str(lines)], mutant)
        rows = [json.loads(line) for line in lines.read_text().splitlines()[1:]] if lines.exists() else [{}]
    return [row for row in rows if "accept" in row.get("expected", {"accept": 0}) and row.get("verdict") != "pass"]
