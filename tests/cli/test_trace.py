#!/usr/bin/python3.11
"""Traces: -X minipy.trace=KINDS:FILE and minipy.events(). usage: test_trace.py MINIPY [unittest options]"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

MINIPY = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/minipy")

CALLS = """\
import functools
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
def numbers(n):
    for i in range(n):
        yield i
def add(stack):
    for i in numbers(3):
        stack.push(i)
    return len(stack.items)
def fail():
    return [][1]
stack = Stack()
add(stack)
try:
    fail()
except IndexError:
    pass
functools.reduce(lambda a, b: a + b, [1, 2, 3])
"""


class Case(unittest.TestCase):
    maxDiff = 3000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_program(self, source, *options, status=0, **more):
        (self.folder / "program.py").write_text(source)
        done = subprocess.run([MINIPY, *options, "program.py"], cwd=self.folder, capture_output=True, text=True, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def trace(self, source, kinds, name="trace.jsonl", **more):
        self.run_program(source, "-X", f"minipy.trace={kinds}:{name}", **more)
        return self.read(name)

    def read(self, name):
        text = (self.folder / name).read_text()
        if name.endswith(".jsonl"):
            self.assertTrue(not text or text.endswith("\n"))
            return [json.loads(line) for line in text.splitlines()]
        return json.loads(text) if name.endswith(".json") else text

    def check_nesting(self, events):
        """Calls begin and end in pairs, in each thread; returns the greatest depth."""
        stacks, deepest = {}, 0
        for event in events:
            stack = stacks.setdefault(event["thread"], [])
            if event["what"] in ("called", "resumed", "thrown into", "running"):
                self.assertEqual(event["depth"], len(stack), event)
                stack.append(event["function"])
            else:
                self.assertEqual(stack.pop(), event["function"], event)
                self.assertEqual(event["depth"], len(stack), event)
            deepest = max(deepest, len(stack))
        for stack in stacks.values():
            self.assertEqual(stack, [])
        return deepest


def described(events, *fields):
    return [" ".join(str(event[field]) for field in fields) for event in events]


class CallsTest(Case):
    def program_events(self, source):
        """What happens inside the program's module, without imports."""
        events = self.trace(source, "calls")
        self.check_nesting(events)
        shown, importing = [], None
        for event in events:
            if importing is None and event["function"] == "_find_and_load":
                importing = event["depth"]
            elif importing == event["depth"]:
                importing = None
            elif importing is None:
                shown.append(event)
        first = next(i for i, event in enumerate(shown) if event["function"] == "<module>")
        return shown[first:]

    def test_what_is_told(self):
        lines = [line for line in described(self.program_events(CALLS), "what", "function") if "__build_class__" not in line]
        self.assertEqual(lines, self.expected())

    def expected(self):
        lines = ["called <module>", "called Stack", "returned Stack",
                 "called __main__.Stack", "called Stack.__init__", "returned Stack.__init__", "returned __main__.Stack",
                 "called add"]
        # range(3) is called when the generator's body begins.
        for i in range(3):
            lines += ["resumed numbers"] if i else ["called numbers", "called range", "returned range"]
            lines += ["yielded numbers", "called Stack.push", "called list.append", "returned list.append",
                      "returned Stack.push"]
        return lines + ["resumed numbers", "returned numbers", "called len", "returned len", "returned add",
                        "called fail", "raised fail", "called _functools.reduce",
                        "called <lambda>", "returned <lambda>", "called <lambda>", "returned <lambda>",
                        "returned _functools.reduce", "returned <module>"]

    def test_places(self):
        push = [e for e in self.program_events(CALLS) if e["function"] == "Stack.push" and e["what"] == "called"][0]
        self.assertEqual(push["caller_line"], 12)
        self.assertFalse(push["native"])
        self.assertTrue(push["file"].endswith("/program.py"))

    def test_throw_into_a_generator(self):
        source = ("def g():\n    try:\n        yield 1\n    except ValueError:\n        yield 2\n"
                  "i = g()\nnext(i)\ni.throw(ValueError)\ni.close()\n")
        lines = [line for line in described(self.program_events(source), "what", "function") if line.endswith(" g")]
        self.assertEqual(lines, ["called g", "yielded g", "thrown into g", "yielded g", "thrown into g", "raised g"])

    def test_coroutines(self):
        source = ("import asyncio\nasync def child(n):\n    await asyncio.sleep(0)\n    return n\n"
                  "async def main():\n    print(await asyncio.gather(child(1), child(2)))\nasyncio.run(main())\n")
        events = self.trace(source, "calls")
        self.check_nesting(events)
        self.assertEqual(Counter(e["what"] for e in events if e["function"] == "child"),
                         {"called": 2, "yielded": 2, "resumed": 2, "returned": 2})

    def test_same_calls_as_setprofile_tells(self):
        """Python functions and native ones, told twice, by a trace and by a profile function that runs beside it."""
        source = CALLS + ("import sys, collections\nseen = []\n"
                          "def profile(frame, event, arg):\n"
                          "    seen.append((event, arg.__name__ if event.startswith('c_') else frame.f_code.co_name))\n"
                          "def work():\n    add(Stack()); sorted([3, 1, 2], key=lambda v: -v); abs(-1)\n"
                          "sys.setprofile(profile)\nwork()\nsys.setprofile(None)\n"
                          "for event, name in seen: print(event, name)\n")
        done = self.run_program(source, "-X", "minipy.trace=calls:trace.jsonl")
        told = [line.split(" ", 1) for line in done.stdout.splitlines()]
        told = told[:told.index(["c_call", "setprofile"])]
        events = self.read("trace.jsonl")
        self.check_nesting(events)
        begin = next(i for i, e in enumerate(events) if e["function"] == "work" and e["what"] == "called")
        end = next(i for i, e in enumerate(events) if e["function"] == "work" and e["what"] == "returned")
        names = {"called": ("call", "c_call"), "resumed": ("call",), "returned": ("return", "c_return"), "yielded": ("return",)}
        mine = []
        for event in events[begin:end + 1]:
            name = event["function"].rpartition(".")[2]
            # A class that is called is no function to sys.setprofile, and the profile function itself is not told.
            if event["native"] and name in ("Stack", "range") or event["function"] == "profile":
                continue
            if name in ("startswith", "append") and event["depth"] > 0 and event.get("caller_line") == 26:
                continue
            mine.append([names[event["what"]][event["native"]], name])
        mine = [event for event in mine if event[1] not in ("startswith",)]
        appends = sum(event == ["c_call", "append"] for event in told)
        self.assertEqual([e for e in mine if e[1] != "append"], [e for e in told if e[1] != "append"])
        self.assertEqual(appends, 3)

    def test_a_class_that_calls_itself(self):
        source = "class A:\n    def __call__(self): return 1\nA()()\n"
        self.assertIn("called __main__.A.__call__", described(self.program_events(source), "what", "function"))

    def test_deep_recursion(self):
        source = "def f(n): return n and f(n - 1)\nf(900)\ntry: f(5000)\nexcept RecursionError: print('deep')\n"
        self.assertGreater(self.check_nesting(self.trace(source, "calls")), 990)

    def test_text(self):
        self.run_program(CALLS, "-X", "minipy.trace=calls:trace.txt")
        text = self.read("trace.txt")
        self.assertRegex(text, r"(?m)^ +\d+\.\d{6} calls \d+   > add \(/.*/program\.py:10\)$")
        self.assertRegex(text, r"(?m)^ +\d+\.\d{6} calls \d+       < list\.append$")
        done = self.run_program("len('')", "-X", "minipy.trace=calls:-")
        self.assertIn("> len\n", done.stderr)


