#!/usr/bin/python3.11
"""Subcommands that look at memory while a program runs: mem, intern. usage: test_memory_views.py MINIPY [unittest options]"""
import collections
import json
import signal
import subprocess
import unittest
from pathlib import Path

from test_views import MINIPY, SLOWNESS, Case

REPORTS = ("mem", "intern")
SANITIZED = b"__asan_init" in Path(MINIPY).read_bytes()

HOSTILE = """
class Hostile:
    def __getattribute__(self, name):
        print("__getattribute__ ran")
        return object.__getattribute__(self, name)
    def __repr__(self):
        print("__repr__ ran")
        raise ValueError
    def __eq__(self, other):
        print("__eq__ ran")
        return True
    def __hash__(self):
        return 1
    def __bool__(self):
        print("__bool__ ran")
        return False
    def __del__(self):
        pass
    @property
    def __class__(self):
        print("__class__ ran")
        return int
class Meta(type):
    def __repr__(self):
        print("Meta.__repr__ ran")
    @property
    def __name__(self):
        print("Meta.__name__ ran")
        return "x"
class Strange(metaclass=Meta):
    pass
class Text(str):
    def __str__(self):
        print("__str__ ran")
h, s, t = Hostile(), Strange(), Text("a")
"""


class Reports(Case):
    def events(self, *arguments, status=0):
        """The JSON lines, by the kind of event."""
        done = self.run_minipy(arguments[0], "--json", *arguments[1:])
        self.assertEqual(done.returncode, status, done.stderr)
        found = collections.defaultdict(list)
        for line in done.stdout.splitlines():
            event = json.loads(line)
            found[event.pop("event")].append(event)
        return found


class EndTest(Reports):
    """However a program ends, its output and exit status are its own, and the report is there."""

    def check(self, code, marks={"mem": "Objects by type", "intern": "Strings interned"}):
        self.write("program.py", code)
        plain = self.run_minipy("program.py")
        for name in REPORTS:
            with self.subTest(name):
                watched = self.run_minipy(name, "program.py")
                self.assertEqual((watched.returncode, watched.stderr), (plain.returncode, plain.stderr))
                self.assertTrue(watched.stdout.startswith(plain.stdout), watched.stdout)
                self.assertEqual(watched.stdout.count(marks[name] + "\n"), 1, watched.stdout)

    def test_end(self):
        self.check("print([n for n in range(10)])")

    def test_exception(self):
        self.check("print(1)\nraise ValueError('no')")

    def test_exit(self):
        self.check("import sys\nprint(1)\nsys.exit(5)")

    def test_os_exit(self):
        self.check("import os\nos.write(1, b'1')\nos._exit(3)")

    def test_exec(self):
        self.check("import os\nos.execv('/bin/true', ['true'])")

    def test_interrupt(self):
        self.check("import os, signal\nos.kill(os.getpid(), signal.SIGINT)")

    def test_fork(self):
        self.check("import os\npid = os.fork()\nprint('child' if pid == 0 else 'parent', flush=True) if pid == 0 else "
                   "os.waitpid(pid, 0)\n")

    def test_threads(self):
        self.check("import threading\nthreads = [threading.Thread(target=lambda: [str(i) for i in range(1000)]) for _ in "
                   "range(4)]\nfor t in threads: t.start()\nfor t in threads: t.join()\nprint('done')")

    def test_deep_recursion(self):
        self.check("def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError:\n    print('deep')")

    def test_deep_structure(self):
        self.check("x = None\nfor i in range(100000):\n    x = (x, [i])\ndel x\nprint('freed')")

    def test_hostile_objects(self):
        self.check(HOSTILE + "print('end')\n")

    def test_tracemalloc_beside(self):
        self.check("import tracemalloc\ntracemalloc.start()\nx = [[] for _ in range(100)]\n"
                   "print(tracemalloc.get_traced_memory()[0] > 5000)\ntracemalloc.stop()")

    def test_collections_come_as_without(self):
        self.check("import gc\nfor i in range(1500):\n    x = [[]]\n    x.append(x)\nprint(gc.get_count(), gc.get_stats())")

    def test_missing_file(self):
        for name in REPORTS:
            done = self.run_minipy(name, "missing.py")
            self.assertEqual(done.returncode, 2)
            self.assertIn("can't open file", done.stderr)

    def test_syntax_error(self):
        self.check("x = (\n")

    def test_interrupted_from_outside(self):
        self.write("loop.py", "print('ready', flush=True)\nx = []\nwhile True:\n    x = [x] if len(x) < 3 else []\n")
        for name in REPORTS:
            with self.subTest(name):
                process = subprocess.Popen([MINIPY, name, "-o", "report", "loop.py"], cwd=self.folder, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True)
                process.stdout.readline()
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=60 * SLOWNESS)
                self.assertIn("KeyboardInterrupt", errors)
                self.assertEqual(process.returncode, -signal.SIGINT)
                self.assertTrue((self.folder / "report").read_text())

    def test_output_file(self):
        for name in REPORTS:
            self.assertEqual(self.output(name, "-o", "report", "-c", "print(1)"), "1\n")
            self.assertTrue((self.folder / "report").read_text())
            done = self.run_minipy(name, "-o", "no/such/folder", "-c", "print(1)")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("no/such/folder", done.stderr)

    def test_usage(self):
        for name in REPORTS:
            self.assertIn("unknown option --no-such-option", self.fails(name, "--no-such-option"))
            self.assertIn("a program is missing", self.fails(name))
            self.assertIn(f"usage: minipy {name}", self.output(name, "--help"))


