#!/usr/bin/python3.11
"""What recording costs: small programs without and with -X minipy.trace=KIND:FILE, in turns.

usage: traces.py [--minipy BINARY] [--rounds N] [--kinds KIND,...] [PROGRAM ...]

A column is the program's processor time (user and system, median of the rounds, start-up taken off) with that kind divided by that
without a trace, and below how many thousand events were recorded in a second of it. JSON lines are made and written, but to
/dev/null: a full trace would fill the disk. How many they are is found by shorter runs.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from run import HERE, environment, run

KINDS = ["gc", "gil", "exceptions", "calls", "specialise", "memory", "instructions"]
# Each runs `work(n)`; n makes about a tenth of a second, plainly.
PROGRAMS = {
    "numbers": (400_000, "def work(n):\n t = 0\n for i in range(n): t = t + i * 3 % 7\n"),
    "calls": (200_000, "def g(a, b): return a - b\ndef work(n):\n for i in range(n): t = g(i, 1)\n"),
    "native calls": (200_000, "def work(n):\n l = []\n for i in range(n):\n  l.append(len('abc'))\n"),
    "objects": (100_000, "class P:\n def __init__(self, x): self.x = x\n def get(self): return self.x\n"
                         "def work(n):\n l = []\n for i in range(n): l.append(P(i).get())\n"),
    "containers": (100_000, "def work(n):\n l = []\n for i in range(n):\n  l.append({'a': [i], 'b': (i, l)})\n  if i % 2000 == 0: l.clear()\n"),
    "generators": (400_000, "def g(n):\n for i in range(n): yield i\ndef work(n):\n for i in g(n): pass\n"),
    "exceptions": (60_000, "def f(n):\n if n: raise ValueError(n)\ndef work(n):\n for i in range(n):\n  try: f(i)\n  except ValueError: pass\n"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minipy", default=str(HERE.parent / "build" / "release" / "minipy"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=", ".join(PROGRAMS))
    options = parser.parse_args()
    minipy, kinds = os.path.abspath(options.minipy), options.kinds.split(",")
    with tempfile.TemporaryDirectory() as folder:
        file, null = Path(folder) / "trace.jsonl", Path(folder) / "null.jsonl"
        null.symlink_to("/dev/null")

        def command(source, n, kind, path):
            program = Path(folder) / "program.py"
            program.write_text(f"{source}work({n})\n")
            return [minipy, *([f"-Xminipy.trace={kind}:{path}"] if kind else []), str(program)]

        def events(source, n, kind):
            subprocess.run(command(source, n, kind, file), env=environment(), check=True)
            return file.read_bytes().count(b"\n")

        print(f"{'':14}{'plain':>8} " + "".join(f"{kind:>14}" for kind in kinds))
        for name in options.programs or PROGRAMS:
            n, source = PROGRAMS[name]
            times = {(kind, length): [] for kind in ["", *kinds] for length in (0, n)}
            for _ in range(options.rounds):
                for kind, length in times:
                    times[kind, length].append(run(command(source, length, kind, null), 600)[0])
            taken = {kind: statistics.median(times[kind, n]) - statistics.median(times[kind, 0]) for kind in ["", *kinds]}
            few = n // 50
            rates = [(events(source, few, kind) - events(source, 0, kind)) * (n / few) / taken[kind] for kind in kinds]
            print(f"{name:14}{taken['']:7.3f}s " + "".join(f"{taken[kind] / taken['']:13.2f}x" for kind in kinds))
            print(f"{'':23}" + "".join(f"{rate / 1000:10,.0f} k/s" for rate in rates), flush=True)


if __name__ == "__main__":
    main()
