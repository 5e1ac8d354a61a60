#!/usr/bin/python3.11
"""Run the programs of this folder and compare with what the reference printed.

A program is a file SUBJECT/NAME.py. Beside it stand its expectations: NAME.out and NAME.err (standard output and standard
error; no file means nothing) and NAME.status (no file means 0). It is run in its own folder, with NAME.in as standard
input and the words of NAME.args as arguments. A word {} in NAME.args stands for the program, so that options
of the interpreter can come first: "-O {} one two"; with a word -m the program's own text is not run at all. Folders
inside a subject hold packages and data that programs use.

Each FILTER is a subject, SUBJECT/NAME or a part of one; with none, everything is run.

Expectations come from the reference, never from a hand: `run.py --regenerate [FILTER ...]` writes them anew.
"""
import argparse
import concurrent.futures
import difflib
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REFERENCE = "/usr/bin/python3.11"
DIFF_LINES = 30
# What the sanitizers and minipy itself read; nothing else of the caller's environment reaches a program.
KEPT_VARIABLES = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH", "MINIPY_STDLIB",
    "MINIPY_AUDIT")


def environment(tmp):
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": tmp,
        "TMPDIR": tmp,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "COLUMNS": "80",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    env.update((name, os.environ[name]) for name in KEPT_VARIABLES if name in os.environ)
    return env


class Program:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(HERE).with_suffix(""))

    def command(self, interpreter):
        try:
            words = shlex.split(self.path.with_suffix(".args").read_text())
        except FileNotFoundError:
            words = []
        if "{}" not in words and "-m" not in words:
            words.insert(0, "{}")
        return [interpreter] + [self.path.name if word == "{}" else word for word in words]

    def run(self, interpreter, timeout):
        """Return what the program did: {"out": bytes, "err": bytes, "status": bytes}."""
        folder = str(self.path.parent)
        try:
            stdin = self.path.with_suffix(".in").read_bytes()
        except FileNotFoundError:
            stdin = b""
        with tempfile.TemporaryDirectory(prefix="program-") as tmp:
            process = subprocess.Popen(
                self.command(interpreter), cwd=folder, env=environment(tmp), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
            try:
                out, err = process.communicate(stdin, timeout)
                status = str(process.returncode)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                out, err = process.communicate()
                status = f"timeout after {timeout} s"
        # The interpreter shows the program's absolute path; the checkout may be anywhere.
        here = folder.encode() + b"/"
        return {"out": out.replace(here, b""), "err": err.replace(here, b""), "status": status.encode() + b"\n"}

    def expected(self):
        default = {"out": b"", "err": b"", "status": b"0\n"}
        for kind in default:
            try:
                default[kind] = self.path.with_suffix("." + kind).read_bytes()
            except FileNotFoundError:
                pass
        return default

    def write_expected(self, result):
        for kind, default in (("out", b""), ("err", b""), ("status", b"0\n")):
            file = self.path.with_suffix("." + kind)
            if result[kind] == default:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(result[kind])


def difference(expected, actual):
    """Lines that show a reader how `actual` differs from `expected`."""
    lines = []
    for kind in ("status", "out", "err"):
        if expected[kind] == actual[kind]:
            continue
        old, new = (text[kind].decode("utf-8", "backslashreplace").splitlines() for text in (expected, actual))
        diff = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
        if not diff:
            diff = [f"  (line ends differ: {expected[kind][-30:]!r} / {actual[kind][-30:]!r})"]
        lines.append(f"  {kind} (- expected, + actual):")
        lines += ["    " + line for line in diff[:DIFF_LINES]]
        if len(diff) > DIFF_LINES:
            lines.append(f"    ... {len(diff) - DIFF_LINES} more lines")
    return lines


def find_programs(filters):
    programs = [Program(path) for path in sorted(HERE.glob("*/*.py")) if path.parent.name != "live"]
    if not filters:
        return programs
    subjects = {program.name.split("/")[0] for program in programs}

    def wanted(program):
        return any(program.name.split("/")[0] == text if text in subjects else text in program.name for text in filters)

    return [program for program in programs if wanted(program)]


def known_failures(path):
    """The ledger of programs that minipy does not run as the reference does yet: name -> reason."""
    known = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, _, reason = line.partition("|")
                if reason and not line.startswith("#"):
                    known[name.strip()] = reason.strip()
    return known


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=str(HERE.parents[1] / "build/release/minipy"))
    parser.add_argument("--regenerate", action="store_true", help="write the expectations, from the reference")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=30)
    parser.add_argument("--list", action="store_true", help="only list the programs")
    parser.add_argument("--quiet", action="store_true", help="names of failing programs only, no differences")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    programs = find_programs(options.filters)
    if not programs:
        sys.exit("run.py: no program has such a name")
    if options.list:
        print(*(program.name for program in programs), sep="\n")
        return 0
    os.umask(0o022)
    interpreter = REFERENCE if options.regenerate else os.path.abspath(options.interpreter)
    failed, gaps = [], 0
    known = known_failures(os.path.join(os.path.dirname(os.path.abspath(__file__)), "known_failures.txt"))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda program: program.run(interpreter, options.timeout), programs)
        for program, result in zip(programs, results):
            expected = program.expected()
            if expected == result:
                if program.name in known and interpreter != REFERENCE:
                    print("PASSES NOW", program.name, "(take it out of known_failures.txt)", flush=True)
                continue
            if options.regenerate:
                if b"timeout" in result["status"] or result != program.run(interpreter, options.timeout):
                    failed.append(program.name)
                    print("NOT WRITTEN", program.name, "(it does not end, or two runs differ)")
                    continue
                program.write_expected(result)
                print("wrote", program.name, "(shows an address?)" if b" at 0x" in result["out"] + result["err"] else "")
                continue
            if program.name in known and interpreter != REFERENCE:
                gaps += 1
                print("KNOWN GAP", program.name, "|", known[program.name], flush=True)
                continue
            failed.append(program.name)
            print("FAIL", program.name, flush=True)
            if not options.quiet:
                print(*difference(expected, result), sep="\n", flush=True)
    print(f"{len(programs) - len(failed) - gaps} of {len(programs)} programs as expected, {gaps} known gaps")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
