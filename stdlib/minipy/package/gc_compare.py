"""`minipy gc --compare FILE`: the collections of a program on minipy and on the reference, side by side."""
import ast
import difflib
import os
import subprocess
import sys
import tempfile

from minipy import gc_trace, tool

REFERENCE = os.environ.get("MINIPY_REFERENCE", "/usr/bin/python3.11")

# What the reference has as compiled modules; asked of it, so that the answer is its own.
COMPILED = r"""
import sys, os
names = set(sys.builtin_module_names)
for folder in sys.path:
    if folder.endswith("lib-dynload"):
        names.update(file.partition(".")[0] for file in os.listdir(folder))
print(" ".join(sorted(names)))
"""


def missing_modules():
    """The compiled modules of the reference that minipy does not have: neither side may use them."""
    names = subprocess.run([REFERENCE, "-c", COMPILED], capture_output=True, text=True, check=True).stdout.split()
    missing = []
    for name in names:
        if name in sys.builtin_module_names:
            continue
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    return missing


def run(source, interpreter, blocked, program):
    """The lines that the tracer wrote (None: it came to nothing), and the completed process."""
    environment = dict(os.environ)
    environment.setdefault("PYTHONHASHSEED", "0")
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "events")
        process = subprocess.run([interpreter, "-B", "-c", source, output, ",".join(blocked), *program],
                                 capture_output=True, text=True, errors="surrogateescape", env=environment)
        try:
            with open(output) as file:
                return [ast.literal_eval(line) for line in file], process
        except OSError:
            return None, process


def trace(interpreter, blocked, program):
    """(events, end, completed process) of one interpreter."""
    lines, process = run(gc_trace.SOURCE, interpreter, blocked, program)
    if not lines:
        return None, None, process
    return [line[1:] for line in lines[:-1]], lines[-1][1], process


def calls(interpreter, blocked, program):
    """What the collections of another run called, in order: (generation, kind, name, line)."""
    return run(gc_trace.ORDER_SOURCE, interpreter, blocked, program)[0] or []


def show_event(event):
    generation, counts, collected, uncollectable = event
    return f"{generation:>3}  {'/'.join(map(str, counts)):<12}{collected:>10}{uncollectable:>8}"


HEAD = f"{'gen':>3}  {'counts':<12}{'collected':>10}{'uncoll.':>8}"


def show(ours, theirs):
    """The aligned sequences; returns the number of lines that differ."""
    width = len(HEAD)
    print(f"{'':>5}  {'minipy':<{width}}     reference")
    print(f"{'#':>5}  {HEAD}     {HEAD}")
    differing = 0
    number = 0
    matcher = difflib.SequenceMatcher(a=ours, b=theirs, autojunk=False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        for i in range(max(a_end - a, b_end - b)):
            number += 1
            left = show_event(ours[a + i]) if a + i < a_end else ""
            right = show_event(theirs[b + i]) if b + i < b_end else ""
            differing += what != "equal"
            print(f"{number:>5}  {left:<{width}}  {'=' if what == 'equal' else '!'}  {right:<{width}}".rstrip())
    return differing


MOST_CALLS = 200  # rows


def show_calls(ours, theirs):
    """Finalizers and callbacks in their order, side by side; returns whether it is the same one."""
    def text(call):
        generation, kind, name, line = call
        return f"{generation:>3}  {kind:<9} {name} (line {line})"
    if not ours and not theirs:
        return True
    width = max(len(text(call)) for call in ours + theirs)
    print(f"\n{'':>5}  {'finalizers and weak reference callbacks, in their order (of another run)'}")
    print(f"{'#':>5}  {'gen':>3}  {'minipy':<{width - 5}}     {'gen':>3}  reference")
    number = shown = hidden = 0
    matcher = difflib.SequenceMatcher(a=ours, b=theirs, autojunk=False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        for i in range(max(a_end - a, b_end - b)):
            number += 1
            if shown >= MOST_CALLS:
                hidden += 1
                continue
            shown += 1
            left = text(ours[a + i]) if a + i < a_end else ""
            right = text(theirs[b + i]) if b + i < b_end else ""
            print(f"{number:>5}  {left:<{width}}  {'=' if what == 'equal' else '!'}  {right}".rstrip())
    if hidden:
        print(f"       ... and {hidden} more")
    return ours == theirs


@tool.ending_with_children
def main(arguments):
    program = arguments
    if not os.path.isfile(program[0]):
        print(f"minipy gc: no such file: {program[0]}", file=sys.stderr)
        return 2
    if not os.access(REFERENCE, os.X_OK):
        print(f"minipy gc: the reference {REFERENCE} is not installed (package python3.11)", file=sys.stderr)
        return 2
    blocked = missing_modules()
    ours, our_end, our_process = trace(sys.executable, blocked, program)
    theirs, their_end, their_process = trace(REFERENCE, blocked, program)
    for name, events, process in (("minipy", ours, our_process), ("the reference", theirs, their_process)):
        if events is None:
            print(f"minipy gc: the program left no trace on {name} (status {process.returncode})", file=sys.stderr)
            print(process.stderr, end="", file=sys.stderr)
            return 1
    differing = show(ours, theirs)
    same_end = our_end == their_end
    print(f"{'end':>5}  counts {our_end}{' = ' if same_end else ' ! '}{their_end}")
    same_output = (our_process.stdout, our_process.returncode) == (their_process.stdout, their_process.returncode)
    if not same_output:
        print("the programs' output, in which finalizers and callbacks may show their order, differs:")
        for line in difflib.unified_diff(our_process.stdout.splitlines(), their_process.stdout.splitlines(), "minipy",
                                         "reference", lineterm="", n=1):
            print("  " + line)
        if our_process.returncode != their_process.returncode:
            print(f"  exit status {our_process.returncode}, reference {their_process.returncode}")
    same_order = show_calls(calls(sys.executable, blocked, program), calls(REFERENCE, blocked, program))
    identical = not differing and same_end and same_output and same_order
    if identical:
        print("identical")
    else:
        print(f"different: {differing} of {max(len(ours), len(theirs))} collections"
              f"{'' if same_order else ', and the order of finalizers and callbacks'}")
    return 0 if identical else 1