class TraceEventTest(Case):
    """The format as its description has it: https://chromium.googlesource.com, "Trace Event Format"."""

    def check(self, events):
        stacks = {}
        for event in events:
            self.assertIn(event["ph"], "BEXiCM", event)
            self.assertIsInstance(event["pid"], int)
            self.assertIsInstance(event["tid"], int)
            self.assertIsInstance(event["ts"], (int, float))
            stack = stacks.setdefault(event["tid"], [])
            if event["ph"] == "E":
                begun = stack.pop()
                self.assertLessEqual(begun["ts"], event["ts"])
                continue
            self.assertIsInstance(event["name"], str)
            self.assertIsInstance(event["cat"], str)
            if event["ph"] == "B":
                stack.append(event)
            elif event["ph"] == "X":
                self.assertGreaterEqual(event["dur"], 0)
            elif event["ph"] == "i":
                self.assertIn(event["s"], "tpg")
        self.assertEqual([s for s in stacks.values() if s], [])

    def test_calls(self):
        events = self.trace(CALLS, "calls", "trace.json")
        self.check(events)
        calls = [event for event in events if event["ph"] == "B"]
        self.assertEqual(len(calls), sum(event["ph"] == "E" for event in events))
        self.assertIn({"file": str((self.folder / "program.py").resolve()), "line": 10},
                      [event["args"] for event in calls if event["name"] == "add"])

    def test_all_kinds_together(self):
        events = self.trace(CALLS, "all,instructions", "trace.json")
        self.check(events)
        self.assertLessEqual({"python", "native", "exceptions", "instructions", "gc"}, {event.get("cat") for event in events})

    def test_threads(self):
        source = ("import threading\ndef work(n):\n    for i in range(n): str(i)\n"
                  "threads = [threading.Thread(target=work, args=(300,)) for i in range(4)]\n"
                  "for t in threads: t.start()\nfor t in threads: t.join()\n")
        events = self.trace(source, "calls", "trace.json")
        self.check(events)
        works = [event["tid"] for event in events if event.get("name") == "work"]
        self.assertEqual(len(works), 4)
        self.check_nesting(self.trace(source, "calls"))


