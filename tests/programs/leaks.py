#!/usr/bin/python3.11
"""Run each program of this folder many times in one process: the reference total must come back to where it began.

usage: leaks.py --interpreter BINARY [--runs N] [FILTER ...]

BINARY should be a debug build (./dev build dev), whose sys.gettotalrefcount() is the sum of all reference counts; CPython's
own, python3.11-dbg, serves as a control. With a release build only the blocks are compared. A program is compiled and executed in a fresh __main__ module, with its input
and arguments, after a few runs that fill caches; between the runs everything that is meant to outlive a program
(compiled patterns, warning registries, exit functions...) is put back. What is compared after a full collection:

- the reference total: must be equal;
- the number of allocated blocks: must not grow with every run.

leaks_skipped.txt names the programs that leave something behind by what they do, and why.
"""
import sys

WARM_UPS = 32  # code that has run several times is specialised, some of it late, which changes counts once
BLOCKS_PER_RUN = 0.5  # free lists and caches make small differences; a leak makes at least one block for each run


# ---------------------------------------------------------------- inside: in the interpreter that is examined

def wait_for_threads(state):
    """Threads that are about to end still hold what they have worked on (a loop that a child's watcher tells of its end)."""
    import _thread
    import time
    for _ in range(200):
        if _thread._count() <= state["threads"]:
            return
        time.sleep(0.01)
    state["threads"] = _thread._count()  # some that stay


