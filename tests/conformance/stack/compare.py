#!/usr/bin/env python3
"""The value stack before every instruction, compared with CPython's own account of it.

CPython's debug build (package python3.11-dbg) prints the stack and the instruction at every step of code whose globals
have `__lltrace__`. `minipy dis --trace --json` writes the same for minipy. Both run each program of programs/; the two sequences
must be the same: offset, instruction, and the repr of every value on the stack.

The debug build specialises (PEP 659) while it prints, the recorder shows general forms. So a line that names a
specialised form stands for the general one, and a form that does the work of two instructions for both:
  X_ADAPTIVE followed by another form of the same instruction    one step
  A__B                                                           A, then B
  PRECALL_NO_KW_..., PRECALL_BUILTIN_...                         PRECALL, then CALL
  COMPARE_OP_..._JUMP                                            COMPARE_OP, then the jump
  BINARY_OP_INPLACE_ADD_UNICODE                                  BINARY_OP, then STORE_FAST
  EXTENDED_ARG_QUICK                                             EXTENDED_ARG, then what it extends
  PRECALL_NO_KW_LIST_APPEND                                      PRECALL, CALL, POP_TOP
It prints nothing of a frame that throw() or close() has entered until a call from there has returned.
"""

import argparse
import json
import opcode
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEBUG_BUILD = "/usr/bin/python3.11-dbg"
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
DRIVER = """
import os, sys
path = sys.argv[1]
with open(path) as f:
    source = f.read()
sys.stdout = open(os.devnull, "w")
exec(compile(source, path, "exec"), {"__name__": "__main__", "__lltrace__": 1})
"""
INSTRUCTION = re.compile(r"(\d+): ([A-Z_0-9]+)(?: (\d+))?$")
ADDRESS = re.compile(r"0x[0-9a-f]+")
GENERAL = {form: general for general, forms in opcode._specializations.items() for form in forms}
GOES_ON_IN_CALL = {"PRECALL", "PRECALL_ADAPTIVE", "PRECALL_BOUND_METHOD", "PRECALL_PYFUNC"}


def expected_steps(program):
    """[(offset, form, stack)] as the debug build prints them."""
    environment = dict(os.environ, PYTHONHASHSEED="0")
    run = subprocess.run([DEBUG_BUILD, "-I", "-c", DRIVER, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=environment, stdin=subprocess.DEVNULL, timeout=300 * SLOWNESS)
    steps, stack = [], None
    for line in run.stdout.decode(errors="replace").split("\n"):
        if line.startswith("    stack=["):
            stack = line[len("    stack=["):-1]
            continue
        found = INSTRUCTION.match(line)
        if found and stack is not None:
            steps.append((int(found[1]), found[2], ADDRESS.sub("0x", stack)))
            stack = None
    return steps, run.stderr.decode(errors="replace")


def recorded_steps(interpreter, program):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as trace:
        environment = dict(os.environ, PYTHONHASHSEED="0")
        run = subprocess.run([interpreter, "dis", "--trace", "--json", "-o", trace.name, program], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=environment, stdin=subprocess.DEVNULL, timeout=300 * SLOWNESS)
        steps = []
        entered = 0  # the frame that was entered by an exception
        last = {"frame": 0, "depth": 0}
        for line in trace:
            step = json.loads(line)
            if step["frame"] != last["frame"]:
                if step["raised"] and step["depth"] > last["depth"]:
                    entered = step["frame"]
                elif step["frame"] != entered:
                    entered = 0
            last = step
            if step["frame"] == entered:
                continue
            stack = ", ".join("<nil>" if v is None else v["repr"] for v in step["stack"])
            steps.append((step["offset"], step["opcode"], ADDRESS.sub("0x", stack), step["line"]))
    return steps, run.stderr.decode(errors="replace")


def general_form(form):
    if "__" in form:
        form = form.split("__")[0]
    if form.endswith("_QUICK"):
        form = form[:-len("_QUICK")]
    if form.endswith("_ADAPTIVE"):
        form = form[:-len("_ADAPTIVE")]
    return GENERAL.get(form, form)


def also_does_the_next(form):
    return ("__" in form or form in ("BINARY_OP_INPLACE_ADD_UNICODE", "EXTENDED_ARG_QUICK")
            or (form.startswith("PRECALL") and form not in GOES_ON_IN_CALL)
            or (form.startswith("COMPARE_OP_") and form.endswith("_JUMP")))


def compare(expected, recorded):
    """None, or what differs first."""
    at = 0
    for i, (offset, form, stack) in enumerate(expected):
        if form.endswith("_ADAPTIVE") and i + 1 < len(expected) and expected[i + 1][0] == offset \
                and general_form(expected[i + 1][1]) == general_form(form) and expected[i + 1][2] == stack:
            continue
        if at >= len(recorded):
            return f"step {at}: nothing is recorded, expected {offset} {form} [{stack}]"
        ours = recorded[at]
        if (offset, general_form(form), stack) != ours[:3]:
            return (f"step {at}, line {ours[3]}:\n    expected {offset} {general_form(form)} [{stack}]\n"
                    f"    recorded {ours[0]} {ours[1]} [{ours[2]}]")
        at += 1
        if also_does_the_next(form):
            # Unless it gave up halfway and went on in the general form, which is printed then.
            following = expected[i + 1][0] if i + 1 < len(expected) else None
            for _ in range(2 if form == "PRECALL_NO_KW_LIST_APPEND" else 1):
                if at < len(recorded) and following != recorded[at][0]:
                    at += 1
    if at < len(recorded):
        return f"step {at}: recorded {recorded[at][0]} {recorded[at][1]}, the debug build has ended"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--quick", action="store_true", help="every fourth program")
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    if not os.path.exists(DEBUG_BUILD):
        print(f"skipped: no {DEBUG_BUILD} (package python3.11-dbg)")
        return 77
    folder = os.path.join(HERE, "programs")
    programs = options.programs or sorted(os.path.join(folder, p) for p in os.listdir(folder) if p.endswith(".py"))
    if options.quick:
        programs = programs[::4]
    differ = total = 0
    for program in programs:
        expected, their_errors = expected_steps(program)
        recorded, our_errors = recorded_steps(options.interpreter, program)
        difference = compare(expected, recorded)
        if not expected:
            difference = "the debug build printed no step: " + their_errors[-300:]
        total += len(recorded)
        name = os.path.basename(program)
        if difference:
            differ += 1
            print(f"{name:28} {len(recorded):7} steps  DIFFERS at {difference}")
        else:
            print(f"{name:28} {len(recorded):7} steps  equal")
    print(f"{len(programs) - differ} of {len(programs)} programs equal, {total} steps")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