class ProfileTest(Case):
    SOURCE = ("import time\ndef inner(): time.sleep(0.02)\ndef outer():\n    inner()\n    inner()\n"
              "outer()\ninner()\n")

    def test_collapsed(self):
        for name in "p.collapsed", "p.folded":
            text = self.trace(self.SOURCE, "calls", name)
            stacks = {}
            for line in text.splitlines():
                stack, weight = re.fullmatch(r"(.+) (\d+)", line).groups()
                self.assertNotIn(stack, stacks)
                stacks[stack] = int(weight)
            inner = [s for s in stacks if s.endswith("outer (program.py:3);inner (program.py:2);time.sleep")]
            self.assertEqual(len(inner), 1, text)
            # The two calls slept so long at least.
            self.assertGreaterEqual(stacks[inner[0]], 40_000_000)

    def check_speedscope(self, data):
        """As https://www.speedscope.app/file-format-schema.json asks."""
        self.assertEqual(data["$schema"], "https://www.speedscope.app/file-format-schema.json")
        frames = data["shared"]["frames"]
        for frame in frames:
            self.assertIsInstance(frame["name"], str)
            self.assertLessEqual(set(frame), {"name", "file", "line", "col"})
        for profile in data["profiles"]:
            self.assertEqual(profile["type"], "evented")
            self.assertEqual(profile["unit"], "nanoseconds")
            self.assertIsInstance(profile["name"], str)
            stack, last = [], profile["startValue"]
            for event in profile["events"]:
                self.assertEqual(set(event), {"type", "frame", "at"})
                self.assertTrue(0 <= event["frame"] < len(frames))
                self.assertGreaterEqual(event["at"], last)
                last = event["at"]
                if event["type"] == "O":
                    stack.append(event["frame"])
                else:
                    self.assertEqual((event["type"], stack.pop()), ("C", event["frame"]))
            self.assertEqual(stack, [])
            self.assertLessEqual(last, profile["endValue"])

    def test_speedscope(self):
        data = self.trace(self.SOURCE, "calls", "p.speedscope.json")
        self.check_speedscope(data)
        self.assertEqual(len(data["profiles"]), 1)
        numbers = [i for i, frame in enumerate(data["shared"]["frames"]) if frame["name"] == "inner"]
        opened = Counter(e["frame"] for e in data["profiles"][0]["events"] if e["type"] == "O")
        self.assertEqual([opened[i] for i in numbers], [3])

    def test_threads(self):
        source = "import threading\n" + self.SOURCE + "t = threading.Thread(target=inner); t.start(); t.join()\n"
        data = self.trace(source, "calls", "p.speedscope.json")
        self.check_speedscope(data)
        self.assertEqual(len(data["profiles"]), 2)
        text = self.trace(source, "calls", "p.collapsed")
        self.assertRegex(text, r"(?m)^thread \d+;.*;inner \(program\.py:3\);time\.sleep \d+$")

    def test_killed_while_it_runs(self):
        for name in "p.speedscope.json", "p.collapsed":
            (self.folder / "program.py").write_text(
                "import time\ndef f(): return 1\ndef g(): return f()\nend = time.monotonic() + 0.5\n"
                "while time.monotonic() < end: g()\nprint('now', flush=True)\nwhile True: g()\n")
            process = subprocess.Popen([MINIPY, "-X", f"minipy.trace=calls:{name}", "program.py"], cwd=self.folder,
                                       stdout=subprocess.PIPE)
            process.stdout.readline()
            process.kill()
            process.communicate()
            data = self.read(name)
            if name.endswith("json"):
                self.check_speedscope(data)
            else:
                self.assertRegex(data, r"(?m);g \(program\.py:3\);f \(program\.py:2\) \d+$")

    def test_usage(self):
        done = self.run_program("", "-X", "minipy.trace=calls,gc:p.collapsed", status=2)
        self.assertIn("a profile shows the kind calls only", done.stderr)
        done = self.run_program("", "-X", "minipy.trace=calling:p.jsonl", status=2)
        self.assertIn("no kind of event is called 'calling'; there are: gc, gc.details, memory, intern, gil, calls", done.stderr)