def reset(state):
    """Put back what the library keeps when a program has ended."""
    sys.settrace(None)
    sys.setprofile(None)
    wait_for_threads(state)
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    for name in ("last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
    # The program's own modules are imported anew by the next run; those of the library stay.
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name != "__main__" and isinstance(file, str) and file.startswith(state["folder"]):
            del sys.modules[name]
    for name, function in state["sys"].items():
        setattr(sys, name, function)
    sys.setrecursionlimit(state["recursion limit"])
    sys.path[:] = state["path"]
    sys.path_importer_cache.clear()
    library = sys.modules
    if "atexit" in library:
        library["atexit"]._run_exitfuncs()
    if "warnings" in library:
        library["warnings"].filters[:] = state["filters"]
        library["warnings"]._filters_mutated()
    if "subprocess" in library:
        # Children that nobody has waited for: which of them have ended by now is chance.
        for child in list(library["subprocess"]._active):
            child.wait()
        child = None
        library["subprocess"]._cleanup()
    if "zipimport" in library:
        library["zipimport"]._zip_directory_cache.clear()
    for module, cleaner in (("re", "purge"), ("linecache", "clearcache"), ("struct", "_clearcache")):
        if module in library:
            getattr(library[module], cleaner)()
    if "typing" in library:
        for cleaner in library["typing"]._cleanups:
            cleaner()
    for module in list(library.values()):
        registry = getattr(module, "__dict__", {}).get("__warningregistry__")
        if registry:
            registry.clear()
        for value in list(getattr(module, "__dict__", {}).values()):
            if type(value).__name__ == "_lru_cache_wrapper" and callable(getattr(value, "cache_clear", None)):
                value.cache_clear()
    if "_abc" in library:
        for cls in object.__subclasses__():
            if isinstance(cls, library["abc"].ABCMeta):
                library["_abc"]._reset_caches(cls)
    sys._clear_type_cache()
    gc = library["gc"]
    gc.set_debug(0)
    gc.set_threshold(*state["threshold"])
    gc.enable()
    gc.garbage.clear()
    gc.callbacks.clear()
    gc.collect()
    gc.collect()


def run_once(text, path, arguments, stdin, state):
    import io
    import types
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = __builtins__
    saved = sys.modules["__main__"]
    sys.modules["__main__"] = main
    sys.argv[:] = [path, *arguments]
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    try:
        exec(compile(text, path, "exec", dont_inherit=True), main.__dict__)
    except SystemExit:
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.modules["__main__"] = saved
    del main
    reset(state)


def inside(report, path, runs, arguments):
    import gc
    import os
    with open(path, "rb") as file:
        text = file.read()
    try:
        with open(path[:-3] + ".in", "rb") as file:
            stdin = file.read()
    except FileNotFoundError:
        stdin = b""
    import _thread
    import warnings
    state = {
        "folder": os.getcwd() + "/", "threshold": gc.get_threshold(), "path": list(sys.path), "filters": list(warnings.filters),
        "recursion limit": sys.getrecursionlimit(), "threads": _thread._count(),
        "sys": {name: getattr(sys, name) for name in ("excepthook", "displayhook", "unraisablehook")},
    }
    total_references = getattr(sys, "gettotalrefcount", int)

    def snapshot():
        gc.collect()
        return total_references(), sys.getallocatedblocks()

    def measure(runs):
        sys._getframe()  # programs that look at their callers make this frame's object, which must not count as theirs
        _ = None
        before = snapshot()
        for _ in range(runs):
            run_once(text, path, arguments, stdin, state)
        after = snapshot()
        return after[0] - before[0], after[1] - before[1]

    for _ in range(WARM_UPS):
        measure(1)
    own = measure(0)  # what two snapshots cost by themselves
    difference = measure(runs)
    print(difference[0] - own[0], difference[1] - own[1], file=report, flush=True)


# ---------------------------------------------------------------- outside: one process for each program

def outside():
    import argparse
    import concurrent.futures
    import os
    import shlex
    import subprocess
    import tempfile
    from pathlib import Path

    here = Path(__file__).resolve().parent
    sys.path.insert(0, str(here))
    from run import environment, find_programs, known_failures

    def words_of(program):
        """The options of the interpreter and the arguments of the program; None when it is not run as a file."""
        try:
            words = shlex.split(program.path.with_suffix(".args").read_text())
        except FileNotFoundError:
            return [], []
        if "-m" in words:
            return None
        if "{}" not in words:
            return [], words
        place = words.index("{}")
        return words[:place], words[place + 1:]

    def examine(program):
        options, arguments = words_of(program)
        with tempfile.TemporaryDirectory(prefix="leaks-") as tmp, tempfile.TemporaryFile() as report:
            command = [options_.interpreter, *options, str(Path(__file__).resolve()), "--inside", str(report.fileno()),
                program.path.name, str(options_.runs), *arguments]
            try:
                done = subprocess.run(command, cwd=program.path.parent, env=environment(tmp), stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[report.fileno()],
                    timeout=options_.timeout)
            except subprocess.TimeoutExpired:
                return f"no end after {options_.timeout} s"
            report.seek(0)
            numbers = report.read().split()
        if len(numbers) != 2:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
            return f"status {done.returncode}: {' / '.join(last)}"
        references, blocks = map(int, numbers)
        if references or blocks >= max(2, BLOCKS_PER_RUN * options_.runs):
            return f"{references:+} references, {blocks:+} blocks in {options_.runs} runs"
        return None

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--runs", type=int, default=5, help="how often, after the warm-up (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one program (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--skipped", default=here / "leaks_skipped.txt", help="the ledger (default: %(default)s)")
    parser.add_argument("filters", nargs="*")
    options_ = parser.parse_args()
    options_.interpreter = os.path.abspath(options_.interpreter)
    skipped = known_failures(options_.skipped)
    programs = [p for p in find_programs(options_.filters) if p.name not in skipped and words_of(p) is not None]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options_.jobs) as pool:
        for program, problem in zip(programs, pool.map(examine, programs)):
            if problem:
                failed += 1
                print(f"{program.name}: {problem}", flush=True)
    print(f"{len(programs) - failed} of {len(programs)} programs leave nothing behind in {options_.runs} runs")
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        with open(int(sys.argv[2]), "w") as report:
            inside(report, sys.argv[3], int(sys.argv[4]), sys.argv[5:])
    else:
        sys.exit(outside())
