#!/usr/bin/python3.11
"""SIGINT at any moment, to the whole process group or to the viewer alone: the program gets it once, ends as it would without
the view, and the trace is complete.

usage: interrupts_test.py MINIPY        INTERRUPTS=N: so many shots of each kind
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MINIPY = os.path.abspath(sys.argv.pop(1))
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
SHOTS = int(os.environ.get("INTERRUPTS", 10))
# Tells how often it was interrupted.
COUNTER = """\
import signal, time
def handler(*_): came.append(1)
came = []
signal.signal(signal.SIGINT, handler)
print('ready', flush=True)
while not came: time.sleep(0.0001)
for _ in range(20): time.sleep(0.001)
print(len(came))
raise SystemExit(3)
"""
# Does not expect it.
SURPRISED = """\
def work(n):
    x = 0
    for i in range(n): x += i
try:
    print('begin', flush=True)
    for i in range(60): work(20)
finally:
    for i in range(10): work(5)
    print('finally', flush=True)
"""
VIEWS = {
    "steps": ["dis", "--trace", "--json", "-o", "trace"],
    "text": ["dis", "--trace", "-o", "trace"],
    "page": ["dis", "--html", "trace"],
    "calls": ["-X", "minipy.trace=calls,exceptions:trace.jsonl"],
    "events": ["-X", "minipy.trace=calls,exceptions:trace.json"],
}
TO_GROUP, TO_VIEWER = os.killpg, os.kill


class Interrupts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.random = random.Random(1)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, view, source):
        with open(self.path("prog.py"), "w") as f:
            f.write(source)
        # Whoever runs the tests in the background may have them ignore it, which would stay so.
        return subprocess.Popen([MINIPY, *VIEWS[view], "prog.py"], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def end(self, run):
        try:
            out, err = run.communicate(timeout=60 * SLOWNESS)
        finally:
            if run.returncode is None:
                os.killpg(run.pid, signal.SIGKILL)
        return run.returncode, out.decode(), err.decode()

    def take_trace(self):
        """(name, text) of what has been written."""
        for name in ("trace", "trace.json", "trace.jsonl"):
            try:
                with open(self.path(name)) as f:
                    text = f.read()
                os.remove(self.path(name))
                return name, text
            except FileNotFoundError:
                pass
        return "", ""

    def check_complete(self, view):
        """Returns the lines of a trace that consists of such."""
        _, text = self.take_trace()
        if view == "page":
            self.assertTrue(text.endswith("</html>\n"), text[-100:])
        elif view == "events":
            json.loads(text)
        else:
            self.assertTrue(text.endswith("\n"), text[-100:])
        if view not in ("steps", "calls"):
            return None
        lines = [json.loads(line) for line in text.splitlines()]
        if view == "steps":
            self.assertEqual([line["step"] for line in lines], list(range(len(lines))))
        return lines

    def test_handler(self):
        for view in VIEWS:
            for shoot in (TO_GROUP, TO_VIEWER):
                for _ in range(SHOTS):
                    with self.subTest(view=view, shoot=shoot.__name__):
                        run = self.start(view, COUNTER)
                        self.assertEqual(run.stdout.readline(), b"ready\n")
                        time.sleep(self.random.uniform(0, 0.003))
                        shoot(run.pid, signal.SIGINT)
                        self.assertEqual(self.end(run), (3, "1\n", ""))
                        lines = self.check_complete(view)
                        if view == "steps":
                            self.assertEqual((lines[-1]["opcode"], lines[-1]["line"]), ("RAISE_VARARGS", 9))
                        elif view == "calls":
                            self.assertEqual((lines[-1]["what"], lines[-1]["function"]), ("raised", "<module>"))

    def test_any_time(self):
        for view in VIEWS:
            begun = time.monotonic()
            self.assertEqual(self.end(self.start(view, SURPRISED)), (0, "begin\nfinally\n", ""))
            took = time.monotonic() - begun
            self.check_complete(view)
            for _ in range(SHOTS):
                after = self.random.uniform(0, took)
                with self.subTest(view=view, after=f"{after:.4f} of {took:.4f} seconds"):
                    run = self.start(view, SURPRISED)
                    time.sleep(after)
                    try:
                        os.killpg(run.pid, signal.SIGINT)
                    except ProcessLookupError:
                        pass
                    self.check_surprised(view, *self.end(run))

    def check_surprised(self, view, status, out, err):
        # Once only: an exception has none before it.
        if "begin" in out:
            self.assertNotIn("During handling", err)
        self.assertLessEqual(err.count("\nKeyboardInterrupt"), 1)
        if status == -signal.SIGINT and "KeyboardInterrupt" not in err:
            # Before there was a handler, or when there was none any more: as SIGKILL.
            self.take_trace()
            return
        # 1: it came while the interpreter started.
        self.assertIn(status, (0, -signal.SIGINT) if "begin" in out else (0, 1, -signal.SIGINT))
        if status == 0 or "begin" in out:
            lines = self.check_complete(view)
            if view == "steps" and "begin" in out:
                self.assertEqual(lines[-1]["depth"], 1)
            elif view == "calls" and "begin" in out:
                self.assertEqual(lines[-1]["function"], "<module>")
        else:
            self.take_trace()


if __name__ == "__main__":
    unittest.main()
