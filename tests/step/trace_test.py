#!/usr/bin/python3.11
"""Traces of programs that misbehave: they end as they end without, and what was recorded is whole.

usage: trace_test.py MINIPY
"""
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MINIPY = os.path.abspath(sys.argv.pop(1))
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.trace = os.path.join(self.folder.name, "trace.jsonl")
        self.program = os.path.join(self.folder.name, "program.py")

    def write(self, source):
        with open(self.program, "w") as f:
            f.write(source)

    def plain(self, *options):
        return subprocess.run([MINIPY, *options, self.program], capture_output=True, timeout=120 * SLOWNESS, stdin=subprocess.DEVNULL)

    def traced(self, *options):
        return subprocess.run([MINIPY, "dis", "--trace", "--json", "-o", self.trace, *options, self.program], capture_output=True,
                              timeout=120 * SLOWNESS, stdin=subprocess.DEVNULL)

    def steps(self):
        with open(self.trace) as f:
            steps = [json.loads(line) for line in f]
        self.assertEqual([s["step"] for s in steps], list(range(len(steps))))
        return steps

    def same(self, source):
        """Runs the program both ways; returns the steps."""
        self.write(source)
        plain, traced = self.plain(), self.traced()
        self.assertEqual((plain.returncode, plain.stdout, plain.stderr), (traced.returncode, traced.stdout, traced.stderr))
        return self.steps()


class Endings(Case):
    def test_value_returned(self):
        self.assertEqual(len(self.same("x = 1\n")), 5)

    def test_syntax_error(self):
        self.assertEqual(self.same("x = 1\ndef f(:\n"), [])

    def test_exception(self):
        steps = self.same("def f():\n    raise ValueError('x')\nf()\n")
        self.assertEqual(steps[-1]["opcode"], "RAISE_VARARGS")

    def test_exits(self):
        for code in ("import sys; sys.exit(3)", "import os; os._exit(4)", "raise SystemExit('message')",
                     "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
                     "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
                     "raise KeyboardInterrupt", "import os; os.abort()"):
            with self.subTest(code):
                steps = self.same(f"y = 5\nfor i in range(3): y += i\n{code}\n")
                self.assertGreater(len(steps), 20)
                # The call that ended it, if it was one, is the last thing recorded.
                self.assertEqual(steps[-1]["line"], 3)

    def test_no_code(self):
        self.assertEqual(len(self.same("")), 3)

    def test_missing_program(self):
        traced = self.traced()
        self.assertEqual(traced.returncode, 2)
        self.assertIn(b"can't open file", traced.stderr)

    def test_recursion(self):
        steps = self.same("def f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError as e: print(e)\n")
        self.assertGreater(max(s["depth"] for s in steps), 900)

    def test_megabytes(self):
        steps = self.same("for i in range(200):\n    print('x' * 20000)\n")
        self.assertGreater(len(steps), 1500)


class Interrupted(Case):
    # Short sleeps: a signal that comes just before a sleep begins is noticed when that ends.
    SLEEPER = ("import sys, time\ntry:\n    for i in range(10): x = i\n    print('ready', flush=True)\n"
               "    while True: time.sleep(0.01)\nfinally:\n    print('finally', flush=True)\n")

    def start(self, source):
        self.write(source)
        run = subprocess.Popen([MINIPY, "dis", "--trace", "--json", "-o", self.trace, self.program], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True)
        self.assertEqual(run.stdout.readline(), b"ready\n")
        return run

    def test_interrupt_of_the_group(self):
        run = self.start(self.SLEEPER)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60 * SLOWNESS)
        self.assertEqual(run.returncode, -signal.SIGINT)
        self.assertEqual(out, b"finally\n")
        self.assertIn(b"KeyboardInterrupt", err)
        steps = self.steps()
        self.assertTrue(any(s["raised"] == "KeyboardInterrupt()" for s in steps))
        self.assertEqual(steps[-1]["opcode"], "RERAISE")

    def test_interrupt_of_the_viewer(self):
        run = self.start(self.SLEEPER)
        os.kill(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60 * SLOWNESS)
        self.assertEqual((run.returncode, out), (-signal.SIGINT, b"finally\n"))
        self.steps()

    def test_kill(self):
        run = self.start(self.SLEEPER)
        # What is recorded reaches the file while the program sleeps.
        for _ in range(600):
            with open(self.trace, "rb") as f:
                text = f.read()
            if b"time.sleep" in text or b'"sleep"' in text:
                break
            time.sleep(0.1)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=60 * SLOWNESS)
        self.assertEqual(run.returncode, -signal.SIGKILL)
        lines = text.split(b"\n")
        self.assertGreater(len(lines), 60)
        self.assertEqual(json.loads(lines[-2])["step"], len(lines) - 2)