class MemTest(Reports):
    def types(self, code):
        return {row["type"]: row for row in self.events("mem", "-c", code)["type"]}

    def test_instances(self):
        row = self.types("class C: pass\nkept = [C() for _ in range(100)]\nfor _ in range(50): C()")["__main__.C"]
        self.assertEqual((row["created"], row["freed"], row["at_start"], row["at_end"]), (150, 50, 0, 100))
        self.assertIn(row["at_peak"], (100, 101))

    def test_sums(self):
        self.write("program.py", "import json\nx = json.loads('[1, 2, {\"a\": [3.5]}]')\ny = [str(i) * 20 for i in range(500)]\n"
                                 "del y[:400]\nz = {i: (i, i) for i in range(300)}\n")
        events = self.events("mem", "program.py")
        for name in "allocated", "freed", "bytes_allocated", "at_end", "bytes_at_end", "at_peak", "bytes_at_peak":
            with self.subTest(name):
                by_domain = sum(row[name] for row in events["domain"])
                self.assertEqual(by_domain, sum(row[name] for row in events["line"]))
                if name in events["size_class"][0]:
                    for allocator in "mimalloc", "pymalloc":
                        self.assertEqual(by_domain, sum(row[name] for row in events["size_class"] if
                                                        row["allocator"] == allocator))
        self.assertEqual(events["peak"][0]["bytes"], sum(row["bytes_at_peak"] for row in events["domain"]))
        for row in events["type"]:
            self.assertEqual(row["created"] - row["freed"], row["at_end"] - row["at_start"], row)
            self.assertGreaterEqual(row["at_peak"], 0)
        for row in events["line"]:
            self.assertEqual(row["allocated"] - row["freed"], row["at_end"] - row["at_start"], row)
        for row in events["free_list"]:
            if row["given"] is not None:
                self.assertLessEqual(row["at_end"], row["limit"])
                self.assertGreaterEqual(row["given"] + row["at_start"] - row["taken"], row["at_end"])

    def test_peak(self):
        self.write("program.py", "x = bytes(3_000_000)\ndel x\ny = bytes(10)\n")
        events = self.events("mem", "program.py")
        self.assertEqual((events["peak"][0]["line"], events["peak"][0]["function"]), (1, "<module>"))
        self.assertGreater(events["peak"][0]["bytes"], 3_000_000)
        row = next(row for row in events["type"] if row["type"] == "bytes")
        self.assertGreater(row["bytes_at_peak"], 3_000_000)
        self.assertLess(row["bytes_at_end"], 1_000_000)

    def test_lines(self):
        self.write("program.py", "kept = []\nfor i in range(10):\n    kept.append(object())\nfor i in range(10):\n    object()\n")
        lines = {row["line"]: row for row in self.events("mem", "program.py")["line"] if str(row["file"]).endswith("program.py")}
        self.assertEqual((lines[3]["objects"], lines[5]["objects"], lines[5]["freed_here"]), (10, 10, 10))
        self.assertGreaterEqual(lines[3]["at_end"], 10)
        self.assertEqual(lines[5]["at_end"], 0)

    def test_free_lists(self):
        rows = {(row["type"], row["length"]): row for row in
                self.events("mem", "-c", "for i in range(500):\n    [i]\n    (i, i)\n    {i: i}\n    i * 0.5\n")["free_list"]}
        for key in ("list", None), ("tuple", 2), ("dict", None), ("float", None):
            self.assertGreater(rows[key]["taken"], 490, key)
            self.assertGreater(rows[key]["given"], 490, key)
            self.assertLess(rows[key]["missed"], 10, key)
        self.assertEqual([rows[key]["limit"] for key in (("list", None), ("tuple", 2), ("dict", None), ("float", None))],
                         [80, 2000, 80, 100])

    @unittest.skipIf(SANITIZED, "sanitized builds keep no ints, so that their end is seen")
    def test_free_list_of_ints(self):
        # Ints of one digit that were allocated for two.
        code = "def f():\n    i = 1000\n    while i < 2000:\n        (i * 5 + 7) - (i * 3 + 2)\n        i += 1\nf()\n"
        row = next(row for row in self.events("mem", "-c", code)["free_list"] if row["type"] == "int")
        self.assertGreater(row["taken"], 5990)
        self.assertEqual(row["given"] + row["at_start"] - row["taken"], row["at_end"])

    def test_resized_objects_live_on(self):
        row = self.types("b = bytearray()\nt = tuple(i for i in range(1000))\ns = ''\nfor i in range(300): s += 'ab'\n")["tuple"]
        self.assertGreaterEqual(row["at_end"] - row["at_start"], 1)
        self.assertGreater(row["bytes_at_end"] - row["bytes_at_start"], 8000)

    def test_limit_and_library(self):
        code = "import json; json.dumps({'a': [1.5]})"
        short = self.output("mem", "--limit", "2", "-c", code)
        self.assertIn("rows more (--limit 0 shows all)", short)
        self.assertIn("(library code)", self.output("mem", "--limit", "0", "-c", code))
        everything = self.output("mem", "--limit", "0", "--library", "-c", code)
        self.assertNotIn("(library code)", everything)
        self.assertIn("encoder.py:", everything)

    def test_types_are_named_in_full(self):
        names = self.types("import collections\nclass A:\n    class B: pass\nx = A.B()\ny = collections.deque()\n")
        self.assertIn("__main__.A.B", names)
        self.assertIn("collections.deque", names)


