"""Compiles large sources with minipy and the reference: results must be equal. Shows how the time grows with the size.

usage: sizes.py --interpreter MINIPY [NAME ...]
       sizes.py measure [NAME ...]               (by the interpreter that is examined)

Each source is compiled at a quarter of its size and at all of it; a growth of about 4 is linear. Times are only shown.
"""
import argparse
import binascii
import json
import marshal
import os
import subprocess
import sys
import time
import warnings


def joined(separator, form):
    return lambda n: separator.join(form.replace("#", str(i)).replace("@", str(i % 9)) for i in range(n))


def around(before, middle, after):
    return lambda n: before + middle(n) + after


def repeated(form):
    return around("", joined("\n", form), "\n")


# name: (size, source of that size). `#` is the number of the item, `@` the number modulo 9.
SOURCES = {
    "lines": (100_000, repeated("x# = #")),
    "equal lines": (100_000, repeated("x = f(x, 1)")),
    "line ends": (100_000, around("", joined("\r\n", "x = 1"), "\r\n")),
    "comments": (1_000_000, repeated("# comment")),
    "sum": (100_000, around("x = ", joined(" + ", "a@"), "\n")),
    "and": (100_000, around("x = ", joined(" and ", "a@"), "\n")),
    "compare": (100_000, around("x = ", joined(" < ", "a@"), "\n")),
    "continued lines": (100_000, around("x = ", joined(" and \\\n", "a"), "\n")),
    "dict": (1_000_000, around("x = {", joined(", ", "#: #"), "}\n")),
    "dict of names": (100_000, around("x = {", joined(", ", "a@: b"), "}\n")),
    "list": (1_000_000, around("x = [", joined(", ", "#"), "]\n")),
    "set": (100_000, around("y in {", joined(", ", "#"), "}\n")),
    "tuple": (100_000, around("x = (", joined(", ", "(#, 's#')"), ")\n")),
    "arguments": (100_000, around("f(", joined(", ", "a@"), ")\n")),
    "keywords": (5_000, around("f(", joined(", ", "a#=1"), ")\n")),
    "parameters": (100_000, around("def f(", joined(", ", "a#"), "): pass\n")),
    "names": (100_000, around("def f():\n", joined("\n", "  v# = g#(v#)"), "\n")),
    "functions": (20_000, repeated("def f#(a, b=#):\n  c = a + #\n  return c")),
    "methods": (20_000, around("class C:\n", joined("\n", "  def f#(self):\n    return self.x#"), "\n")),
    "closures": (3_000, around("def f():\n  a = 1\n", joined("\n", "  v# = 1\n  def f#():\n    return a"), "\n")),
    "globals": (3_000, repeated("def f#():\n  global g#\n  g# = 1")),
    "lambdas": (50_000, around("x = [", joined(", ", "lambda: 1"), "]\n")),
    "comprehensions": (20_000, around("x = [", joined(", ", "[y for y in z]"), "]\n")),
    "if": (50_000, repeated("if a:\n  b = #\nelse:\n  c = 1")),
    "loops": (50_000, repeated("while a:\n  if b: break\n  else: continue")),
    "jumps over much": (50_000, around("def f():\n  while a:\n", joined("\n", "    if b: continue\n    x = f(x, 1)"), "\n")),
    "try": (20_000, repeated("try:\n  a = #\nexcept E as e:\n  b()\nfinally:\n  c()")),
    "cases": (50_000, around("match x:\n", joined("\n", "  case #: y = 1"), "\n")),
    "string": (10_000_000, around("x = '", lambda n: "a" * n, "'\n")),
    "string of lines": (10_000_000, around("x = '''", lambda n: "a line\n" * (n // 7), "'''\n")),
    "string of escapes": (10_000_000, around("x = '", lambda n: "\\n" * (n // 2), "'\n")),
    "bytes": (10_000_000, around("x = b'", lambda n: "a" * n, "'\n")),
    "wide string": (10_000_000, around("x = '", lambda n: "é" * (n // 2), "'\n")),
    "strings": (100_000, around("x = (", joined("\n", "'a#'"), ")\n")),
    "f-string": (20_000, around("x = f'", lambda n: "{a}b" * n, "'\n")),
    "f-strings": (50_000, around("x = (", joined("\n", "f'{a}b'"), ")\n")),
    "annotations": (50_000, around("from __future__ import annotations\n", joined("\n", "x#: a[b, c] = 1"), "\n")),
    "warnings": (50_000, repeated("x = '\\d'")),
    "wrong line": (50_000, around("", joined("\n", "x# = #"), "\nx = = 1\n")),
    "open bracket": (50_000, around("x = (", joined(", ", "a@"), "\n")),
    "wrong item": (50_000, around("x = [", joined(", ", "#"), " a b]\n")),
    "wrong name": (50_000, around("", joined("\n", "x# = #"), "\ndef f(a, a): pass\n")),
}


def outcome(source):
    """(processor seconds, what compile() made of it)"""
    start = time.process_time()
    try:
        code = compile(source, "<source>", "exec", dont_inherit=True)
    except (SyntaxError, RecursionError, MemoryError, ValueError, OverflowError) as error:
        return time.process_time() - start, [type(error).__name__, binascii.crc32(repr(error.args).encode()), str(error)[:60]]
    seconds = time.process_time() - start
    data = marshal.dumps(code, 2)
    return seconds, [len(data), binascii.crc32(data)]


def measure(names):
    warnings.simplefilter("ignore")
    for name in names:
        size, source = SOURCES[name]
        quarter, _ = outcome(source(size // 4))
        whole, result = outcome(source(size))
        print(json.dumps([name, quarter, whole, result]), flush=True)


def results(interpreter, name):
    run = subprocess.run([interpreter, __file__, "measure", name], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else [name, 0, 0, f"ends with status {run.returncode}"]


def main():
    if sys.argv[1:2] == ["measure"]:
        return measure(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("names", nargs="*", default=list(SOURCES))
    options = parser.parse_args()
    differing = 0
    print(f"{'':20}{'reference':>10}{'growth':>8}{'minipy':>11}{'growth':>8}{'ratio':>8}")
    for name in options.names:
        _, quarter, whole, expected = results(options.reference, name)
        _, own_quarter, own_whole, got = results(os.path.abspath(options.interpreter), name)
        print(f"{name:20}{whole:9.3f}s{whole / max(quarter, 1e-4):8.1f}{own_whole:10.3f}s"
              f"{own_whole / max(own_quarter, 1e-4):8.1f}{own_whole / max(whole, 1e-4):8.2f}", flush=True)
        if got != expected:
            differing += 1
            print(f"    reference {expected}\n    minipy    {got}")
    print(f"{len(options.names) - differing} of {len(options.names)} large sources agree")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