class Processes(Case):
    def test_fork(self):
        steps = self.same("""
import os, sys
def f(x): return x + 1
pid = os.fork()
if pid == 0:
    f(1); f(2); f(3)
    print('child', flush=True)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
""")
        self.assertFalse(any(s["function"] == "f" for s in steps))
        self.assertEqual(steps[-1]["opcode"], "RETURN_VALUE")

    def test_subprocess(self):
        self.same("import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(6 * 7)'],"
                  " capture_output=True, text=True).stdout)\n")

    def test_threads(self):
        steps = self.same("""
import threading
def work(out):
    for i in range(50):
        out.append(i)
lists = [[] for _ in range(4)]
threads = [threading.Thread(target=work, args=(l,)) for l in lists]
for t in threads: t.start()
for t in threads: t.join()
print(lists == [list(range(50))] * 4)
""")
        work = [s for s in steps if s["function"] == "work"]
        self.assertEqual(len({s["thread"] for s in work}), 4)
        for thread in {s["thread"] for s in work}:
            own = [s for s in work if s["thread"] == thread]
            self.assertEqual(sum(s["opcode"] == "FOR_ITER" for s in own), 51)

    def test_signal_handler(self):
        self.same("import signal, os\ndef h(n, f): print('caught', n)\nsignal.signal(signal.SIGUSR1, h)\n"
                  "for i in range(5):\n    os.kill(os.getpid(), signal.SIGUSR1)\n")


class Untouched(Case):
    def test_hostile_objects(self):
        steps = self.same("""
class Hostile:
    def __init__(self): self.a = 1
    def __repr__(self): print('repr'); raise SystemExit
    def __getattribute__(self, n): print('getattribute', n); return object.__getattribute__(self, n)
    def __eq__(self, o): print('eq'); return True
    def __hash__(self): print('hash'); return 1
    def __bool__(self): print('bool'); return True
    def __len__(self): print('len'); return 3
    def __iter__(self): print('iter'); return iter(())
    @property
    def __class__(self): print('class'); return int
    def __del__(self): print('del')
class Meta(type):
    def __repr__(self): print('meta repr')
    def __getattribute__(self, n): print('meta', n); return type.__getattribute__(self, n)
class WithMeta(metaclass=Meta):
    __slots__ = ('p',)
class Text(str):
    def __repr__(self): print('text repr')
class Map(dict):
    def __getitem__(self, k): print('getitem')
    def __iter__(self): print('map iter')
h = Hostile()
x = [h, {1: h}, (h,)]
t = Text('abc')
m = Map(a=h)
w = WithMeta()
def f(a, b):
    return a
f(h, x)
del h, x, m
""")
        shown = {v["repr"] for s in steps for v in s["stack"] if v}
        self.assertTrue(any(re.fullmatch(r"<__main__.Hostile object at 0x[0-9a-f]+>", r) for r in shown))

    def test_counts_and_collections(self):
        self.same("""
import gc, sys
events = []
gc.callbacks.append(lambda phase, info: events.append((phase, info['generation'], info['collected'])))
gc.collect()
class Node:
    def __init__(self): self.me = self
    def __del__(self): events.append('del')
def work(n):
    out = []
    for i in range(n):
        a = Node()
        b = [a, {i: a}]
        out.append((sys.getrefcount(a), sys.getrefcount(b), sys.getrefcount(out)))
    return out
print(work(1500)[-3:])
def gen():
    for i in range(3):
        yield sys.getrefcount(i), sys.getrefcount([])
print(list(gen()))
print(events)
print(gc.get_count(), gc.get_stats())
""")

    def test_python_tracing(self):
        self.same("""
import sys
lines = []
def tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    lines.append((frame.f_code.co_name, event, frame.f_lineno, frame.f_lasti))
    return tracer
def f(n):
    try:
        for i in range(n):
            yield i
        raise ValueError
    except ValueError:
        pass
sys.settrace(tracer)
list(f(3))
sys.settrace(None)
calls = []
sys.setprofile(lambda frame, event, arg: calls.append((frame.f_code.co_name, event)))
sorted([3, 1], key=lambda v: v)
sys.setprofile(None)
for l in lines: print(l)
print(calls)
""")


