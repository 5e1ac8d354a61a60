#!/usr/bin/python3.11
"""Measure minipy against the reference, side by side.

usage: run.py --minipy BINARY [options] [FILTER ...]

Each program of programs/ is run by both interpreters in turns (A B A B ...), and must print the same with both. What is
compared is processor time (user and system) of the whole process, since other work on the machine disturbs it least; --wall
compares the time on the clock instead. A ratio is minipy's median divided by the reference's: below 1, minipy is faster.

Start-up (`-c pass`) and memory after it are measured apart, and so is compiling the whole standard library in one process
(processor time of compile() alone, and peak memory). Each FILTER is a part of a program's name, "startup" or "compiler".
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOALS = {"programs": 2.0, "startup": 1.5, "memory": 1.0, "compiler": 0.5}


def environment():
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1"}
    if "MINIPY_STDLIB" in os.environ:
        env["MINIPY_STDLIB"] = os.environ["MINIPY_STDLIB"]
    return env


class Failed(Exception):
    pass


def run(command, timeout):
    """Run a command; return (processor seconds, clock seconds, what it printed)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment(),
            cwd=HERE)
        deadline = start + timeout
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        # Poll quickly at first, for start-up; the pause never adds more than a hundredth to what is measured.
        while pid == 0:
            passed = time.perf_counter() - start
            if time.perf_counter() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = -9
                raise Failed(f"no end after {timeout} s")
            time.sleep(max(0.0001, min(0.01, passed / 200)))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        clock = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            last = err.read().decode(errors="replace").strip().splitlines()[-1:]
            raise Failed(f"status {process.returncode}: {''.join(last)[:100]}")
        return usage.ru_utime + usage.ru_stime, clock, out.read()


def memory_after_startup(binary):
    """The resident memory in KiB of a process that has started and does nothing: (all of it, what only it has)."""
    process = subprocess.Popen([binary, "-c", "import os; os.write(1, b'x'); os.read(0, 1)"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env=environment(), cwd=HERE)
    try:
        if process.stdout.read(1) != b"x":
            raise Failed("it does not start")
        fields = {}
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, value, *_ = line.split()
            fields[name.rstrip(":")] = int(value)
        return fields["Rss"], fields["Private_Clean"] + fields["Private_Dirty"]
    finally:
        process.kill()
        process.communicate()


def interleaved(commands, rounds, timeout):
    """Run the two commands in turns; return two lists of results."""
    results = [[], []]
    for _ in range(rounds):
        for i, command in enumerate(commands):
            results[i].append(run(command, timeout))
    return results


def measure(commands, rounds, timeout, wall):
    reference, minipy = interleaved(commands, rounds, timeout)
    if {r[2] for r in reference} != {r[2] for r in minipy}:
        raise Failed("it prints something else than the reference")
    column = 1 if wall else 0
    return tuple(statistics.median(r[column] for r in results) for results in (reference, minipy))


def compile_library(binaries, rounds, timeout):
    """Compile the library by both in turns; return rows of (label, unit, reference, minipy, goal)."""
    runs = interleaved([[binary, str(HERE / "compile_library.py")] for binary in binaries], rounds, timeout)
    printed = [[output.split() for _, _, output in results] for results in runs]
    if len({line[0] for lines in printed for line in lines}) != 1:
        raise Failed("the interpreters do not see the same files")
    seconds, peaks = ([statistics.median(float(line[column]) for line in lines) for lines in printed] for column in (1, 2))
    return [("compile", "s", *seconds, GOALS["compiler"]), ("memory", "KiB", *peaks, GOALS["memory"])]


def bar(ratio):
    return "#" * min(40, round(ratio * 10))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minipy", required=True)
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("--rounds", type=int, default=5,
        help="how often each program is run by each (default: %(default)s)")
    parser.add_argument("--startups", type=int, default=40,
        help="how often start-up is measured (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one run (default: %(default)s)")
    parser.add_argument("--wall", action="store_true", help="compare time on the clock, not processor time")
    parser.add_argument("--json", metavar="FILE", help="also write the results to this file")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    binaries = options.reference, os.path.abspath(options.minipy)
    names = sorted(path.stem for path in (HERE / "programs").glob("*.py"))
    if options.filters:
        names = [name for name in names if any(text in name for text in options.filters)]
    startup = not options.filters or "startup" in options.filters
    compiler = not options.filters or "compiler" in options.filters
    if not names and not startup and not compiler:
        sys.exit("run.py: no benchmark has such a name")
    unit = "clock" if options.wall else "processor"
    results, ratios, failed = {}, [], 0
    if names:
        print(f"{'':16}{'reference':>10}{'minipy':>10}{'ratio':>8}   ({unit} time, median of {options.rounds}, in turns)")
    for name in names:
        program = f"programs/{name}.py"
        try:
            a, b = measure([[binary, program] for binary in binaries], options.rounds, options.timeout, options.wall)
        except Failed as error:
            failed += 1
            print(f"{name:16}failed: {error}", flush=True)
            continue
        ratio = b / a
        ratios.append(ratio)
        results[name] = {"reference": a, "minipy": b, "ratio": ratio}
        print(f"{name:16}{a:9.3f}s{b:9.3f}s{ratio:8.2f}   {bar(ratio)}", flush=True)
    if ratios:
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        results["geometric mean"] = {"ratio": mean}
        print(f"{'geometric mean':36}{mean:8.2f}   of {len(ratios)} programs (goal: at most {GOALS['programs']:.2f})")
    if startup:
        try:
            commands = [[binary, "-c", "pass"] for binary in binaries]
            runs = interleaved(commands, options.startups, options.timeout)
            for column, label in ((1, "on the clock"), (0, "processor")):
                a, b = (statistics.median(r[column] for r in results_of) * 1000 for results_of in runs)
                results[f"startup {label}"] = {"reference": a / 1000, "minipy": b / 1000, "ratio": b / a}
                goal = f"   (goal: at most {GOALS['startup']:.2f})" if column == 1 else ""
                print(f"{'start-up':16}{a:8.1f}ms{b:8.1f}ms{b / a:8.2f}   {label}, median of {options.startups}{goal}")
            for i, label in ((0, "resident"), (1, "of it private")):
                a, b = (statistics.median(memory_after_startup(binary)[i] for _ in range(5)) for binary in binaries)
                results[f"memory {label}"] = {"reference": a, "minipy": b, "ratio": b / a}
                goal = f" (goal: at most {GOALS['memory']:.2f})" if i == 0 else ""
                print(f"{'memory':16}{a:7.0f}KiB{b:7.0f}KiB{b / a:8.2f}   {label}, after start-up{goal}")
        except Failed as error:
            failed += 1
            print(f"{'start-up':16}failed: {error}")
    if compiler:
        try:
            for label, unit_of, a, b, goal in compile_library(binaries, options.rounds, options.timeout):
                results[f"compiler {label}"] = {"reference": a, "minipy": b, "ratio": b / a}
                width = 10 - len(unit_of)
                form = ".3f" if unit_of == "s" else ".0f"
                print(f"{label:16}{a:{width}{form}}{unit_of}{b:{width}{form}}{unit_of}{b / a:8.2f}   the whole library, "
                      f"{'processor' if unit_of == 's' else 'peak resident'}, median of {options.rounds} (goal: at most {goal:.2f})")
        except Failed as error:
            failed += 1
            print(f"{'compile':16}failed: {error}")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
