#!/usr/bin/python3.11
"""Runs CPython's own test files under minipy and compares, case by case, with what the reference makes of them.

A case counts if the reference passes it. It must pass under minipy, or stand in ledger.txt with the reason why it does not:

    test.test_syntax.SyntaxTestCase.test_x | reason
    test.test_buffer.* | reason that holds for all cases so named
    test.test_threading.ThreadTests.test_y | flaky: passes or not

Reported are failures that the ledger does not list and listed cases that pass (exit status 1). The reference's outcomes are remembered in build/conformance. What the test files print is in
build/conformance/cpython/NAME.log, all outcomes with their messages in NAME.json beside it.

NAMES are test_int, test_json, test_json.test_dump, or sets of files from files.txt: `quick` (what ctest runs), `frontend`, `core`, `library`. With
none, every file of files.txt is run.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
REFERENCE = "/usr/bin/python3.11"
LIBRARY_TESTS = Path("/usr/lib/python3.11/test")
LEDGER = HERE / "ledger.txt"
RESTARTS = 30  # of a file whose cases crash or hang
RANK = {"pass": 0, "skip": 1, "fail": 2, "error": 3, "timeout": 4, "crash": 5}



def environment(folder):
    return {"PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
            "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}


def set_limits(memory, stack):
    """`memory`: GiB of address space, 0: any. `stack`: MiB of the main thread's, 0: as it is."""
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory << 30, memory << 30))
    if stack:
        resource.setrlimit(resource.RLIMIT_STACK, (stack << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_once(interpreter, module, left_out, log, options, deadline):
    """Yield the events [event, id, detail] of one process; at last ["end", "", ""] or [how, "", message] if it stopped before."""
    with tempfile.TemporaryDirectory(prefix="cpython-test-", ignore_cleanup_errors=True) as folder:
        # The file is outside the folder where the tests run: some look at what is there.
        with tempfile.NamedTemporaryFile("w", prefix="cpython-left-out-") as listing:
            listing.write("\n".join(left_out))
            listing.flush()
            reading, writing = os.pipe()
            process = subprocess.Popen(
                [interpreter, "-B", str(HERE / "run_cases.py"), module, str(writing), options.resources, listing.name],
                cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[writing],
                start_new_session=True, preexec_fn=lambda: set_limits(options.memory, options.stack))
            os.close(writing)
            try:
                yield from events(process, reading, options.case_timeout, deadline)
            finally:
                os.close(reading)
                try:
                    os.killpg(process.pid, signal.SIGKILL)  # it is a session of its own: children that tests left go, too
                except ProcessLookupError:
                    pass
                process.wait()


def events(process, reading, case_timeout, deadline):
    pending = b""
    last = time.monotonic()
    while True:
        wait = min(last + case_timeout, deadline) - time.monotonic()
        if wait <= 0 or not select.select([reading], [], [], wait)[0]:
            yield ["timeout", "", f"no answer after {time.monotonic() - last:.0f} s"]
            return
        data = os.read(reading, 1 << 16)
        last = time.monotonic()
        if not data:
            try:
                status = process.wait(20)
            except subprocess.TimeoutExpired:
                status = "none"
            yield ["crash", "", f"the process ended with status {status}"]
            return
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            yield event
            if event[0] in ("end", "import"):
                return


def run_module(interpreter, module, options):
    """Run a test module, again and again if cases crash. Return {"cases": {id: [outcome, detail]}, "notes": [...], "seconds": s}."""
    cases, notes = {}, []
    start = time.monotonic()
    deadline = start + options.timeout
    log_path = options.output / (module.removeprefix("test.") + (".reference" if interpreter == REFERENCE else "") + ".log")

    def record(case, outcome, detail):
        old = cases.get(case)
        if old is None or RANK[outcome] > RANK[old[0]]:
            cases[case] = [outcome, detail]

    with open(log_path, "wb") as log:
        for _ in range(RESTARTS):
            current = None
            for event, case, detail in run_once(interpreter, module, cases, log, options, deadline):
                if event == "start":
                    current = case
                elif event in ("crash", "timeout"):
                    if current is None or current in cases:
                        notes.append(f"{event} between cases: {detail}")
                    else:
                        record(current, event, detail)
                elif event == "import":
                    notes.append(f"import: {detail}")
                elif event == "holder":
                    notes.append(f"{case}: {detail}")
                elif event != "end":
                    record(case, event, detail)
            done = event in ("end", "import") or current is None
            if done or time.monotonic() > deadline:
                break
    return {"cases": cases, "notes": notes, "seconds": round(time.monotonic() - start, 1)}


def reference_outcomes(module, options):
    """What the reference makes of the module, from the cache if the files that say so have not changed."""
    key = hashlib.sha256((HERE / "run_cases.py").read_bytes() + options.resources.encode())
    path = LIBRARY_TESTS.joinpath(*module.split(".")[1:])
    for file in [path.with_suffix(".py")] if not path.is_dir() else sorted(path.rglob("*.py")):
        key.update(file.read_bytes())
    cache = options.output / (module.removeprefix("test.") + ".reference.json")
    if cache.exists():
        known = json.loads(cache.read_text())
        if known["key"] == key.hexdigest():
            return known
    result = run_module(REFERENCE, module, options)
    result["key"] = key.hexdigest()
    write(cache, result)
    return result


def write(path, result):
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_text(json.dumps(result, indent=0))
    temporary.replace(path)


def read_table(path):
    """Lines "key | value" of a file."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        key, bar, value = line.partition(" | ")
        if bar and not line.startswith("#"):
            rows.append((key.strip(), value.strip()))
    return rows


class Ledger:
    def __init__(self, path):
        self.exact, self.patterns, self.lock = {}, [], threading.Lock()
        for case, reason in read_table(path):
            if "*" in case:
                self.patterns.append((case, reason))
            else:
                self.exact[case] = reason

    def update(self, module, found):
        """Make the file say of the module's cases what has been found. Lines of other modules stay, and patterns without a passing case."""
        with self.lock:
            lines = LEDGER.read_text(encoding="utf-8").splitlines()
            passing = [case for case, reason in found.items() if reason is None]
            stale = {pattern for pattern, _ in self.patterns if fnmatch.filter(passing, pattern)}
            valid = [pattern for pattern, _ in self.patterns if pattern not in stale]
            kept = [line for line in lines
                    if found.get(line.partition(" | ")[0], "") is not None and line.partition(" | ")[0] not in stale]
            listed = {line.partition(" | ")[0] for line in kept}
            kept += [f"{case} | {reason}" for case, reason in found.items()
                     if reason and case not in listed and not any(fnmatch.fnmatchcase(case, pattern) for pattern in valid)]
            head = [line for line in kept if line.startswith("#")]
            LEDGER.write_text("\n".join(head + sorted(set(kept) - set(head))) + "\n", encoding="utf-8")

    def reason(self, case):
        if case in self.exact:
            return self.exact[case]
        for pattern, reason in self.patterns:
            if fnmatch.fnmatchcase(case, pattern):
                return reason
        return None


def short_reason(outcome, detail):
    detail = detail.partition("] ")[2] if detail.startswith("[") else detail  # without line numbers
    return f"{outcome}: {detail}".replace("\n", " ").replace(" | ", " ")[:160]


def compare(module, options, ledger):
    """Run a module under both. Return its row of the table and the lines that tell what is unexpected, equal causes together."""
    theirs = reference_outcomes(module, options)
    ours = run_module(options.interpreter, module, options)
    write(options.output / (module.removeprefix("test.") + ".json"), ours)
    row = collections.Counter()
    lines = []
    groups = {}
    found = {}  # for the ledger: case -> why it does not pass, None if it passes
    for case, (outcome, _) in theirs["cases"].items():
        if outcome != "pass":
            continue
        row["total"] += 1
        got, detail = ours["cases"].get(case, ["not run", ""])
        reason = ledger.reason(case)
        found[case] = None if got == "pass" else ledger.exact.get(case) or short_reason(got, detail or "; ".join(ours["notes"]))
        if got == "pass":
            row["passed"] += 1
            if reason and not reason.startswith("flaky"):
                row["unexpected"] += 1
                groups.setdefault(("passes now", "take it out of ledger.txt"), []).append(case)
        elif reason:
            row["ledger"] += 1
        else:
            row["unexpected"] += 1
            groups.setdefault((got, detail), []).append(case)
    for (got, detail), same in groups.items():
        if got == "not run":
            detail = "; ".join(ours["notes"])
        lines.append(f"{got.upper()} {same[0]}{f' and {len(same) - 1} others' if same[1:] else ''}: "
                     f"{detail if options.verbose else detail[:300]}")
    for case, (outcome, detail) in ours["cases"].items():
        if outcome in ("crash", "timeout") and theirs["cases"].get(case, ["none"])[0] not in ("pass", outcome) and not ledger.reason(case):
            row["unexpected"] += 1
            lines.append(f"{outcome.upper()} {case}: {detail} (the reference: {theirs['cases'].get(case, ['does not run it'])[0]})")
    if not row["total"]:
        lines.append(f"nothing to compare: {'; '.join(theirs['notes'])}")
    row["seconds"], row["reference seconds"] = ours["seconds"], theirs["seconds"]
    if options.record:
        ledger.update(module, found)
    return row, lines


def modules_named(names):
    """Modules for names of files and sets of files.txt (NAME | set set ...)."""
    table = read_table(HERE / "files.txt")
    if not names:
        return ["test." + name for name, _ in table]
    found = []
    for name in names:
        members = [file for file, sets in table if name in sets.split()]
        if not members:
            path = LIBRARY_TESTS.joinpath(*name.split("."))
            if not path.is_dir() and not path.with_suffix(".py").exists():
                sys.exit(f"run.py: there is no test file or set {name}")
            members = [name]
        found += [f"test.{member}" for member in members if f"test.{member}" not in found]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=str(ROOT / "build/release/minipy"))
    parser.add_argument("--output", type=Path, default=ROOT / "build/conformance/cpython", help="folder for logs and outcomes")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--case-timeout", type=float, default=120, help="seconds that one case may take")
    parser.add_argument("--timeout", type=float, default=900, help="seconds that one file may take")
    parser.add_argument("--memory", type=int, default=6, metavar="GIB",
                        help="address space of a process; mimalloc reserves 1 GiB, AddressSanitizer needs 0 (no limit)")
    parser.add_argument("--stack", type=int, default=0, metavar="MIB",
                        help="the main thread's stack (default: as it is; the sanitizers' frames are several times as large)")
    parser.add_argument("--resources", default="", help="regrtest's resources to enable, such as cpu,walltime")
    parser.add_argument("--record", action="store_true", help="change ledger.txt to what has been found (then edit the reasons)")
    parser.add_argument("--verbose", action="store_true", help="whole messages")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    options.interpreter = os.path.abspath(options.interpreter)
    options.output.mkdir(parents=True, exist_ok=True)
    modules = modules_named(options.names)
    ledger = Ledger(LEDGER)
    rows = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = {pool.submit(compare, module, options, ledger): module for module in modules}
        for done, future in enumerate(concurrent.futures.as_completed(futures), 1):
            module = futures[future]
            rows[module], lines = future.result()
            print(f"[{done}/{len(modules)}] {module} {rows[module]['passed']}/{rows[module]['total']}", flush=True)
            for line in lines:
                print("   ", line.replace("\n", "\n      "), flush=True)
    print(f"\n{'file':40} {'passed':>7} {'total':>7} {'ledger':>7} {'unexpected':>10} {'seconds':>8} {'reference':>9}")
    total = collections.Counter()
    for module in modules:
        total.update(rows[module])
        print_row(module.removeprefix("test."), rows[module])
    print_row(f"all {len(modules)}", total)
    return 1 if total["unexpected"] else 0


def print_row(name, row):
    print(f"{name:40} {row['passed']:7} {row['total']:7} {row['ledger']:7} {row['unexpected']:10} {row['seconds']:8.1f} "
          f"{row['reference seconds']:9.1f}")


if __name__ == "__main__":
    sys.exit(main())