class InternTest(Reports):
    def test_place(self):
        self.write("program.py", "import sys\ndef f():\n    return sys.intern('-'.join('ab'))\nf()\nf()\n")
        events = self.events("intern", "program.py")
        row = next(row for row in events["interned"] if row["string"] == "'a-b'")
        self.assertEqual((row["function"], row["line"], row["column"], row["instruction"].split()[0]), ("f", 3, 11, "CALL"))
        self.assertEqual((row["hits"], row["forgotten"], row["length"]), (0, True, 3))

    def test_hits(self):
        row = next(row for row in self.events(
            "intern", "-c", "import sys\nx = sys.intern('-'.join('xy'))\nfor i in range(7): sys.intern('-'.join('xy'))"
        )["interned"] if row["string"] == "'x-y'")
        self.assertEqual((row["hits"], row["forgotten"]), (7, False))

    def test_names_of_the_program(self):
        events = self.events("intern", "-c", "some_new_name = 'some_new_text'")
        strings = {row["string"]: row for row in events["interned"]}
        for text in "'some_new_name'", "'some_new_text'":
            self.assertEqual((strings[text]["at_start"], strings[text]["file"]), (False, None))

    def test_small_ints_and_characters(self):
        events = self.events("intern", "-c", "for i in range(1000, 1010):\n    i - 1000\n    str(i)[0]\n")
        values = {(row["kind"], row["value"]): row["hits"] for row in events["value"]}
        for i in range(10):
            self.assertGreaterEqual(values["int", str(i)], 1)
        self.assertGreaterEqual(values["character", "'1'"], 10)
        self.assertNotIn(("int", "1000"), values)
        place = next(row for row in events["hits"] if row["line"] == 2)
        self.assertEqual((place["ints"], place["instruction"].split()[0]), (10, "BINARY_OP"))

    def test_tables(self):
        text = self.output("intern", "-c", "x = 1\nfor i in range(5): x += 1")
        self.assertRegex(text, r"(?m)^Strings interned: \d+ at start-up, \d+ by the program")
        self.assertRegex(text, r"(?m)^ +\d+ +5 +\d+  <string>:2 <module> +BINARY_OP \+= +x \+= 1$")


