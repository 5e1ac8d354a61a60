#!/usr/bin/python3.11
"""Shows where a program begins to allocate otherwise than on the reference: for whoever looks for the cause of a difference
that run.py has found. Both interpreters run under gdb, which watches the count of generation 0 (some 1,000 changes a second).

usage: allocations.py [--interpreter PATH] [--compile] [--differences N] NAME

Needs gdb and a C compiler with the headers of libpython3.11-dev, for the layout of the reference's runtime state. Printed
are changes of the count that only one side has, and places from which on the free lists hold another number of objects
(tN: tuples of N items, L: lists, D: dicts; minipy's number minus the reference's) for at least a dozen changes.
--compile: the library's modules are compiled meanwhile.
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

import run

LAYOUT = r"""
#define Py_BUILD_CORE 1
#include <Python.h>
#include <stddef.h>
#include <internal/pycore_runtime.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_frame.h>
#define INTERPRETER(field) offsetof(_PyRuntimeState, _main_interpreter) + offsetof(PyInterpreterState, field)
int main(void) {
  printf("{\"count\": %zu, \"thread\": %zu, \"cframe\": %zu, \"frame\": %zu, \"tuples\": %zu, \"lists\": %zu, \"dicts\": %zu}",
         INTERPRETER(gc) + offsetof(struct _gc_runtime_state, generations) + offsetof(struct gc_generation, count),
         offsetof(_PyRuntimeState, gilstate) + offsetof(struct _gilstate_runtime_state, tstate_current),
         offsetof(PyThreadState, cframe), offsetof(_PyCFrame, current_frame), INTERPRETER(tuple.numfree),
         INTERPRETER(list.numfree), INTERPRETER(dict_state.numfree));
}
"""
FREE_LISTS = [f"t{i}" for i in range(1, 10)] + ["L", "D"]
LASTING = 12  # changes of the count that a difference of the free lists has to outlive


def reference_layout(folder):
    source, program = os.path.join(folder, "layout.c"), os.path.join(folder, "layout")
    with open(source, "w") as file:
        file.write(LAYOUT)
    subprocess.run(["cc", "-w", "-I/usr/include/python3.11", "-o", program, source], check=True)
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout


def tracer():
    """The tracer of run.py, which tells gdb by a signal where the program begins and ends."""
    tell = "kill(process, 10)"
    source = run.SOURCE.replace("import gc, sys\n", "import gc, sys, posix\nprocess = posix.getpid(); kill = posix.kill\n")
    source = source.replace("        exec(code, namespace)", f"        {tell}\n        exec(code, namespace)")
    return source.replace("        end = get_count()", f"        end = get_count()\n        {tell}")


def watch(kind, interpreter, blocked, path, folder, layout, cache):
    """The log of watch_count.py."""
    base, log, program = path[:-3], os.path.join(folder, kind), os.path.join(folder, "tracer.py")
    arguments = []
    if os.path.exists(base + ".args"):
        with open(base + ".args") as file:
            arguments = file.read().split()
    source = base + ".in" if os.path.exists(base + ".in") else os.devnull
    command = ["-B", program, os.path.join(folder, kind + ".events"), ",".join(blocked), path, *arguments]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0",
                   "WATCHED": kind, "WATCH_LOG": log, "WATCH_LAYOUT": layout}
    # Not in the environment of gdb, which has a Python of its own and would fill the cache.
    cached = ["-ex", f"set environment PYTHONPYCACHEPREFIX {cache}"] if cache else []
    subprocess.run(["gdb", "-nx", "-batch", *cached, "-ex", f"set args {' '.join(command)} <{source} >/dev/null", "-x",
                    os.path.join(run.HERE, "watch_count.py"), interpreter],
                   env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(log) as file:
        return [parse(line) for line in without_uncounted(list(file))]


def parse(line):
    change, place, native, held = line.rstrip("\n").split(" | ")
    return place, change.split()[0], native, [int(n) for n in held.split()]


def without_uncounted(lines):
    """Leaves out what minipy allocates without counting it: the count jumps back to what it was."""
    out = []
    for line in lines:
        if "~UncountedAllocations" in line:
            count, start = line.split()[1], len(out)
            while start and out[start - 1].split()[1] != count:
                start -= 1
            del out[start:]
        else:
            out.append(line)
    return out


def meeting_point(theirs, ours, i, j):
    """How many changes to skip on each side so that five in a row agree; None: nowhere near."""
    for skipped in range(1, 60):
        for a in range(skipped + 1):
            b = skipped - a
            run_of_five = [e[:2] for e in theirs[i + a:i + a + 5]]
            if run_of_five and run_of_five == [e[:2] for e in ours[j + b:j + b + 5]]:
                return a, b
    return None


def held_difference(a, b):
    return {name: n - m for name, m, n in zip(FREE_LISTS, a[3], b[3]) if m != n}


def report(theirs, ours, limit):
    """Prints the first differences; returns how many."""
    i = j = shown = 0
    before = {}
    while i < len(theirs) and j < len(ours) and shown < limit:
        if theirs[i][:2] != ours[j][:2]:
            shown += 1
            skip = meeting_point(theirs, ours, i, j)
            print(f"change {i}, after {theirs[i - 1][0] if i else 'the start'}:")
            for side, events in (("reference", theirs[i:i + (skip or (5, 5))[0]]), ("minipy", ours[j:j + (skip or (5, 5))[1]])):
                for place, change, native, _ in events:
                    print(f"    only {side:<9} {change} {place}  {native}")
            if not skip:
                print("    and so on: nothing agrees any more")
                return shown
            i, j = i + skip[0], j + skip[1]
            continue
        difference = held_difference(theirs[i], ours[j])
        lasts = min(LASTING, len(theirs) - i, len(ours) - j)
        if difference != before and all(held_difference(theirs[i + k], ours[j + k]) == difference for k in range(lasts)):
            shown += 1
            print(f"change {i}, {theirs[i][0]}: free lists {difference or 'agree again'}")
            before = difference
        i, j = i + 1, j + 1
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=os.path.join(run.ROOT, "build/release/minipy"))
    parser.add_argument("--compile", action="store_true", help="compile the library's modules meanwhile")
    parser.add_argument("--differences", type=int, default=8)
    parser.add_argument("name", help="as run.py --list prints it, or a file")
    options = parser.parse_args()
    path = os.path.abspath(run.programs().get(options.name, options.name))
    blocked = run.missing_modules(os.path.abspath(options.interpreter))
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        with open(os.path.join(folder, "tracer.py"), "w") as file:
            file.write(tracer())
        layout = reference_layout(folder)
        json.loads(layout)
        cache = os.path.join(folder, "empty") if options.compile else None
        sides = [pool.submit(watch, kind, interpreter, blocked, path, folder, layout, cache) for kind, interpreter in
                 (("reference", run.REFERENCE), ("minipy", os.path.abspath(options.interpreter)))]
        theirs, ours = (side.result() for side in sides)
    found = report(theirs, ours, options.differences)
    print(f"{options.name}: {len(theirs)} changes of the count on the reference, {len(ours)} on minipy"
          f"{'' if found else ', the same'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
