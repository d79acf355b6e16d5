"""What `./dev fuzz` does with targets that are built: `./dev help` lists the commands.

A run of one target, the campaign over all of them, coverage, speed, and new corpora. Everything is a libFuzzer program of
the preset fuzz; what is found and what breaks stays in build/fuzz, so that the tree only changes on purpose.
"""

import argparse
import functools
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/fuzz"
CORPUS = ROOT / "fuzz/corpus"
RUNS = ROOT / "reports/fuzz/runs.jsonl"
MUTANTS = ROOT / "fuzz/mutants.json"

# CPU minutes without a finding that `./dev fuzz all` gives a target, unless --minutes says otherwise.
STATEFUL = {"node", "node_campaign", "sealed_frames", "sealed_frames_campaign", "two_nodes", "two_nodes_campaign",
            "handshake", "reassembly", "replay_window", "rotation", "acknowledgement"}
MINUTES, MINUTES_STATEFUL = 5, 20
CHUNK_SECONDS = 60  # after which `all` writes down how far it is
ROW = re.compile(r"^stt_fuzz_target\((\w+)(.*?)\)", re.MULTILINE | re.DOTALL)


def table():
    """Target -> the target whose corpus it has, as fuzz/CMakeLists.txt says."""
    rows = ROW.findall((ROOT / "fuzz/CMakeLists.txt").read_text())
    found = {}
    for name, rest in rows:
        corpus = re.search(r"CORPUS (\w+)", rest)
        found[name] = corpus.group(1) if corpus else name
    return found


def targets():
    return [name for name in table() if name != "empty"]


def program(target):
    return BUILD / "fuzz" / f"{target}_fuzz"


def corpus_of(target):
    return CORPUS / table()[target]


def dictionary_of(target):
    words = target if target.endswith(("_json", "_line")) else "wire"
    return ROOT / f"fuzz/dictionaries/{words}.dict"


def options_of(target):
    return ["-print_final_stats=1", "-rss_limit_mb=2048", "-timeout=20", f"-dict={dictionary_of(target)}"]


# --- one run


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def fuzz(target, limit, quiet):
    """Runs a target; what came of it, as a line of runs.jsonl without its sources."""
    found = BUILD / "found" / target
    broken = BUILD / "broken" / target
    found.mkdir(parents=True, exist_ok=True)
    broken.mkdir(parents=True, exist_ok=True)
    before = set(broken.iterdir())
    began = cpu_seconds()
    command = [program(target), limit, *options_of(target), f"-artifact_prefix={broken}/", found, corpus_of(target)]
    with tempfile.TemporaryFile("w+") as log:
        code = subprocess.run(command, stderr=log if quiet else None, stdout=log if quiet else None, check=False).returncode
        log.seek(0)
        text = log.read()
    findings = sorted(each.name for each in set(broken.iterdir()) - before)
    if quiet and code != 0:
        print(text[-4_000:], file=sys.stderr)
        findings = findings or [f"exit {code}"]
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    return code, {"target": target, "runs": int(runs.group(1)) if runs else 0,
                  "seconds": round(cpu_seconds() - began, 1), "findings": findings}


def run_one(arguments):
    limit = f"-runs={arguments.runs}" if arguments.runs else f"-max_total_time={round(60 * (arguments.minutes or 1))}"
    code, _ = fuzz(arguments.target, limit, quiet=False)
    if code != 0:
        print(f"fuzz: what broke stands in {BUILD / 'broken' / arguments.target}; run the program on it again, and\n"
              f"fuzz: `stt conform vectors promote FILE` makes a draft of a vector of it", file=sys.stderr)
    return 1 if code else 0


# --- all targets, for as long as it takes


def dependencies():
    """Object -> the files of the repository that it was compiled from, by ninja's own log."""
    log = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"], check=True, capture_output=True, text=True).stdout
    found, current = {}, None
    for line in log.splitlines():
        if line.startswith("    "):
            path = (BUILD / line.strip()).resolve()
            if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "build"):
                current.append(path)
        elif ":" in line:
            current = found.setdefault(line.split(":")[0], [])
    return found


def sources_digest(target, compiled_from):
    """Of every file that the target is made of: when one of them changes, its minutes begin anew."""
    inputs = subprocess.run(["ninja", "-C", BUILD, "-t", "inputs", f"fuzz/{target}_fuzz"], check=True,
                            capture_output=True, text=True).stdout.split()
    files = {path for each in inputs for path in compiled_from.get(each, [])}
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def seconds_so_far(target, digest):
    if not RUNS.exists():
        return 0
    rows = map(json.loads, RUNS.read_text().splitlines())
    return sum(row["seconds"] for row in rows if row["target"] == target and row["sources"] == digest)


