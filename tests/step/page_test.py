#!/usr/bin/python3.11
"""The page of a run in a real browser: headless Chromium opens it and gets keys and a moved slider, as from a person. What
the page shows at each step is compared with `minipy dis --trace --json` of the same run.

usage: page_test.py MINIPY
Without Chromium (package chromium, 290 MB: group `browser` of packages.txt) the test is skipped, and says so.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

MINIPY = os.path.abspath(sys.argv.pop(1))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PROGRAM = """\
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next

def build(items):
    head = None
    for item in reversed(items):
        head = Node(item, head)
    return head

def numbers(n):
    for i in range(n):
        yield i * 1.5

words = {'one': [1, 2], 'two': (3.5, 'caf\\xe9'), 'tags': '</script><b>&amp;'}
words['self'] = words
head = build([1, 2, 3])
big = 2 ** 60 + 1, -(2 ** 59), 2 ** 100
seen = [f for f in numbers(3)]
try:
    words['missing']
except KeyError as error:
    caught = error
method = head.__init__
unique = {1, 2}, set(), (1,), frozenset([3])
"""


class Browser:
    """Chromium over its debugging pipe: messages of JSON that end with a null byte."""

    def __init__(self, folder):
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def connect():
            # The browser reads commands from descriptor 3 and answers on 4.
            first, second = os.dup(to_read), os.dup(from_write)
            while first < 5 or second < 5:
                first, second = os.dup(first), os.dup(second)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--remote-debugging-pipe", "--window-size=1400,900", f"--user-data-dir={folder}/profile", "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.out, self.inward = to_write, from_read
        self.number, self.buffer, self.events = 0, b"", []
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")

    def message(self):
        while b"\0" not in self.buffer:
            data = os.read(self.inward, 1 << 20)
            if not data:
                raise AssertionError("the browser has ended")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        order = {"id": self.number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            order["sessionId"] = self.session
        os.write(self.out, json.dumps(order).encode() + b"\0")
        while True:
            m = self.message()
            if m.get("id") == self.number:
                if "error" in m:
                    raise AssertionError(f"{method}: {m['error']}")
                return m["result"]
            self.events.append(m)

    def open(self, path):
        self.call("Page.navigate", url="file://" + path)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.message())
        self.events.clear()

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(result["exceptionDetails"])
        return result["result"].get("value")

    KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40, "ArrowUp": 38, "Home": 36, "End": 35, "PageDown": 34,
            "PageUp": 33, "Escape": 27}

    def press(self, key, shift=False):
        for kind in ("keyDown", "keyUp"):
            more = {"windowsVirtualKeyCode": self.KEYS[key]} if key in self.KEYS else {}
            if key not in self.KEYS and kind == "keyDown":
                more["text"] = key
            self.call("Input.dispatchKeyEvent", type=kind, key=key, modifiers=8 if shift else 0, **more)

    def drag(self, x1, y1, x2, y2):
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=x1, y=y1, button="left", clickCount=1)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x2, y=y2, button="left", buttons=1)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=x2, y=y2, button="left", clickCount=1)

    def close(self):
        os.close(self.out)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.inward)


def without_addresses(value):
    text = re.sub(r"0x[0-9a-f]+", "0x", json.dumps(value))
    return json.loads(text)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.browser = Browser(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def make(self, source, *options):
        program = os.path.join(self.folder.name, "program.py")
        page = os.path.join(self.folder.name, "page.html")
        trace = os.path.join(self.folder.name, "trace.jsonl")
        with open(program, "w") as f:
            f.write(source)
        for words in (["--html", page], ["--trace", "--json", "-o", trace]):
            subprocess.run([MINIPY, "dis", *words, *options, program], check=True, stdout=subprocess.DEVNULL, timeout=120,
                           env=dict(os.environ, PYTHONHASHSEED="0"))
        with open(trace) as f:
            self.steps = [json.loads(line) for line in f]
        self.browser.open(page)

    def shown(self):
        return self.browser.evaluate("state()")

    def check(self, number):
        """The page is at that step and shows what was recorded, by its data and by its elements."""
        b = self.browser
        shown, step = self.shown(), self.steps[number]
        self.assertEqual(shown["step"], number)
        for field in ("thread", "frame", "depth", "function", "offset", "opcode", "line"):
            self.assertEqual(shown[field], step[field], f"step {number}: {field}")
        self.assertEqual(without_addresses(shown["stack"]), without_addresses(step["stack"]), f"step {number}")
        self.assertEqual(b.evaluate("document.querySelector('#number').value"), str(number))
        self.assertEqual(b.evaluate("document.querySelector('#slider').value"), str(number))
        here = b.evaluate("document.querySelector('#bytecode .here').textContent")
        self.assertIn(step["opcode"], here)
        rows = b.evaluate("[...document.querySelectorAll('#stack .slot')].map((e) => e.textContent)")
        self.assertEqual(len(rows), len(step["stack"]))
        if step["line"]:
            number = b.evaluate("document.querySelector('#source .here .no').textContent")
            self.assertEqual(int(number), step["line"])
            if step["column"] is not None and step["end_line"] == step["line"]:
                marked = b.evaluate("document.querySelector('#source .here mark').textContent")
                source = PROGRAM.split("\n")[step["line"] - 1].encode() if self.own_source else b""
                if source:
                    self.assertEqual(marked, source[step["column"]:step["end_column"]].decode())

    own_source = True

    def test_keys_and_slider(self):
        self.make(PROGRAM)
        b, last = self.browser, len(self.steps) - 1
        self.check(0)
        for k in range(1, 40):
            b.press("ArrowRight")
            self.check(k)
        for k in range(38, 20, -1):
            b.press("ArrowLeft")
            self.check(k)
        b.press("End")
        self.check(last)
        b.press("Home")
        self.check(0)
        b.press("PageDown")
        self.check(100)
        b.press("PageUp")
        self.check(0)
        # The slider, by the mouse and by its value.
        box = b.evaluate("(() => { const r = document.querySelector('#slider').getBoundingClientRect();"
                         " return [r.left, r.top + r.height / 2, r.width]; })()")
        b.drag(box[0] + 8, box[1], box[0] + box[2] / 2, box[1])
        middle = self.shown()["step"]
        self.assertTrue(abs(middle - last / 2) < last / 10, middle)
        self.check(middle)
        b.evaluate("document.activeElement.blur()")
        for k in (last - 1, 3, last // 3):
            b.evaluate(f"(() => {{ const s = document.querySelector('#slider'); s.value = {k};"
                       " s.dispatchEvent(new Event('input')); })()")
            self.check(k)

    def test_every_step(self):
        self.make(PROGRAM)
        for number in range(len(self.steps)):
            self.browser.evaluate(f"go({number})")
            self.check(number)

    def test_lines_and_calls(self):
        self.make(PROGRAM)
        b = self.browser
        line = PROGRAM.split("\n").index("head = build([1, 2, 3])") + 1
        call = next(s["step"] for s in self.steps if s["line"] == line and s["opcode"] == "CALL")
        b.evaluate(f"go({call})")
        b.press("ArrowRight", shift=True)
        after = self.shown()["step"]
        self.assertEqual((self.steps[after]["function"], self.steps[after]["line"]), ("<module>", line))
        self.assertGreater(after, call + 20)
        b.press("ArrowLeft", shift=True)
        self.check(call)
        b.press("ArrowRight")
        self.assertEqual(self.shown()["function"], "build")
        b.press("ArrowDown")
        self.assertEqual((self.shown()["function"], self.shown()["line"]), ("build", 7))
        b.press("ArrowDown")
        self.assertEqual(self.shown()["line"], 8)
        b.press("ArrowUp")
        self.assertEqual((self.shown()["function"], self.shown()["line"]), ("build", 7))
        calls = b.evaluate("[...document.querySelectorAll('#calls .call')].map((e) => e.textContent)")
        self.assertEqual(len(calls), 2)

    def test_heap(self):
        self.make(PROGRAM)
        b = self.browser
        b.press("End")
        cards = b.evaluate("[...document.querySelectorAll('#columns .column:not(:first-child) .head b')].map((e) => e.textContent)")
        for kind in ("Node", "dict", "list", "tuple", "KeyError", "method", "set"):
            self.assertIn(kind, cards)
        # An arrow for every reference to a card, and a card for an object once.
        self.assertEqual(b.evaluate("document.querySelectorAll('#graph svg > path').length"),
                         b.evaluate("document.querySelectorAll('#graph .dot').length"))
        nodes = [c for c in cards if c == "Node"]
        self.assertEqual(len(nodes), 3)
        text = b.evaluate("document.querySelector('#variables').textContent")
        self.assertIn("1152921504606846977", text)
        self.assertEqual(b.evaluate("document.querySelectorAll('.slot b').length"), 0)

    def test_long_run(self):
        self.own_source = False
        self.make("def f(n):\n    l = []\n    for i in range(n):\n        l.append(i)\n        if len(l) > 4:\n            l.clear()\n"
                  "    return l\nf(9000)\n", "--history", "200000")
        b, last = self.browser, len(self.steps) - 1
        self.assertGreater(last, 100000)
        for number in (last, 8191, 8192, 8193, 50000, 49999, 0, 100000, 16384, 16383):
            b.evaluate(f"go({number})")
            self.check(number)
        b.press("ArrowLeft")
        self.check(16382)

    def test_nothing(self):
        program = os.path.join(self.folder.name, "wrong.py")
        page = os.path.join(self.folder.name, "wrong.html")
        with open(program, "w") as f:
            f.write("def f(:\n")
        run = subprocess.run([MINIPY, "dis", "--html", page, program], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 1)
        self.browser.open(page)
        self.assertIn("No instruction", self.browser.evaluate("document.body.textContent"))


if __name__ == "__main__":
    if not CHROMIUM:
        print("skipped: no chromium (package chromium)")
        sys.exit(77)
    unittest.main()
