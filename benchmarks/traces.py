#!/usr/bin/python3.11
"""What recording costs: each benchmark program without and with -X minipy.trace=KIND:FILE, in turns.

usage: traces.py [--minipy BINARY] [--rounds N] [--kinds KIND,...] [FILTER ...]

A column is the program's processor time (user and system, median of the rounds) with that kind divided by that without a trace,
and below how many events a second of it were recorded. The files are written as JSON lines into a temporary folder.
"""
import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from run import HERE, Failed, run

KINDS = ["gc", "gil", "intern", "exceptions", "calls", "specialise", "memory", "instructions"]


def lines_of(path):
    with open(path, "rb") as f:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: f.read(1 << 20), b""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minipy", default=str(HERE.parent / "build" / "release" / "minipy"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=600)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    names = sorted(path.stem for path in (HERE / "programs").glob("*.py"))
    if options.filters:
        names = [name for name in names if any(text in name for text in options.filters)]
    if not names:
        sys.exit("traces.py: no benchmark has such a name")
    print(f"{'':16}{'plain':>9}" + "".join(f"{kind:>13}" for kind in kinds))
    ratios = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.jsonl"
        for name in names:
            command = [os.path.abspath(options.minipy), f"programs/{name}.py"]
            times = {kind: [] for kind in ["", *kinds]}
            events = {}
            try:
                for _ in range(options.rounds):
                    for kind in times:
                        traced = [f"-Xminipy.trace={kind}:{path}"] if kind else []
                        times[kind].append(run([command[0], *traced, command[1]], options.timeout)[0])
                        if kind and kind not in events:
                            events[kind] = lines_of(path)
            except Failed as error:
                print(f"{name:16}failed: {error}")
                continue
            plain = statistics.median(times[""])
            medians = {kind: statistics.median(times[kind]) for kind in kinds}
            for kind in kinds:
                ratios[kind].append(medians[kind] / plain)
            print(f"{name:16}{plain:8.3f}s" + "".join(f"{medians[kind] / plain:12.2f}x" for kind in kinds))
            print(f"{'':25}" + "".join(f"{events[kind] / medians[kind] / 1000:9.0f} k/s" for kind in kinds), flush=True)
    print(f"{'geometric mean':25}" + "".join(f"{statistics.geometric_mean(ratios[kind]):12.2f}x" for kind in kinds))


if __name__ == "__main__":
    main()