def run_all(arguments):
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"], check=True, capture_output=True,
                            text=True).stdout.strip()
    compiled_from = dependencies()
    RUNS.parent.mkdir(parents=True, exist_ok=True)
    failed = []
    for target in arguments.targets or targets():
        digest = sources_digest(target, compiled_from)
        goal = 60 * (arguments.minutes or (MINUTES_STATEFUL if target in STATEFUL else MINUTES))
        done = seconds_so_far(target, digest)
        while done < goal:
            seconds = max(5, round(min(CHUNK_SECONDS, goal - done)))
            code, row = fuzz(target, f"-max_total_time={seconds}", quiet=True)
            done += row["seconds"]
            with RUNS.open("a") as out:
                out.write(json.dumps({**row, "commit": commit, "sources": digest}) + "\n")
            if code != 0:
                failed.append(target)
                break
        print(f"{target:24} {done / 60:6.1f} of {goal / 60:g} CPU minutes{'  BROKEN' if target in failed else ''}", flush=True)
    print(f"fuzz: {len(failed)} targets broken{': ' if failed else ''}{' '.join(failed)}")
    return 1 if failed else 0


# --- speed


def executions_a_second(target, seconds, corpus):
    began = cpu_seconds()
    result = subprocess.run([program(target), f"-max_total_time={seconds}", *options_of(target), corpus], check=False,
                            capture_output=True, text=True)
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", result.stderr)
    return int(runs.group(1)) / max(cpu_seconds() - began, 0.01) if runs else 0


def speed(arguments):
    """Of each target beside the empty one with the same corpus, in turns, the best of three: machines are noisy."""
    print(f"{'target':24} {'runs/s':>10} {'of empty':>9}")
    rows = {}
    for target in arguments.targets or targets():
        best = {"ours": 0, "yardstick": 0}
        for _ in range(3):
            for program_of, take in ((target, "ours"), ("empty", "yardstick")):
                with tempfile.TemporaryDirectory() as scratch:  # new inputs are written to it
                    shutil.copytree(corpus_of(target), scratch, dirs_exist_ok=True)
                    best[take] = max(best[take], executions_a_second(program_of, arguments.seconds, scratch))
        ours, yardstick = best["ours"], best["yardstick"]
        rows[target] = {"runs_per_second": round(ours), "of_empty": round(ours / yardstick, 4)}
        print(f"{target:24} {ours:10.0f} {ours / yardstick:9.4f}", flush=True)
    out = ROOT / "reports/fuzz/speed.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(out.read_text()) if out.exists() else {}
    out.write_text(json.dumps({**before, **rows}, indent=1, sort_keys=True) + "\n")
    return 0


# --- bugs that it should find


@functools.cache
def runs_until_it_breaks(target, runs, mutant):
    """None if it does not."""
    with tempfile.TemporaryDirectory() as scratch:  # new inputs are written to it
        command = [program(f"{target}_mutants"), f"-runs={runs}", "-seed=1", *options_of(target), f"-artifact_prefix={scratch}/",
                   scratch, corpus_of(target)]
        result = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace",
                                env={**os.environ, "STT_MUTANT": mutant})
    if result.returncode == 0:
        return None
    return max(map(int, re.findall(r"^#(\d+)\t", result.stderr, re.MULTILINE)), default=0)


def mutants(arguments):
    """Planted bugs: a target finds its own within the runs of its row, and nothing in as many without it."""
    rows = [row for row in json.loads(MUTANTS.read_text()) if row["target"] in (arguments.targets or targets())]
    wrong = 0
    print(f"{'layer':11} {'mutant':42} {'target':18} {'within':>8} {'found after':>12}")
    for row in rows:
        found = runs_until_it_breaks(row["target"], row["runs"], row["mutant"])
        clean = runs_until_it_breaks(row["target"], row["runs"], "") is None
        wrong += found is None or not clean
        said = ("not found" if found is None else str(found)) + ("" if clean else ", and breaks without it")
        print(f"{row['layer']:11} {row['mutant']:42} {row['target']:18} {row['runs']:8} {said:>12}", flush=True)
    print(f"fuzz: {len(rows) - wrong} of {len(rows)} mutants found")
    return 1 if wrong else 0


# --- corpora


