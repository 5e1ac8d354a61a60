#!/usr/bin/python3.11
"""Compare `minipy tokens` with the reference's `python3.11 -m tokenize -e`: standard output, standard error, exit status.

usage: tokens.py --interpreter MINIPY [--mutants N] [--seed S] [--sample N] [FILE_OR_FOLDER...]

--mutants makes N wrong programs of the files (bytes deleted, doubled, replaced; line ends and indentation changed) and
compares those too, every fourth as standard input; a seed makes the same ones again. Without paths, the library of the reference is taken.
"""
import argparse
import contextlib
import io
import os
import random
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

SCRAPS = [b"'", b'"', b"'''", b'"""', b"\\", b"\\\n", b"\n", b"\r\n", b"\r", b"\t", b"\f", b" ", b"(", b")", b"]", b"{", b"$",
          b"?", b"!", b"!=", b"<>", b"`", b"#", b"0", b"0x", b"0b12", b"1_", b"1e", b"1.5j", b"...", b".", b"rb'", b"f'", b"ur'",
          "é".encode(), "²".encode(), "٣".encode(), "℘".encode(), "\u00a0".encode(), b"\xff", b"\v", b"if x:\n", b"    ",
          b"# coding: latin-1\n", b"# coding: nothing\n", b"\xef\xbb\xbf", b"async ", b"->", b":=", b"**=", b"\x00"]


def expected(path, stdin):
    """What `python3.11 -m tokenize -e path` prints and its status, without starting a process for it. With `stdin` the
    file is its standard input, in the C locale."""
    out, err = io.StringIO(), io.StringIO()
    arguments, sys.argv = sys.argv, ["tokenize", "-e"] + ([] if stdin else [path])
    keyboard = sys.stdin
    if stdin:
        sys.stdin = io.TextIOWrapper(io.BytesIO(Path(path).read_bytes()), "utf-8", "surrogateescape", newline="\n")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                tokenize.main()
                status = 0
            except SystemExit as e:
                status = e.code
            except Exception:  # the process ends with a traceback below the message
                status = 1
    finally:
        sys.argv = arguments
        sys.stdin = keyboard
    return status, out.getvalue().encode("utf-8", "surrogateescape"), err.getvalue().encode("utf-8", "surrogateescape")


def actual(interpreter, path, stdin):
    with open(path, "rb") as file:
        done = subprocess.run([interpreter, "tokens"] + ([] if stdin else [path]), stdin=file, capture_output=True,
                              env=os.environ | {"LC_ALL": "C"})
    return done.returncode, done.stdout, done.stderr


def first_difference(a, b):
    for line, other in zip(a.split(b"\n"), b.split(b"\n")):
        if line != other:
            return line, other
    return a[-200:], b[-200:]


def mutant(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        i = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            del data[i:i + rng.choice([1, 1, 2, 5])]
        elif kind == 1:
            data[i:i] = data[i:i + rng.choice([1, 3, 20])]
        elif kind == 2:
            data = data.replace(b"\n", b"\r\n") if rng.random() < 0.2 else data
            data[i:i] = rng.choice(SCRAPS)
        elif kind == 3:
            data[i:i + 1] = rng.choice(SCRAPS)
        else:
            newline = data.find(b"\n", i) + 1
            data[newline:newline] = rng.choice([b" ", b"\t", b"   ", b"\\\n", b"\f", b"#\n", b"\n", b"'"])
    return bytes(data[:rng.choice([len(data)] * 4 + [rng.randrange(len(data) + 1)])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0, help="take every Nth file, so that there are about this many")
    parser.add_argument("paths", nargs="*", default=["/usr/lib/python3.11"])
    options = parser.parse_args()
    files = []
    for path in options.paths:
        files += sorted(map(str, Path(path).rglob("*.py"))) if os.path.isdir(path) else [path]
    if options.sample:
        files = files[::max(1, len(files) // options.sample)]
    bad = 0

    def check(path, name, stdin=False):
        nonlocal bad
        want, got = expected(path, stdin), actual(options.interpreter, path, stdin)
        if want != got:
            bad += 1
            print(f"{name}: status {want[0]} / {got[0]}")
            for title, a, b in ("out", want[1], got[1]), ("err", want[2], got[2]):
                if a != b:
                    line, other = first_difference(a, b)
                    print(f"  {title} reference: {line!r}\n  {title} minipy:    {other!r}")

    for path in files:
        check(path, path)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as tmp:
        for number in range(options.mutants):
            source = Path(rng.choice(files)).read_bytes()
            # Small pieces, so that a difference is seen and not hidden behind the first error of a large file.
            lines = source.splitlines(True)
            start = rng.randrange(max(1, len(lines) - 30))
            data = mutant(b"".join(lines[start:start + rng.choice([3, 10, 30])]), rng)
            path = os.path.join(tmp, "mutant.py")
            Path(path).write_bytes(data)
            before = bad
            stdin = number % 4 == 0
            check(path, f"mutant {number} of seed {options.seed}{' as standard input' if stdin else ''}", stdin)
            if bad > before:
                print(f"  {data[:400]!r}")
    print(f"{len(files) + options.mutants - bad} of {len(files) + options.mutants} equal")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
