#!/usr/bin/python3.11
"""Programs that do not just run to their end, and objects that do not want to be looked at, in every view that runs a program:
the program prints, exits and dies as it does without being watched, and what was recorded is whole.

usage: test_watched_programs.py MINIPY
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

MINIPY = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/minipy")
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt

PROGRAMS = {
    "nothing": "",
    "does not compile": "x = 1\ndef f(:\n",
    "not text": b"x = '\xff'\n",
    "null byte": b"x = 1\0\n",
    "raises": "def f(n):\n    return f(n - 1) if n else 1 / 0\nf(5)\n",
    "raises in a chain": "try:\n    {}['k']\nexcept KeyError as e:\n    raise RuntimeError('second') from e\n",
    "raises a group": "raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [KeyError(2)])])\n",
    "exits": "import sys\nprint('out')\nsys.exit(3)\n",
    "exits with a message": "raise SystemExit('the message')\n",
    "exits at once": "import os\nprint('out', flush=True)\nos._exit(4)\n",
    "exits in a thread": "import threading, os\nthreading.Thread(target=lambda: os._exit(5)).start()\nimport time\ntime.sleep(60)\n",
    "kills itself": "import os, signal\nx = [1]\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "is terminated": "import os, signal\nx = [1]\nos.kill(os.getpid(), signal.SIGTERM)\n",
    "is interrupted": "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    for i in range(10): pass\n"
                      "finally:\n    print('finally')\n",
    "handles signals": "import os, signal\nsignal.signal(signal.SIGINT, lambda *a: print('handled'))\n"
                       "for i in range(3): os.kill(os.getpid(), signal.SIGINT)\n",
    "aborts": "import os\nprint('out', flush=True)\nos.abort()\n",
    "prints megabytes": "for i in range(300):\n    print('x' * 20000)\n",
    "prints binary": "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 100)\n",
    "reads": "import sys\nprint(repr(sys.stdin.read()))\ntry:\n    input()\nexcept EOFError as e:\n    print('EOF', e)\n",
    "closes its output": "import sys\nprint('out')\nsys.stdout.close()\nsys.stderr.close()\nx = [1]\n",
    "closes all files": "import os\nprint('out', flush=True)\nos.closerange(0, 2000)\nx = [1]\n",
    "opens files": "import os\nfor i in range(3): print(os.open('/dev/null', os.O_RDONLY))\nprint(sorted(os.listdir('/proc/self/fd'))[:5])\n",
    "reuses numbers": "import os\nos.closerange(3, 2000)\nfiles = [open(f'own{i}', 'w') for i in range(5)]\nx = []\nx.append(x)\ndel x\n"
                      "import gc\ngc.collect()\nfor f in files: f.close()\nprint([os.stat(f.name).st_size for f in files])\n",
    "forks": "import os\nx = [1]\npid = os.fork()\nif pid == 0:\n    print('child', flush=True)\n    os._exit(7)\n"
             "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
    "forks, both end": "import os, sys\nx = [1]\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nprint('parent' if pid else 'child')\n"
                       "y = []\ny.append(y)\nsys.exit(3 if pid else 0)\n",
    "forks, the child raises": "import os\npid = os.fork()\nif pid:\n    print(os.waitpid(pid, 0)[1])\nelse:\n    1 / 0\n",
    "becomes another": "import os\nprint('before', flush=True)\nos.execv('/bin/sh', ['sh', '-c', 'echo after; exit 6'])\n",
    "starts others": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True).stdout)\n",
    "runs threads": "import threading\nout = []\ndef work(n):\n    for i in range(200): out.append(n)\n"
                    "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\nfor t in threads: t.start()\n"
                    "for t in threads: t.join()\nprint(len(out), sorted(set(out)))\n",
    "a thread raises": "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='T')\nt.start()\nt.join()\nprint('end')\n",
    "daemons run on": "import threading\ndef work():\n    while True: pass\nthreading.Thread(target=work, daemon=True).start()\nprint('end')\n",
    "recurses": "def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print(e)\n",
    "recurses out": "def f(n): return f(n + 1)\nf(0)\n",
    "acts at its end": "import atexit\nclass A:\n    def __del__(self): print('del')\na = A()\na.me = a\natexit.register(print, 'atexit')\n",
    "raises in a finalizer": "class A:\n    def __del__(self): 1 / 0\na = A()\na.me = a\ndel a\nimport gc\ngc.collect()\n",
    "traces itself": "import sys\nlines = []\ndef t(frame, event, arg):\n    lines.append((event, frame.f_lineno))\n    return t\n"
                     "def f():\n    return 1\nsys.settrace(t)\nf()\nsys.settrace(None)\nprint(lines)\n",
    "works with collections": "import gc\ngc.callbacks.append(lambda phase, info: print(phase, info['generation']))\ngc.set_debug(gc.DEBUG_SAVEALL)\n"
                              "x = []\nx.append(x)\ndel x\nprint(gc.collect())\nprint(gc.garbage)\ngc.garbage.clear()\n",
    "leaves its folder": "import os\nos.chdir('/')\nx = []\nx.append(x)\nprint(os.getcwd())\n",
    "breaks the library": "import sys, os, builtins, json\nos.path = os.getcwd = json = None\nbuiltins.open = builtins.len = builtins.repr = None\n"
                          "sys.modules.clear()\nx = [1]\n",
}
HOSTILE = """
import gc, sys
class Hostile:
    def __init__(self): self.a = [1]; self.me = self
    def __repr__(self): print('repr'); raise SystemExit(9)
    def __str__(self): print('str'); raise SystemExit(9)
    def __getattribute__(self, n):
        if n not in ('a', 'me'): print('getattribute', n)
        return object.__getattribute__(self, n)
    def __getattr__(self, n): print('getattr', n); raise AttributeError
    def __eq__(self, o): print('eq'); return True
    def __hash__(self): print('hash'); return 1
    def __bool__(self): print('bool'); return True
    def __len__(self): print('len'); return 3
    def __iter__(self): print('iter'); return iter(())
    def __sizeof__(self): print('sizeof'); return 5
    def __dir__(self): print('dir'); return []
    def __reduce__(self): print('reduce')
    def __index__(self): print('index'); return 1
    @property
    def __class__(self): print('class'); return int
    @property
    def __dict__(self): print('dict'); return {}
    def __del__(self): print('del')