class ExceptionsTest(Case):
    SOURCE = """\
def low(n):
    if n == 1:
        raise ValueError("one")
    return [][n]
def middle(n):
    try:
        low(n)
    except ValueError as e:
        return e
    finally:
        n = None
def again():
    try:
        low(2)
    except IndexError:
        raise
middle(1)
try:
    again()
except (KeyError, IndexError) as e:
    print(e)
try:
    {}["k"]
except KeyError:
    try:
        int("x")
    except ValueError:
        pass
class Quiet:
    def __enter__(self): pass
    def __exit__(self, *args): return True
with Quiet():
    1 / 0
for i in iter([]): pass
next(iter([]), None)
"""

    def test_ways(self):
        events = [e for e in self.trace(self.SOURCE, "exceptions") if e.get("file", "").endswith("program.py")]
        self.assertEqual(described(events, "what", "type", "function", "line"), [
            "raised ValueError low 3", "unwound ValueError low 3", "caught ValueError middle 8", "handled ValueError middle 9",
            "raised IndexError low 4", "unwound IndexError low 4", "caught IndexError again 15", "reraised IndexError again 16",
            "unwound IndexError again 16",
            "caught IndexError <module> 20", "handled IndexError <module> 21",
            "raised KeyError <module> 23", "caught KeyError <module> 24",
            "raised ValueError <module> 26", "caught ValueError <module> 27", "handled ValueError <module> 28",
            "handled KeyError <module> 24",
            "raised ZeroDivisionError <module> 33", "caught ZeroDivisionError <module> 32",
            "handled ZeroDivisionError <module> 32"])
        texts = [e["text"] for e in events if e["what"] == "raised"]
        self.assertEqual(texts[0], "one")
        self.assertEqual(texts[2], "'k'")

    def test_texts_run_nothing(self):
        source = ("class E(Exception):\n    def __str__(self): print('run')\n    __repr__ = __str__\n"
                  "class A:\n    def __repr__(self): print('run')\n"
                  "try: raise E(A(), 1)\nexcept E: pass\n")
        done = self.run_program(source, "-X", "minipy.trace=exceptions:trace.jsonl")
        self.assertEqual(done.stdout, "")
        raised = [e for e in self.read("trace.jsonl") if e["type"] == "__main__.E"]
        self.assertRegex(raised[0]["text"], r"^\(.*A object.*, 1\)$")


