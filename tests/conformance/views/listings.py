#!/usr/bin/python3.11
"""Compare `minipy ast`, `minipy dis` and `minipy symtable` with the reference: with what `python3.11 -m ast -a` and
`python3.11 -m dis` print, and with what the package's own views make of the file when the reference runs them (--json).

usage: listings.py --interpreter MINIPY [--sample N] [FILE_OR_FOLDER...]

Without paths, the library of the reference is taken.
"""
import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
import types
import tempfile
import warnings
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3] / "stdlib/minipy/package"
# The order in which names pass through scopes depends on their hashes.
SEED = {"PYTHONHASHSEED": "0"}

VIEWS = {
    # name: (arguments of minipy, how the reference prints the same)
    "ast": (["ast"], lambda path: library("ast", ["-a", path])),
    "ast, other options": (["ast", "-i", "1", "--no-type-comments", "--no-attributes"],
                           lambda path: library("ast", ["-i", "1", "--no-type-comments", path])),
    "ast as data": (["ast", "--json"], lambda path: view("ast_view", ["mode=exec", "indent=3", "json", f"file={path}"])),
    "dis": (["dis"], lambda path: library("dis", [path])),
    "dis as data": (["dis", "--json", "-C"],
                    lambda path: view("dis_view", ["optimize=-1", "json", "show_caches", f"file={path}"])),
    "symtable": (["symtable"], lambda path: view("symtable_view", ["mode=exec", f"file={path}"])),
    "symtable as data": (["symtable", "--json"], lambda path: view("symtable_view", ["mode=exec", "json", f"file={path}"])),
}


def called(function, *arguments):
    """What the function prints on standard output; its error in place of it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            function(*arguments)
        except SystemExit:
            pass
        except Exception as error:
            return type(error).__name__
    return out.getvalue()


def library(name, arguments):
    module = __import__(name)
    saved, sys.argv = sys.argv, [name, *arguments]
    try:
        return called(module.main if name == "ast" else module._test)
    finally:
        sys.argv = saved


def view(name, words):
    # The package's other half, which only minipy has: the views need nothing of it.
    sys.modules.setdefault("_minipy", types.ModuleType("_minipy"))
    module = __import__("minipy." + name, fromlist=["main"])
    return called(module.main, words)


def normal(text):
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--sample", type=int, default=0, help="take every Nth file, so that there are about this many")
    parser.add_argument("paths", nargs="*", default=["/usr/lib/python3.11"])
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, "-B", *sys.argv], {**os.environ, **SEED})
    folder = tempfile.TemporaryDirectory()
    os.symlink(PACKAGE, os.path.join(folder.name, "minipy"))
    sys.path.insert(0, folder.name)
    sys.dont_write_bytecode = True
    files = []
    for path in options.paths:
        files += sorted(map(str, Path(path).rglob("*.py"))) if os.path.isdir(path) else [path]
    if options.sample:
        files = files[::max(1, len(files) // options.sample)]
    bad = 0
    for path in files:
        for name, (arguments, expected) in VIEWS.items():
            want = normal(expected(path))
            done = subprocess.run([options.interpreter, *arguments, path], capture_output=True, env={**os.environ, **SEED},
                                  encoding="utf-8", errors="surrogateescape")
            got = normal(done.stdout)
            # Of a program with an error, the library's commands show a traceback.
            if done.returncode == 1 and re.search(rf"^{want or '.*Error'}\b", done.stderr, re.M) and not got:
                continue
            if got != want:
                bad += 1
                line = next((i for i, (a, b) in enumerate(zip(want.split("\n"), got.split("\n"))) if a != b), None)
                print(f"{path}: {name}: status {done.returncode}, line {line}")
                if line is not None:
                    print(f"  reference: {want.split(chr(10))[line]:.200}\n  minipy:    {got.split(chr(10))[line]:.200}")
                print(done.stderr[-300:], end="")
    print(f"{len(files) * len(VIEWS) - bad} of {len(files) * len(VIEWS)} listings equal")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