class Corpus(Case):
    # gc_/long_chains is left out: its trace has more than a gigabyte.
    PROGRAMS = ("builtins/functions_a_to_h", "builtins/class_functions", "builtins/singletons", "str/methods",
                "generators/*", "exceptions/*", "threads/*", "gc_/[!l]*", "coroutines/*")

    def test_programs(self):
        folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "programs")
        paths = [p for pattern in self.PROGRAMS for p in sorted(glob.glob(f"{folder}/{pattern}.py"))[:4]]
        self.assertGreater(len(paths), 15)
        environment = dict(os.environ, PYTHONHASHSEED="0")
        for path in paths:
            runs = [subprocess.run([MINIPY, *words, os.path.basename(path)], cwd=os.path.dirname(path), capture_output=True,
                                   stdin=subprocess.DEVNULL, env=environment)
                    for words in ([], ["dis", "--trace", "-o", "/dev/null"])]
            with self.subTest(os.path.relpath(path, folder)):
                self.assertEqual(runs[0].returncode, runs[1].returncode)
                self.assertEqual(runs[0].stdout, runs[1].stdout)
                self.assertEqual(runs[0].stderr, runs[1].stderr)


class Record(Case):
    def test_fields(self):
        steps = self.same("def f(a):\n    b = [a, 'x']\n    return b\nf(1.5)\n")
        store = next(s for s in steps if s["function"] == "f" and s["opcode"] == "STORE_FAST")
        (value,) = store["stack"]
        self.assertEqual((value["type"], value["repr"], value["refs"]), ("list", "[1.5, 'x']", 1))
        self.assertEqual((store["line"], store["column"], store["end_column"], store["argument"], store["argument_text"]),
                         (2, 4, 5, 1, "b"))
        after = steps[store["step"] + 1]
        self.assertEqual(after["changed"]["b"]["repr"], "[1.5, 'x']")
        self.assertEqual(after["stack"], [])
        last = steps[-3]
        self.assertEqual(last["left"], [{"function": "f", "how": "returned", "value": after["changed"]["b"]}])

    def test_changes_through_other_references(self):
        steps = self.same("a = [1]\nb = {'k': a}\na.append(2)\na[0] = b\nb['k'] = None\n")
        reprs = [v["repr"] for s in steps for v in s["stack"] if v and v["type"] in ("list", "dict")]
        self.assertIn("{'k': [1, 2]}", reprs)
        self.assertIn("{'k': [{...}, 2]}", reprs)

    def test_library_code(self):
        source = "import bisect, textwrap\ntextwrap.shorten('a b c d e', 5)\n"
        self.assertEqual({os.path.basename(s["file"]) for s in self.same(source)}, {"program.py"})
        self.write(source)
        self.assertEqual(self.traced("--library").returncode, 0)
        self.assertIn("textwrap.py", {os.path.basename(s["file"]) for s in self.steps()})

    def test_chunks(self):
        # More steps than a chunk holds, with values that outlive chunks.
        steps = self.same("kept = ['start', [1, 2]]\ndef f(n, local):\n    for i in range(n):\n        local.append(i)\n"
                          "        if len(local) > 5: local.clear()\n    return local\nf(5000, [])\nkept\n")
        self.assertGreater(len(steps), 60000)
        # Only what really changed is told as changed.
        for s in steps[100:-10]:
            self.assertLessEqual(set(s["changed"]), {"i"}, s)
        self.assertEqual(steps[-3]["stack"], steps[-3]["stack"])
        self.assertEqual([v["repr"] for v in steps[-3]["stack"]], ["['start', [1, 2]]"])

    def test_text(self):
        self.write("x = 'line\\nbreak'\nprint(x)\n")
        # What the program writes stands where it is written; a buffered line would be written at the end.
        run = subprocess.run([MINIPY, "dis", "--trace", self.program], capture_output=True, timeout=60 * SLOWNESS,
                             env=os.environ | {"PYTHONUNBUFFERED": "1"})
        lines = run.stdout.decode().split("\n")
        at = lines.index("line")
        self.assertIn("CALL", lines[at - 1])
        self.assertIn("POP_TOP", lines[at + 2])

    def test_usage(self):
        for words in (["--step", "--trace", "x.py"], ["--trace"], ["--trace", "--history", "0", "x.py"], ["--html", "x.py"]):
            run = subprocess.run([MINIPY, "dis", *words], capture_output=True, timeout=60 * SLOWNESS, stdin=subprocess.DEVNULL)
            self.assertEqual(run.returncode, 2, words)
        run = subprocess.run([MINIPY, "dis", "--trace", "-o", "/nowhere/x", "-c", "1"], capture_output=True, timeout=60 * SLOWNESS)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"/nowhere/x", run.stderr)
        run = subprocess.run([MINIPY, "dis", "--step", "--help"], capture_output=True, timeout=60 * SLOWNESS)
        self.assertEqual(run.returncode, 0)
        self.assertIn(b"--html", run.stdout)


if __name__ == "__main__":
    unittest.main()