class SpecialiseTest(Case):
    SOURCE = """\
def add(a, b):
    return a + b
for i in range(20):
    add(i, i)
for i in range(60):
    add("a", "b")
for i in range(200):
    add(1, 1.5)
"""

    def events(self, kinds="specialise"):
        return [e for e in self.trace(self.SOURCE, kinds) if e.get("function") == "add" and e.get("opname") == "BINARY_OP"]

    def test_a_site_that_changes(self):
        changes = [(e["what"], e["form"]) for e in self.events() if e["what"] != "missed"]
        self.assertEqual(changes[:3], [("specialised", "BINARY_OP_ADD_INT"), ("specialised", "BINARY_OP_ADD_STR"),
                                       ("deoptimised", "BINARY_OP_ADD_STR")])
        missed = Counter(e["form"] for e in self.events() if e["what"] == "missed")
        self.assertEqual(missed, {"BINARY_OP_ADD_INT": 50, "BINARY_OP_ADD_STR": 50})

    def test_hits(self):
        first_miss = next(e for e in self.events() if e["what"] == "missed")
        # 20 runs, of which the first 8 were of the general form.
        self.assertEqual((first_miss["hits"], first_miss["misses"]), (12, 1))

    def test_beside_calls(self):
        """Native calls are told although specialised instructions make them."""
        source = "def f(l, x):\n    l.append(x)\n    return len(l)\nl = []\nfor i in range(50): f(l, i)\n"
        events = self.trace(source, "calls,specialise")
        self.check_nesting([e for e in events if e["kind"] == "calls"])
        called = Counter(e["function"] for e in events if e["kind"] == "calls" and e["what"] == "called")
        self.assertEqual((called["list.append"], called["len"], called["f"]), (50, 50, 50))
        self.assertIn("PRECALL_LIST_APPEND", {e["form"] for e in events if e["kind"] == "specialise"})


class InstructionsTest(Case):
    def test_all_instructions(self):
        source = "def f(a):\n    return a + 1\nf(1)\n"
        events = [e for e in self.trace(source, "instructions") if e["function"] == "f"]
        self.assertEqual(described(events, "offset", "opname", "arg", "line"),
                         ["0 RESUME 0 1", "2 LOAD_FAST 0 2", "4 LOAD_CONST 1 2", "6 BINARY_OP 0 2", "10 RETURN_VALUE None 2"])
        self.assertEqual({e["form"] for e in events}, {None})

    def test_forms_that_run(self):
        source = "def f(a):\n    return a + 1\nfor i in range(30): f(1)\n"
        events = [e for e in self.trace(source, "instructions,specialise") if e["function"] == "f" and e["kind"] == "instructions"]
        self.assertIn("BINARY_OP_ADD_INT", {e["form"] for e in events})
        self.assertIn("LOAD_FAST__LOAD_CONST", {e["form"] for e in events})

    def test_same_program_under_every_kind(self):
        """What is traced prints and ends as it does otherwise."""
        source = CALLS + SpecialiseTest.SOURCE + ExceptionsTest.SOURCE + "import sys, json\nprint(json.dumps(sys.argv))\nsys.exit(5)\n"
        plain = self.run_program(source, status=5).stdout
        for kinds in "calls", "exceptions", "specialise", "instructions", "all,instructions":
            done = self.run_program(source, "-X", f"minipy.trace={kinds}:trace.jsonl", status=5)
            self.assertEqual((done.stdout, done.stderr), (plain, ""))