class Meta(type):
    def __repr__(self): print('meta repr')
    def __getattribute__(self, n):
        if n != '__slots__': print('meta', n)
        return type.__getattribute__(self, n)
    def __instancecheck__(self, o): print('instancecheck'); return True
    def __eq__(self, o): print('meta eq'); return True
    def __hash__(self): return 5
class WithMeta(metaclass=Meta):
    __slots__ = ('p',)
class Text(str):
    def __repr__(self): print('text repr')
    def __eq__(self, o): print('text eq'); return True
    def __hash__(self): return hash('__name__')
class Number(int):
    def __repr__(self): print('number repr')
    def __index__(self): print('number index'); return 1
class Map(dict):
    def __getitem__(self, k): print('getitem')
    def __iter__(self): print('map iter')
    def items(self): print('items')
    def keys(self): print('keys')
class Items(list):
    def __iter__(self): print('items iter')
    def __len__(self): print('items len'); return -1
h = Hostile()
x = [h, (h,), Number(3), Items([h])]
t = Text('abc')
m = Map(a=h)
m[t] = h
w = WithMeta()
w.p = w
def f(a, b):
    c = a
    return a
f(h, x)
f(w, m)
h.cycle = [m, w, t]
del h, x, m, w, t
print(gc.collect() > 0)
print('end')
"""


class View:
    """A way of watching a run: its words, the files that it writes (relative to the folder) and how they are judged."""

    def __init__(self, name, words, output=None, judge=None):
        self.name, self.words, self.output, self.judge = name, words, output, judge


def text(path):
    return path.read_text(errors="surrogateescape")


def whole_lines(path, case):
    content = text(path)
    case.assertTrue(not content or content.endswith("\n"), content[-200:])


def json_lines(path, case):
    whole_lines(path, case)
    for line in text(path).splitlines():
        json.loads(line)


def page(path, case):
    case.assertTrue(text(path).rstrip().endswith(("</html>", "</script>")), text(path)[-200:])


def graph(path, case):
    case.assertTrue(text(path).endswith("}\n"), text(path)[-200:])


VIEWS = [
    View("trace", ["dis", "--trace", "-o", "OUT"], "OUT", whole_lines),
    View("json", ["dis", "--trace", "--json", "-o", "OUT"], "OUT", json_lines),
    View("page", ["dis", "--html", "OUT"], "OUT", page),
    View("refs", ["refs", "--watch", "x", "-o", "OUT"], "OUT", whole_lines),
    View("refs json", ["refs", "--watch", "x", "--json", "-o", "OUT"], "OUT", json_lines),
    View("mem", ["mem", "-o", "OUT"], "OUT", whole_lines),
    View("mem json", ["mem", "--json", "-o", "OUT"], "OUT", json_lines),
    View("intern", ["intern", "-o", "OUT"], "OUT", whole_lines),
    View("intern json", ["intern", "--json", "-o", "OUT"], "OUT", json_lines),
    View("gc", ["gc", "-v", "-o", "OUT"], "OUT", whole_lines),
    View("gc json", ["gc", "-v", "--json", "-o", "OUT"], "OUT", json_lines),
    View("gc page", ["gc", "-v", "--html", "OUT"], "OUT", page),
    View("gc graph", ["gc", "--dot", "OUT"], "OUT", graph),
    View("events", ["-X", "minipy.trace=all:OUT.jsonl"], "OUT.jsonl", json_lines),
]
# Written at the end of the run: a program that does not come there (a signal ends it, it becomes another) leaves them empty
# or cut off.
AT_THE_END = {"refs", "refs json", "mem", "mem json", "intern", "intern json", "gc graph"}
NEVER_ENDS = {"kills itself", "is terminated", "aborts", "becomes another"}


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_minipy(self, *words, input=b""):
        return subprocess.run([MINIPY, *words], cwd=self.folder, input=input, capture_output=True, timeout=120 * SLOWNESS,
                              env=dict(os.environ, PYTHONHASHSEED="0"))

    def write(self, source):
        (self.folder / "prog.py").write_bytes(source if isinstance(source, bytes) else source.encode())

    def outcome(self, done):
        # Addresses and system numbers of threads differ from run to run.
        err = re.sub(rb"0x[0-9a-f]+", b"0x", done.stderr)
        return done.returncode, re.sub(rb"0x[0-9a-f]+", b"0x", done.stdout), err


class Endings(Case):
    def check(self, view, name, source):
        self.write(source)
        plain = self.outcome(self.run_minipy("prog.py", input=b"some text"))
        for old in self.folder.glob("OUT*"):
            old.unlink()
        watched = self.outcome(self.run_minipy(*view.words, "prog.py", input=b"some text"))
        self.assertEqual(watched, plain)
        path = self.folder / view.output
        if view.name in AT_THE_END and name in NEVER_ENDS:
            return
        view.judge(path, self)
        if view.name in AT_THE_END:
            self.assertNotEqual(text(path), "", "nothing was recorded")


def add_tests():
    for view in VIEWS:
        def test(self, view=view):
            for name, source in PROGRAMS.items():
                with self.subTest(view=view.name, program=name):
                    self.check(view, name, source)
        setattr(Endings, "test_" + view.name.replace(" ", "_"), test)


add_tests()


class Stepped(Case):
    """--step with commands from a file: what it says stands between what the program prints."""

    def test_programs(self):
        (self.folder / "commands").write_text("next\nstack\nvars\nwhere\n")
        for name, source in PROGRAMS.items():
            with self.subTest(name):
                self.write(source)
                plain = self.run_minipy("prog.py", input=b"some text")
                stepped = self.run_minipy("dis", "--step", "--commands", "commands", "prog.py", input=b"some text")
                # A shell's way of telling a signal.
                status = plain.returncode if plain.returncode >= 0 else 128 - plain.returncode
                self.assertEqual(stepped.returncode, status)
                self.assertEqual(self.outcome(stepped)[2], self.outcome(plain)[2])
                rest = iter(stepped.stdout.split(b"\n"))
                for line in plain.stdout.split(b"\n"):
                    self.assertTrue(any(line in shown for shown in rest), line[:200])


class Tools(Case):
    """Views that run the program elsewhere and tell about it: they end with a verdict, whatever the program does."""

    def test_compared_collections(self):
        for name, source in PROGRAMS.items():
            # What runs on for ever does so under the tracer, too; it must not be able to break the tracer, to compare.
            if name in ("daemons run on", "breaks the library"):
                continue
            with self.subTest(name):
                self.write(source)
                done = self.run_minipy("gc", "--compare", "prog.py")
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assertNotIn(b"in main", done.stderr)

    def test_compared_states(self):
        for option in ("--refs", "--sizes", "--identity"):
            for name, source in PROGRAMS.items():
                if name in ("daemons run on", "breaks the library"):
                    continue
                with self.subTest(option=option, program=name):
                    mark = "marked = [1]  # refs: marked\n"
                    self.write(mark + source if isinstance(source, str) else mark.encode() + source)
                    done = self.run_minipy("compare", option, "prog.py")
                    # The last two close the file that the result goes to.
                    wrong = name in ("does not compile", "not text", "null byte", "closes all files", "reuses numbers")
                    self.assertIn(done.returncode, (2,) if wrong else (0, 1), done.stderr)
                    self.assertNotIn(b"in main", done.stderr)

    def test_ended_from_outside(self):
        # What the tool has started ends with it.
        self.write("import os\nopen(str(os.getpid()) + '.pid', 'w').close()\nwhile True: pass  # refs: os\n")
        for words in (["gc", "--compare"], ["compare", "--refs"], ["compare", "--sizes"]):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                with self.subTest(words=words, signal=number):
                    for old in self.folder.glob("*.pid"):
                        old.unlink()
                    tool = subprocess.Popen([MINIPY, *words, "prog.py"], cwd=self.folder, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL)
                    while not (started := list(self.folder.glob("*.pid"))):
                        self.assertIsNone(tool.poll())
                        time.sleep(0.01)
                    tool.send_signal(number)
                    self.assertNotEqual(tool.wait(timeout=60 * SLOWNESS), 0)
                    for file in started:
                        stat = Path(f"/proc/{file.stem}/stat")
                        limit = time.monotonic() + 60
                        while stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z":
                            self.assertLess(time.monotonic(), limit, "it runs on")
                            time.sleep(0.01)


class Hostile(Case):
    def test_nothing_runs(self):
        self.write(HOSTILE)
        plain = self.run_minipy("prog.py")
        self.assertEqual(plain.returncode, 0, plain.stderr)
        (self.folder / "commands").write_text("".join("step\nstack\nvars\nwhere\nblock\n" for _ in range(300)) + "watch h\nwatch refs x\nbreak f\n/xyz\n")
        for view in VIEWS:
            with self.subTest(view.name):
                watched = self.run_minipy(*view.words, "prog.py")
                self.assertEqual(self.outcome(watched), self.outcome(plain))
                view.judge(self.folder / view.output, self)
        with self.subTest("refs of each"):
            for name in "hxtmw":
                watched = self.run_minipy("refs", "--watch", name, "--watch", "f." + "abc"[0], "-o", "OUT", "prog.py")
                self.assertEqual(self.outcome(watched), self.outcome(plain))
        with self.subTest("lines"):
            watched = self.run_minipy("dis", "--step", "--commands", "commands", "prog.py")
            self.assertEqual(watched.returncode, 0)
            lines = plain.stdout.split(b"\n")
            self.assertEqual([line for line in watched.stdout.split(b"\n") if line in lines and line], [line for line in lines if line])

    def test_compared(self):
        self.write(HOSTILE)
        done = self.run_minipy("gc", "--compare", "prog.py")
        self.assertEqual(done.stderr, b"")
        self.assertNotIn(b"differs:", done.stdout)


class Signals(Case):
    """A signal from outside while the program runs: the record is complete."""

    SOURCE = ("import sys, time\nx = []\nx.append(x)\ndel x\nx = [1]\nimport gc\ngc.collect()\ntry:\n    print('ready', flush=True)\n"
              "    while True: time.sleep(0.01)\nfinally:\n    print('finally', flush=True)\n")

    def test_interrupt(self):
        self.write(self.SOURCE)
        for view in VIEWS:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                with self.subTest(view=view.name, signal=number):
                    for old in self.folder.glob("OUT*"):
                        old.unlink()
                    run = subprocess.Popen([MINIPY, *view.words, "prog.py"], cwd=self.folder, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=dict(os.environ, PYTHONHASHSEED="0"))
                    self.assertEqual(run.stdout.readline(), b"ready\n")
                    run.send_signal(number)
                    out, err = run.communicate(timeout=60 * SLOWNESS)
                    self.assertEqual(run.returncode, -number)
                    if number == signal.SIGINT:
                        self.assertEqual(out, b"finally\n")
                        self.assertIn(b"KeyboardInterrupt", err)
                        view.judge(self.folder / view.output, self)
                    elif number == signal.SIGTERM and view.name in ("trace", "json", "page"):
                        view.judge(self.folder / view.output, self)
                    elif "json" in view.name and view.name not in AT_THE_END:
                        # Readable up to the last whole event.
                        lines = text(self.folder / view.output).split("\n")
                        for line in lines[:-1]:
                            json.loads(line)


if __name__ == "__main__":
    unittest.main()