def refresh(arguments):
    """New corpora: what the vectors and the scenarios give, and what fuzzing has found, less what shows nothing new."""
    with tempfile.TemporaryDirectory() as scratch:
        seeds = Path(scratch) / "seeds"
        subprocess.run([sys.executable, ROOT / "fuzz/refresh.py", ROOT, seeds], check=True)
        for target in arguments.targets or [name for name, corpus in table().items() if name == corpus]:
            if target == "empty":
                continue
            names = {}
            sources = [folder for folder in (CORPUS / target, seeds / target, BUILD / "found" / target) if folder.is_dir()]
            for folder in sources:
                for each in folder.iterdir():
                    names.setdefault(hashlib.sha1(each.read_bytes()).hexdigest(), each.name)
            merged = Path(scratch) / target
            merged.mkdir()
            subprocess.run([program(target), "-set_cover_merge=1", "-timeout=20", merged, *sources], check=True,
                           capture_output=True)
            if not list(merged.iterdir()):
                sys.exit(f"fuzz: {target} has no inputs: fuzz it first")
            shutil.rmtree(CORPUS / target, ignore_errors=True)
            (CORPUS / target).mkdir(parents=True)
            for each in merged.iterdir():
                shutil.copy(each, CORPUS / target / names.get(hashlib.sha1(each.read_bytes()).hexdigest(), each.name))
            print(f"{target:24} {len(list((CORPUS / target).iterdir())):5} inputs of {len(names)}", flush=True)
    return 0


# --- coverage


def coverage(arguments):
    """A page of what the corpora reach, a table by layer, and the lines that nothing reaches."""
    build = ROOT / "build/fuzz-coverage"
    programs, profiles = [], []
    for target, corpus in table().items():
        replay = build / f"fuzz/{target}_fuzz"
        if target == "empty" or not replay.exists() or target.endswith("_campaign"):
            continue  # the campaign cipher is no part of the reference
        profile = build / f"{target}.profraw"
        subprocess.run([replay, CORPUS / corpus], check=True, capture_output=True,
                       env={"LLVM_PROFILE_FILE": str(profile)})
        programs.append(replay)
        profiles.append(profile)
    merged = build / "fuzz.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "-sparse", "-o", merged, *profiles], check=True)
    what = [f"-instr-profile={merged}", programs[0], *(f"-object={each}" for each in programs[1:])]
    ignore = "-ignore-filename-regex=(_test|_fuzz)\\.[ch]pp$|/(simulator|conformance|build|fuzz)/[a-z_/]*[.]|adapters|^/usr"
    subprocess.run(["llvm-cov-19", "show", *what, ignore, "-format=html", f"-output-dir={build / 'page'}"], check=True,
                   stdout=subprocess.DEVNULL)
    exported = subprocess.run(["llvm-cov-19", "export", *what, ignore, "-format=lcov"], check=True, capture_output=True,
                              text=True).stdout
    report(exported, build / "unreached.txt")
    print(f"\npage: {build / 'page/index.html'}\nlines that nothing reaches: {build / 'unreached.txt'}")
    return 0


def report(lcov, unreached_file):
    layers, unreached, layer, name = {}, [], None, None
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            path = Path(line[3:])
            inside = path.is_relative_to(ROOT / "reference/stt")
            name = str(path.relative_to(ROOT)) if inside else None
            layer = layers.setdefault(path.relative_to(ROOT / "reference/stt").parts[0], [0, 0, 0, 0]) if inside else None
        elif layer is not None and line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            layer[0] += 1
            layer[1] += int(count) > 0
            if int(count) == 0:
                unreached.append(f"{name}:{number}")
        elif layer is not None and line.startswith("BRDA:"):
            layer[2] += 1
            layer[3] += line.rsplit(",", 1)[1] not in ("-", "0")
    print(f"{'layer':14} {'lines':>8} {'reached':>9} {'branches':>9}")
    for each, (lines, hit, branches, taken) in sorted(layers.items()):
        print(f"{each:14} {lines:8} {100 * hit / max(lines, 1):8.1f}% {100 * taken / max(branches, 1):8.1f}%")
    unreached_file.write_text("".join(f"{each}\n" for each in unreached))


def main():
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__.split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run")
    one.add_argument("target")
    one.add_argument("--runs", type=int)
    one.add_argument("--minutes", type=float)
    for name in ("all", "speed", "mutants", "refresh", "coverage"):
        command = commands.add_parser(name)
        command.add_argument("targets", nargs="*")
        if name == "all":
            command.add_argument("--minutes", type=float)
        if name == "speed":
            command.add_argument("--seconds", type=int, default=5)
    commands.add_parser("targets")
    for name in ("corpus", "dictionary"):  # where those of a target stand
        commands.add_parser(name).add_argument("target")
    arguments = parser.parse_args()
    if arguments.command == "targets":
        print(*targets())
        return 0
    if arguments.command in ("corpus", "dictionary"):
        print({"corpus": corpus_of, "dictionary": dictionary_of}[arguments.command](arguments.target))
        return 0
    unknown = [each for each in getattr(arguments, "targets", []) if each not in table()]
    if unknown:
        sys.exit(f"fuzz: there is no target {unknown[0]}; there are {' '.join(targets())}")
    actions = {"run": run_one, "all": run_all, "speed": speed, "mutants": mutants, "refresh": refresh, "coverage": coverage}
    return actions[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