class WhyTest(Reports):
    # The expression, the program, and a piece of the reason.
    TABLE = [
        ("1 is 1", None, "-5 to 256"),
        ("-5 is int('-5')", None, "-5 to 256"),
        ("257 is 257", None, "one piece of code"),
        ("257 is int('257')", None, "made anew"),
        ("a is b", "a = 257; b = 257", "same object"),
        ("a is 1000", "a = 1000", "compiled apart"),
        ("'spam' is 'spam'", None, "interned"),
        ("a is 'spam'", "a = 'spam'", "interned"),
        ("a is 'spam eggs'", "a = 'spam eggs'", "neither is interned"),
        ("a is 'spam'", "a = ''.join(['sp', 'am'])", "only that of"),
        ("'a b' is 'a b'", None, "one piece of code"),
        ("chr(200) is 'ab\\xc8'[n]", "n = 2", "one character"),
        ("chr(97) is 'abc'[n]", "n = 0", "one character"),
        ("chr(955) is chr(955)", None, "neither is interned"),
        ("'' is str()", None, "empty str exists once"),
        ("b'' is bytes()", None, "empty bytes exists once"),
        ("b'x' is bytes([120])", None, "length one"),
        ("() is tuple([])", None, "empty tuple exists once"),
        ("[] is []", None, "never shared"),
        ("frozenset() is frozenset()", None, "made anew"),
        ("(1, 2) is (1, 2)", None, "one piece of code"),
        ("1.5 is 1.5", None, "one piece of code"),
        ("1.5 is float('1.5')", None, "made anew"),
        ("None is None", None, "whole interpreter"),
        ("True is (1 == 1)", None, "whole interpreter"),
        ("... is Ellipsis", None, "whole interpreter"),
        ("int is type(1)", None, "same class"),
        ("a is b", "a = b = []", "same object"),
        ("a is b", "class C: pass\na, b = C(), C()", "two objects"),
        ("1 is True", None, "different types"),
        ("1 is 2", None, "different values"),
        ("f() is f()", "def f(): return 'x y'", "same object"),
        ("f.__name__ is 'f_of_x'", "def f_of_x(): pass\nf = f_of_x", "interned"),
        ("a is not b", "a, b = {}, {}", "never shared"),
    ]

    def test_table(self):
        for expression, code, reason in self.TABLE:
            with self.subTest(expression, code=code):
                program = [] if code is None else ["-c", code]
                event, = self.events("intern", "--compare", "--why", expression, *program)["is"]
                self.assertEqual(event["same"], event["reference_same"])
                self.assertIn(reason, event["because"])
                self.assertEqual(event["holds"], event["same"] == (" not " not in expression))

    def test_chain(self):
        first, second = self.events("intern", "--why", "a is b is c", "-c", "a = b = []; c = []")["is"]
        self.assertEqual((first["same"], second["same"]), (True, False))
        self.assertEqual((second["left"]["text"], second["right"]["text"]), ("b", "c"))

    def test_program_file_with_arguments(self):
        self.write("program.py", "import sys\nprint(sys.argv)\nx = sys.argv[1]\n")
        text = self.output("intern", "--why", "x is sys.argv[1]", "program.py", "word")
        self.assertTrue(text.startswith("['program.py', 'word']\nx is sys.argv[1]: True\n"), text)

    def test_nothing_of_the_objects_runs(self):
        for expression in "h is h", "h is s", "s is t", "t is 'a'", "(h, s) is [h]":
            done = self.run_minipy("intern", "--why", expression, "-c", HOSTILE)
            self.assertNotIn(" ran", done.stdout)
            self.assertEqual(done.stderr, "")

    def test_errors(self):
        self.assertIn("wants a comparison by `is`", self.fails("intern", "--why", "a == b"))
        self.assertIn("does not compile", self.fails("intern", "--why", "a is"))
        self.assertIn("--compare wants --why", self.fails("intern", "--compare", "-c", "1"))
        self.assertIn("NameError: name 'a' is not defined", self.fails("intern", "--why", "a is 1", status=1))
        self.assertIn("can't open 'missing.py'", self.fails("intern", "--why", "a is 1", "missing.py"))

    def test_program_that_raises_is_asked_all_the_same(self):
        done = self.run_minipy("intern", "--why", "a is b", "-c", "a = b = 1\nraise ValueError('no')")
        self.assertIn("ValueError: no", done.stderr)
        self.assertIn("a is b: True", done.stdout)


