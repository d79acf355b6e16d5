"""A Slurm cluster of this one machine, for as long as a test runs: no systemd, two node daemons. Needs
root and the Debian packages slurm-wlm and munge."""

import os
import pwd
import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """
ClusterName=stt
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
SlurmctldPort=16817
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobcomp.log
MailProg=/bin/true
MpiDefault=none
SlurmdParameters=config_overrides
SlurmdTimeout=5
SlurmctldTimeout=5
JobRequeue=1
ReturnToService=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=1000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=1000 State=UNKNOWN
PartitionName=sim Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.2)


def children_of(pid):
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has ended
        if int(fields[1]) == pid:
            yield int(status.parent.name)


def kill_tree(pid):
    """The process and all that come from it, at once, as when a machine loses power."""
    os.kill(pid, signal.SIGSTOP)
    for child in list(children_of(pid)):
        kill_tree(child)
    os.kill(pid, signal.SIGKILL)


class Cluster:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.configuration = self.folder / "slurm.conf"
        self.environment = os.environ | {"SLURM_CONF": str(self.configuration)}
        self.munged = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        host = socket.gethostname().split(".")[0]
        self.configuration.write_text(CONFIGURATION.format(host=host, folder=self.folder))
        (self.folder / "state").mkdir()
        for node in ("n1", "n2"):
            (self.folder / f"spool-{node}").mkdir()
        if not self.munge_answers():
            self.start_munge()
        self.run("slurmctld", "-c", "-f", self.configuration)
        for node in ("n1", "n2"):
            self.run("slurmd", "-c", "-N", node, "-f", self.configuration)
        wait_until(lambda: self.run("sinfo", "-h", "-o", "%D %t").split() == ["2", "idle"], 60, "two idle nodes")

    def munge_answers(self):
        return subprocess.run(["munge", "-n"], capture_output=True).returncode == 0

    def start_munge(self):
        user = pwd.getpwnam("munge")
        run = Path("/run/munge")
        run.mkdir(exist_ok=True)
        os.chown(run, user.pw_uid, user.pw_gid)
        run.chmod(0o755)
        self.munged = subprocess.Popen(["runuser", "-u", "munge", "--", "/usr/sbin/munged", "--foreground"],
                                       stderr=subprocess.DEVNULL)
        wait_until(self.munge_answers, 20, "munge")

    def run(self, *command):
        result = subprocess.run(list(map(str, command)), env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"{command}: {result.stderr}")
        return result.stdout

    def pid(self, daemon):
        return int((self.folder / f"{daemon}.pid").read_text())

    def lose_node(self, node):
        """The daemon dies, and its jobs with it."""
        steps = [pid for job in self.jobs_on(node) for pid in self.step_daemons(job)]
        for pid in [self.pid(f"slurmd.{node}"), *steps]:
            try:
                kill_tree(pid)
            except ProcessLookupError:
                pass  # a step that went with its daemon

    def jobs_on(self, node):
        return self.run("squeue", "-h", "-t", "R", "-w", node, "-o", "%A").split()

    def step_daemons(self, job):
        """Of this cluster: slurmd starts them, and does not stay their parent."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                title = (process / "cmdline").read_text()
                environment = (process / "environ").read_text(errors="replace")
            except OSError:
                continue
            if title.startswith(f"slurmstepd: [{job}.") and str(self.configuration) in environment:
                yield int(process.name)

    def stop(self):
        for daemon in ("slurmd.n1", "slurmd.n2", "slurmctld"):
            try:
                kill_tree(self.pid(daemon))
            except (OSError, ValueError):
                pass  # it never started, or is dead already
        if self.munged:
            self.munged.terminate()
            self.munged.wait()
