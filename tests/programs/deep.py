#!/usr/bin/python3.11
"""Build structures that are nested very deep, use them and free them: never a crash.

usage: deep.py --interpreter BINARY [--depth N] [FILTER ...]

Each structure of BUILDERS is built and freed; and built, then compared, printed, hashed, copied, pickled, collected, iterated, looked into
and freed, one process for each use. Such a use may end in RecursionError (the reference itself overflows its
stack in some of them, so there is nothing to compare with): the process must end with status 0.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys

SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
# Each leaves the structure in x; N is the depth.
BUILDERS = {
    "list": "x = []\nfor _ in range(N): x = [x]",
    "tuple": "x = ()\nfor _ in range(N): x = (x,)",
    "dict": "x = {}\nfor _ in range(N): x = {1: x}",
    "set": "x = frozenset()\nfor _ in range(3000): x = frozenset([x])",
    "list subclass": "class L(list): pass\nx = L()\nfor _ in range(N): x = L([x])",
    "tuple subclass": "class T(tuple): pass\nx = T()\nfor _ in range(N): x = T([x])",
    "dict subclass": "class D(dict): pass\nx = D()\nfor _ in range(N): x = D({1: x})",
    "linked objects": "class L:\n  def __init__(self, n): self.n = n\nx = None\nfor _ in range(N): x = L(x)",
    "linked slots": "class L:\n  __slots__ = 'n',\n  def __init__(self, n): self.n = n\nx = None\nfor _ in range(N): x = L(x)",
    "linked finalizers": "class L:\n  def __init__(self, n): self.n = n\n  def __del__(self): pass\n"
        "x = None\nfor _ in range(N): x = L(x)",
    "two-way links": "class L: pass\nx = L()\nfor _ in range(N):\n  y = L(); y.n = x; x.p = y; x = y",
    "exception contexts": "x = None\nfor _ in range(N):\n  e = ValueError(1); e.__context__ = x; x = e",
    "exception causes": "x = None\nfor _ in range(N):\n  e = ValueError(1); e.__cause__ = x; x = e",
    "exception arguments": "x = None\nfor _ in range(N): x = ValueError(x)",
    "exception groups": "x = ValueError(1)\nfor _ in range(N): x = ExceptionGroup('a', [x])",
    "generators": "def g(i): yield i\nx = None\nfor _ in range(N): x = g(x); next(x)",
    "delegating generators": "def g(i): yield from i\nx = g([1])\nfor _ in range(N): x = g(x)",
    "generator expressions": "x = [1]\nfor _ in range(N): x = (y for y in x)",
    "coroutines": "import warnings; warnings.simplefilter('ignore')\nasync def c(o): await o\n"
        "x = None\nfor _ in range(N): x = c(x)",
    "asynchronous generators": "async def g(i): yield i\nx = None\nfor _ in range(N): x = g(x)",
    "closures": "def make(f):\n  def g(): return f\n  return g\nx = None\nfor _ in range(N): x = make(x)",
    "cells": "import types\nx = None\nfor _ in range(N): x = types.CellType(x)",
    "bound methods": "class C:\n  def __init__(self, f): self.f = f\n  def m(self): pass\nx = None\nfor _ in range(N): x = C(x).m",
    "partials": "import functools\nx = print\nfor _ in range(N): x = functools.partial(print, x)",
    "properties": "x = None\nfor _ in range(N): x = property(x)",
    "maps": "x = [1]\nfor _ in range(N): x = map(str, x)",
    "zips": "x = [1]\nfor _ in range(N): x = zip(x)",
    "enumerations": "x = [1]\nfor _ in range(N): x = enumerate(x)",
    "chains": "import itertools\nx = [1]\nfor _ in range(N): x = itertools.chain(x)",
    "iterators": "x = [1]\nfor _ in range(N): x = iter([x])",
    "views": "x = {}\nfor _ in range(N): x = {1: x}.values()",
    "proxies": "import types\nx = {}\nfor _ in range(N): x = types.MappingProxyType(x)",
    "slices": "x = slice(1)\nfor _ in range(N): x = slice(x)",
    "deques": "from collections import deque\nx = deque()\nfor _ in range(N): x = deque([x])",
    "default dicts": "from collections import defaultdict\nx = {}\nfor _ in range(N): x = defaultdict(int, {1: x})",
    "namespaces": "from types import SimpleNamespace as S\nx = S()\nfor _ in range(N): x = S(a=x)",
    "context variables": "import contextvars\nx = None\nfor _ in range(N): x = contextvars.ContextVar('a', default=x)",
}
USES = {
    "free": "pass",
    "compare": "y = x\nexec(BUILDER)\nx == y",
    "order": "y = x\nexec(BUILDER)\nx < y",
    "print": "repr(x), str(x)",
    "hash": "hash(x)",
    "copy": "import copy\ncopy.deepcopy(x)",
    "pickle": "import pickle\npickle.dumps(x)",
    "traceback": "import traceback\nif isinstance(x, BaseException): traceback.format_exception(x)",
    "iterate": "next(iter(x))",
    "look up": "1 in x, len(x), x[1]",
    "combine": "x | x",
    "collect": "import gc\ngc.collect()",
}


def problem(interpreter, depth, builder, use):
    """What went wrong with one use of one structure, or None."""
    text = (f"N = {depth}\nBUILDER = {BUILDERS[builder]!r}\n{BUILDERS[builder]}\n"
            "try:\n" + "".join(f"    {line}\n" for line in USES[use].splitlines()) +
            "except (RecursionError, TypeError, AttributeError, ValueError, LookupError, StopIteration, ImportError): pass\n"
            "except Exception as e:\n    if type(e).__name__ != 'PicklingError': raise\n"
            "x = y = None\nimport gc\ngc.collect()\n")
    try:
        done = subprocess.run([interpreter, "-B", "-c", text], capture_output=True, stdin=subprocess.DEVNULL, timeout=300 * SLOWNESS)
    except subprocess.TimeoutExpired:
        return "no end after 300 s"
    return done.returncode and f"status {done.returncode}: {done.stderr[-300:].decode(errors='replace')}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--depth", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("filters", nargs="*", help="parts of the names of structures and uses")
    options = parser.parse_args()
    pairs = [(b, u) for b in BUILDERS for u in USES
        if not options.filters or any(text in b or text == u for text in options.filters)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda pair: problem(options.interpreter, options.depth, *pair), pairs)
        for (builder, use), text in zip(pairs, results):
            if text:
                failed += 1
                print(f"{builder}, {use}: {text}", flush=True)
    print(f"{len(pairs) - failed} of {len(pairs)} uses of deep structures end well")
    return 1 if failed or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
