#!/usr/bin/python3.11
"""Count the instructions that the processor executes for each benchmark program, with callgrind (valgrind).

usage: instructions.py --minipy BINARY [options] [FILTER ...]

Counts do not depend on what else the machine does, so small differences show: --against names another build of minipy, such as one
without the hooks of the views (./dev bench instructions --against hooks builds it) or an older one; a program that executes more
than --limit percent more instructions than that one fails. The reference's counts stand beside. Each program runs once in
each interpreter, some fifty times slower than usual. Each FILTER is a part of a program's name.
"""
import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from run import HERE, environment


class Failed(Exception):
    pass


TOOLS = {"callgrind": ["--callgrind-out-file=/dev/null"], "cachegrind": ["--cache-sim=no", "--cachegrind-out-file=/dev/null"]}


def instructions(binary, program, tool, timeout):
    """(the number of instructions, what the program printed)."""
    command = ["valgrind", f"--tool={tool}", *TOOLS[tool], binary, program]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), cwd=HERE, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"no end after {timeout} s") from None
    counted = re.search(rb"I +refs: +([\d,]+)", done.stderr)
    if done.returncode != 0 or not counted:
        raise Failed(f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()[-200:]}")
    return int(counted[1].replace(b",", b"")), done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minipy", required=True)
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("--no-reference", action="store_true", help="do not run the reference")
    parser.add_argument("--against", metavar="BINARY", help="another build of minipy")
    parser.add_argument("--limit", type=float, default=0.5, help="percent that --against may be exceeded by (default: %(default)s)")
    parser.add_argument("--tool", choices=TOOLS, default="callgrind", help="cachegrind counts the same in half the time")
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one run (default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", help="also write the counts to this file")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    names = sorted(path.stem for path in (HERE / "programs").glob("*.py"))
    if options.filters:
        names = [name for name in names if any(text in name for text in options.filters)]
    if not names:
        sys.exit("instructions.py: no benchmark has such a name")
    binaries = {"minipy": os.path.abspath(options.minipy)}
    if options.against:
        binaries["against"] = os.path.abspath(options.against)
    if not options.no_reference:
        binaries["reference"] = options.reference

    def count(name):
        try:
            runs = {label: instructions(binary, f"programs/{name}.py", options.tool, options.timeout)
                for label, binary in binaries.items()}
            if len({output for _, output in runs.values()}) != 1:
                raise Failed("the interpreters print different things")
            return {label: number for label, (number, _) in runs.items()}
        except Failed as error:
            return str(error)

    print(f"{'millions':16}" + "".join(f"{label:>12}" for label in binaries) + "".join(
        text for label, text in (("against", f"{'more':>10}"), ("reference", f"{'ratio':>8}")) if label in binaries), flush=True)
    results, failed = {}, 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, counts in zip(names, pool.map(count, names)):
            if isinstance(counts, str):
                failed += 1
                print(f"{name:16}failed: {counts}", flush=True)
                continue
            results[name] = counts
            line = f"{name:16}" + "".join(f"{number / 1e6:12.1f}" for number in counts.values())
            if options.against:
                more = 100 * (counts["minipy"] / counts["against"] - 1)
                line += f"{more:+9.3f}%"
            if "reference" in counts:
                line += f"{counts['minipy'] / counts['reference']:8.2f}"
            if options.against and more > options.limit:
                failed += 1
                line += f"   more than {options.limit}%"
            print(line, flush=True)
    if results:
        for label in [label for label in binaries if label != "minipy"]:
            ratios = [counts["minipy"] / counts[label] for counts in results.values()]
            mean = math.exp(statistics.fmean(map(math.log, ratios)))
            print(f"geometric mean of minipy / {label}: {mean:.4f}, from {min(ratios):.4f} to {max(ratios):.4f}")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