class EventsTest(Case):
    """minipy.events()."""

    def test_a_block(self):
        source = ("import minipy\ndef f(): return len('abc')\n"
                  "with minipy.events('calls') as seen:\n    f()\n"
                  "for e in seen: print(e.what, e.function)\n")
        self.assertEqual(self.run_program(source).stdout.splitlines(),
                         ["running <module>", "called f", "called len", "returned len", "returned f", "unfinished <module>"])

    def test_several_at_once(self):
        source = ("import minipy, sys\n"
                  "def f():\n    try: {}['x']\n    except KeyError: return 1\n"
                  "lines = []\n"
                  "def tracer(frame, event, arg):\n    lines.append(event)\n    return tracer\n"
                  "with minipy.events('calls') as calls, minipy.events('exceptions') as exceptions:\n"
                  "    sys.settrace(tracer)\n    f()\n    sys.settrace(None)\n"
                  "print([e.what for e in calls if e.function == 'f'], [e.what for e in exceptions], lines)\n")
        out = self.run_program(source, "-X", "minipy.trace=calls,gc:trace.json").stdout
        self.assertEqual(out, "['called', 'returned'] ['raised', 'caught', 'handled'] "
                              "['call', 'line', 'exception', 'line', 'return']\n")
        names = [e.get("name") for e in self.read("trace.json")]
        self.assertEqual(names.count("f"), 1)
        self.assertGreater(names.count("tracer"), 4)

    def test_beside_the_stepper(self):
        (self.folder / "program.py").write_text("def f(n):\n    return n + 1\nfor i in range(30): f(i)\n")
        for way in "--trace", "--step":
            done = subprocess.run([MINIPY, "dis", way, "-X", "minipy.trace=calls,specialise:trace.jsonl", "program.py"],
                                  cwd=self.folder, capture_output=True, text=True, input="continue\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            events = self.read("trace.jsonl")
            self.check_nesting([e for e in events if e["kind"] == "calls"])
            self.assertEqual(sum(e["function"] == "f" and e.get("what") == "called" for e in events), 30)
            # The stepper sees the language's instructions: nothing specialises.
            self.assertEqual({e["kind"] for e in events}, {"calls"})
            if way == "--trace":
                self.assertEqual(done.stdout.count("BINARY_OP "), 30)

    def test_beside_the_other_views(self):
        (self.folder / "program.py").write_text("def f(n):\n    return n + 1\nfor i in range(30): f(i)\n")
        option = "-Xminipy.trace=calls:trace.jsonl"
        for words in (["gc", option, "program.py"],
                      [option, "-m", "minipy.dis_view", "adaptive", "optimize=-1", "file=program.py"]):
            done = subprocess.run([MINIPY, *words], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            events = self.read("trace.jsonl")
            self.check_nesting(events)
            self.assertEqual(sum(e["function"] == "f" and e["what"] == "called" for e in events), 30)
        self.assertRegex(done.stdout, r"BINARY_OP_ADD_INT +22 +0 +0")

    def test_in_the_midst_of_threads(self):
        source = ("import minipy, threading, time\n"
                  "go = True\n"
                  "def leaf(): pass\n"
                  "def work():\n    while go: leaf()\n"
                  "def run():\n    work()\n"
                  "t = threading.Thread(target=run); t.start(); time.sleep(0.05)\n"
                  "for i in range(3):\n"
                  "    with minipy.events('calls') as seen: time.sleep(0.05)\n"
                  "    mine = [e for e in seen if e.thread == t.native_id]\n"
                  "    print({'run', 'work'} <= {e.function for e in mine if e.what == 'running'}, any(e.function == 'leaf' for e in mine))\n"
                  "go = False\nt.join()\n")
        self.assertEqual(self.run_program(source).stdout, "True True\n" * 3)


class EndTest(Case):
    """A trace is whole however the program ends."""

    KINDS = "calls,exceptions,gc,instructions"
    LOOP = "def f(n): return n + 1\ndef work():\n    n = 0\n    for i in range({}): n = f(n)\n"

    def both(self, source, **more):
        return self.trace(source, self.KINDS, **more), self.trace(source, self.KINDS, "trace.json", **more)

    def check_calls(self, lines, events, calls):
        self.check_nesting([e for e in lines if e["kind"] == "calls"])
        self.assertEqual(sum(e.get("function") == "f" and e.get("what") == "called" for e in lines), calls)
        begins, ends = (sum(e["ph"] == ph for e in events) for ph in "BE")
        self.assertEqual(begins, ends)

    def test_sys_exit(self):
        self.check_calls(*self.both(self.LOOP.format(100) + "work()\nimport sys\nsys.exit(3)\n", status=3), 100)

    def test_uncaught(self):
        self.check_calls(*self.both(self.LOOP.format(100) + "work()\n1 / 0\n", status=1), 100)

    def test_os_exit(self):
        self.check_calls(*self.both(self.LOOP.format(100) + "work()\nimport os\nos._exit(4)\n", status=4), 100)

    def test_exit_in_a_thread(self):
        source = self.LOOP.format(100) + "import threading, os\nt = threading.Thread(target=lambda: (work(), os._exit(7)))\nt.start()\nt.join()\n"
        self.check_calls(*self.both(source, status=7), 100)

    def test_exec(self):
        source = self.LOOP.format(100) + "work()\nimport os, sys\nos.execv('/bin/echo', ['echo', 'done'])\n"
        lines = self.trace(source, self.KINDS)
        self.assertEqual(sum(e.get("function") == "f" and e.get("what") == "called" for e in lines), 100)

    def interrupt(self, number, name):
        source = self.LOOP.format(10**9) + "print('now', flush=True)\nwork()\n"
        (self.folder / "program.py").write_text(source)
        process = subprocess.Popen([MINIPY, "-X", f"minipy.trace={self.KINDS}:{name}", "program.py"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        path = self.folder / name
        deadline = time.monotonic() + 60
        while path.stat().st_size < 1 << 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate()
        self.assertEqual(process.returncode, -number)

    def test_interrupt(self):
        self.interrupt(signal.SIGINT, "trace.jsonl")
        lines = self.read("trace.jsonl")
        self.check_nesting([e for e in lines if e["kind"] == "calls"])
        self.assertTrue(any(e["kind"] == "exceptions" and e["type"] == "KeyboardInterrupt" for e in lines))
        self.interrupt(signal.SIGINT, "trace.json")
        events = self.read("trace.json")
        self.assertEqual(sum(e["ph"] == "B" for e in events), sum(e["ph"] == "E" for e in events))

    def test_kill(self):
        """What is there are whole events; the kernel may have cut the last write short."""
        self.interrupt(signal.SIGKILL, "trace.jsonl")
        lines = (self.folder / "trace.jsonl").read_text().split("\n")
        self.assertGreater(len([json.loads(line) for line in lines[:-1]]), 1000)
        self.interrupt(signal.SIGKILL, "trace.json")
        text = (self.folder / "trace.json").read_text()
        # The format allows the closing bracket to be missing.
        self.assertGreater(len(json.loads(text[:text.rindex(",\n")] + "]")), 1000)

    def test_fork(self):
        source = self.LOOP.format(100) + (
            "import os\nwork()\npid = os.fork()\nwork()\n"
            "if pid == 0:\n    work()\n    os._exit(0)\n"
            "assert os.waitpid(pid, 0) == (pid, 0)\nwork()\n")
        self.check_calls(*self.both(source), 300)
        # A child that ends like any program.
        source = source.replace("os._exit(0)", "raise SystemExit")
        self.check_calls(*self.both(source), 300)

    def test_fork_with_profiles(self):
        source = self.LOOP.format(100) + (
            "import os\nwork()\npid = os.fork()\nwork()\nif pid == 0: raise SystemExit\nos.waitpid(pid, 0)\n")
        data = self.trace(source, "calls", "p.speedscope.json")
        frames = [frame["name"] for frame in data["shared"]["frames"]]
        opened = sum(e["type"] == "O" and frames[e["frame"]] == "f" for e in data["profiles"][0]["events"])
        self.assertEqual(opened, 200)

    def test_multiprocessing_and_subprocesses(self):
        source = ("import multiprocessing, subprocess, sys\ndef square(n): return n * n\n"
                  "if __name__ == '__main__':\n"
                  "    with multiprocessing.get_context('fork').Pool(2) as pool: print(sum(pool.map(square, range(50))))\n"
                  "    subprocess.run([sys.executable, '-c', 'print(1)'])\n")
        done = self.run_program(source, "-X", "minipy.trace=calls:trace.jsonl")
        self.assertEqual(done.stdout.split(), ["40425", "1"] if "40425" in done.stdout.split()[0] else ["1", "40425"])
        self.check_nesting(self.read("trace.jsonl"))

    def test_threads_that_never_end(self):
        source = ("import threading, time\ndef f(): pass\ndef forever():\n    while True: f()\n"
                  "threading.Thread(target=forever, daemon=True).start()\ntime.sleep(0.05)\n")
        self.check_nesting(self.trace(source, "calls"))

    def test_disk_full(self):
        done = self.run_program(self.LOOP.format(2000) + "work()\n", "-X", "minipy.trace=calls:/dev/full", status=2)
        self.assertIn("the ending says", done.stderr)
        (self.folder / "full.jsonl").symlink_to("/dev/full")
        done = self.run_program(self.LOOP.format(2000) + "work()\n", "-X", "minipy.trace=calls:full.jsonl")
        self.assertIn("the trace is incomplete: full.jsonl: No space left on device", done.stderr)


if __name__ == "__main__":
    unittest.main()