class PackageSourceTest(Case):
    def test_getsource(self):
        self.assertEqual(self.output("-c", "import inspect, minipy; print(inspect.getsource(minipy.describe))"),
                         'def describe(obj):\n    """A short text about an object; none of its own code runs."""\n'
                         "    return _minipy.describe(obj)\n\n")
        self.assertEqual(self.output("-c", "import inspect, minipy.tool as t; print(inspect.getsource(t).splitlines()[0])"),
                         '"""What the tools of this package share: their options, reading a source, reporting what is wrong with '
                         'it.\n')

    def test_traceback(self):
        text = self.fails("-c", "import minipy; minipy.events('nothing').__enter__()", status=1)
        self.assertRegex(text, r'File ".*/minipy/__init__.py", line \d+, in __enter__\n    self._handle = _minipy.trace_start')

    def test_traceback_of_the_library(self):
        text = self.output("-c", "import minipy, traceback\ntry:\n    minipy.events('nothing').__enter__()\n"
                                 "except ValueError:\n    print(traceback.format_exc())")
        self.assertIn("    self._handle = _minipy.trace_start(self.kinds)\n", text)

    def test_modules(self):
        self.assertEqual(self.output("-c", "import minipy, minipy.tool, sys, os; print(minipy.__file__ == "
                                           "sys.executable + '/minipy/__init__.py', minipy.tool.__spec__.has_location, "
                                           "os.path.basename(minipy.tool.__file__))"), "True True tool.py\n")
        self.assertEqual(self.output("-c", "import sys; print('minipy' in sys.modules, '_minipy' in sys.modules)"), "False False\n")


if __name__ == "__main__":
    unittest.main()
