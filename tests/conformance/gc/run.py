#!/usr/bin/python3.11
"""Compares the collections of programs on minipy with the reference's: every collection, its generation, the counts
before it, what it collected, what it could not collect, and the counts at the end.

usage: run.py [--interpreter PATH] [--library beforehand | meanwhile] [--list] [NAME...]

Programs: programs/*.py here, and the larger ones of tests/programs/apps. Both interpreters run each program under the
same tracer (stdlib/minipy/package/gc_trace.py) from a normalised start, in two ways: both find the library's modules
compiled beforehand (a first run on the reference, which is not looked at, fills a cache of their own), and both compile them
meanwhile (in an empty cache that nobody fills), so that the compilers are compared, too. Where the reference does not do twice the same
(threads take turns otherwise each time), one of minipy's runs has to be one of the reference's. Names in known_differences.txt are
expected to differ, with the reason; one of them that agrees is reported, too, unless the reason begins with "varies". Exit status 0: all as expected.
"""
import argparse
import concurrent.futures
import importlib.util
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
REFERENCE = "/usr/bin/python3.11"
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt


def load(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(ROOT, "stdlib/minipy/package", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOURCE = load("gc_trace").SOURCE


def programs():
    found = {}
    for folder, prefix in ((os.path.join(HERE, "programs"), ""), (os.path.join(ROOT, "tests/programs/apps"), "apps/")):
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py"):
                found[prefix + file[:-3]] = os.path.join(folder, file)
    return found


def known_differences():
    known = {}
    with open(os.path.join(HERE, "known_differences.txt")) as file:
        for line in file:
            name, _, reason = line.partition("#")
            if name.strip():
                known[name.strip()] = reason.strip()
    return known


def missing_modules(interpreter):
    """Compiled modules of the reference that the interpreter does not have: neither side may use them."""
    code = "from minipy.gc_compare import missing_modules\nprint(*missing_modules())\n"
    return subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=True).stdout.split()


# Where the library's modules are found compiled, and where never.
FILLED, EMPTY = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
WAYS = {"beforehand": FILLED.name, "meanwhile": EMPTY.name}


def trace(interpreter, blocked, path, cache, options=("-B",)):
    """The lines of the trace, or None with what went wrong."""
    base = path[:-3]
    arguments = []
    if os.path.exists(base + ".args"):
        with open(base + ".args") as file:
            arguments = file.read().split()
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0",
                   "PYTHONPYCACHEPREFIX": cache}
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "events")
        source = base + ".in" if os.path.exists(base + ".in") else os.devnull
        with open(source) as stdin:
            process = subprocess.run([interpreter, *options, "-c", SOURCE, output, ",".join(blocked), path, *arguments],
                                     stdin=stdin, capture_output=True, text=True, env=environment, timeout=120 * SLOWNESS,
                                     cwd=folder)
        if not os.path.exists(output):
            return None, process.stderr
        with open(output) as file:
            return file.read().splitlines(), process.stdout


# Runs of a program that varies, at most.
ATTEMPTS = 40


def compare(interpreter, blocked, path, ways):
    """As compare_in_way(), of all these ways: the collections of all, and the first that differs."""
    collections, texts = 0, []
    for way in ways:
        count, differs, text = compare_in_way(interpreter, blocked, path, way)
        collections += count
        if differs:
            return collections, differs, f"{text} (library compiled {way})"
        if text and text not in texts:
            texts.append(text)
    return collections, 0, ", ".join(texts)


def compare_in_way(interpreter, blocked, path, way):
    """(collections of the reference, number of the first that differs or 0, text)."""
    cache = WAYS[way]
    if way == "beforehand":
        trace(REFERENCE, blocked, path, cache, options=())
    first = compare_traces(trace(REFERENCE, blocked, path, cache), trace(interpreter, blocked, path, cache))
    if not first[1]:
        return first
    ours, theirs = set(), set()
    for attempt in range(ATTEMPTS):
        for interpreter_, seen in ((REFERENCE, theirs), (interpreter, ours)):
            lines, output = trace(interpreter_, blocked, path, cache)
            seen.add((tuple(lines or ()), output))
        if attempt >= 3 and len(theirs) == 1:
            return first  # the reference does not vary
        common = ours & theirs
        if common and len(theirs) > 1:
            lines, _ = common.pop()
            return len(lines) - 1, 0, f"in one of {len(theirs)} ways that the reference was seen to go"
    return first


def compare_traces(reference, minipy):
    (theirs, their_output), (ours, our_output) = reference, minipy
    if theirs is None:
        return 0, 1, "the reference left no trace: " + their_output
    if ours is None:
        return len(theirs) - 1, 1, "no trace: " + our_output.strip()[-200:]
    for number, (a, b) in enumerate(zip(ours, theirs), 1):
        if a != b:
            return len(theirs) - 1, number, f"{a}, reference {b}"
    if len(ours) != len(theirs):
        return len(theirs) - 1, min(len(ours), len(theirs)), f"{len(ours) - 1} collections"
    if our_output != their_output:
        return len(theirs) - 1, len(theirs), "the output differs, in which finalizers and callbacks show their order"
    return len(theirs) - 1, 0, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=os.path.join(ROOT, "build/release/minipy"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--library", choices=WAYS, help="when it is compiled: only this way (otherwise both)")
    parser.add_argument("--list", action="store_true", help="only list the programs")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.interpreter = os.path.abspath(options.interpreter)
    chosen = {n: p for n, p in programs().items() if not options.names or n in options.names}
    if options.list:
        print(*chosen, sep="\n")
        return 0
    unknown = set(options.names) - set(chosen)
    if unknown:
        parser.error("no such program: " + ", ".join(sorted(unknown)))
    blocked = missing_modules(options.interpreter)
    known = known_differences()
    ways = [options.library] if options.library else list(WAYS)
    unexpected = identical = collections = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda path: compare(options.interpreter, blocked, path, ways), chosen.values())
        for name, (count, differs, text) in zip(chosen, results):
            collections += count
            identical += not differs
            if differs:
                print(f"{name:<32} {count:>4} collections  DIFFERS at {differs}: {text}")
                if name in known:
                    print(f"{'':<32} known: {known[name]}")
                else:
                    unexpected += 1
            else:
                print(f"{name:<32} {count:>4} collections  identical {text}".rstrip())
                if name in known and not known[name].startswith("varies"):
                    print(f"{'':<32} listed in known_differences.txt, but agrees: take it out")
                    unexpected += 1
    print(f"{identical} of {len(chosen)} programs identical (library compiled {' and '.join(ways)}), {collections} collections; "
          f"modules left out on both sides: {' '.join(blocked) or 'none'}")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
