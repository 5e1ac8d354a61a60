#!/usr/bin/python3.11
"""The page of a run in a real browser: headless Chromium opens it and gets keys and a moved slider, as from a person. What
the page shows at each step is compared with `minipy dis --trace --json` of the same run.

usage: step_page_test.py MINIPY
Without Chromium (package chromium) the test is skipped, and says so.
"""
import json
import re

from browser import PageCase, main

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


def without_addresses(value):
    text = re.sub(r"0x[0-9a-f]+", "0x", json.dumps(value))
    return json.loads(text)


class Page(PageCase):
    def make(self, source, *options):
        self.write("program.py", source)
        for words in (["--html", "page.html"], ["--trace", "--json", "-o", "trace.jsonl"]):
            self.assertEqual(self.minipy("dis", *words, *options, "program.py").returncode, 0)
        with open(self.path("trace.jsonl")) as f:
            self.steps = [json.loads(line) for line in f]
        self.browser.open(self.path("page.html"))

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

    ARROWS = """(() => {
      const graph = document.querySelector('#graph'), o = graph.getBoundingClientRect();
      const box = (e) => { const r = e.getBoundingClientRect(), x = graph.scrollLeft - o.left, y = graph.scrollTop - o.top;
                           return {left: r.left + x, right: r.right + x, top: r.top + y, bottom: r.bottom + y}; };
      const rows = [...graph.querySelectorAll('.slot')].filter((e) => e.querySelector('.dot'));
      return [...graph.querySelectorAll('svg > path')].map((p) => {
        const a = p.getPointAtLength(0), z = p.getPointAtLength(p.getTotalLength());
        const card = graph.querySelector(`.card[data-object="${p.dataset.to}"]`), c = box(card);
        const from = rows.filter((e) => { const r = box(e); return r.top <= a.y && a.y <= r.bottom && Math.abs(a.x - r.right) < 4; });
        return {ends: z.y >= c.top && z.y <= c.bottom && Math.min(Math.abs(z.x - c.left), Math.abs(z.x - c.right)) < 4,
                to: card.title, from: from.map((e) => {
                  const holder = e.closest('.card');
                  return [holder.id || holder.title, e.querySelector('.name').textContent]; })};
      });
    })()"""

    def test_arrows(self):
        # Drawn where they belong: from the row that holds the reference to the card of its object.
        self.make("import sys\nclass Node: pass\na, b = Node(), Node()\na.next = b\nb.next = a\nl = [a, [b]]\nd = {'k': l, 'me': None}\n"
                  "d['me'] = d\nwhere = {k: hex(id(v)) for k, v in dict(a=a, b=b, l=l, i=l[1], d=d).items()}\n"
                  "print(*where.values(), file=sys.stderr)\n")
        run = self.minipy("dis", "--html", "page.html", "program.py")
        a, b, l, inner, d = run.stderr.split()
        expected = {("variables", "a", a), ("variables", "b", b), ("variables", "l", l), ("variables", "d", d),
                    (a, "next", b), (b, "next", a), (l, "0", a), (l, "1", inner), (inner, "0", b), (d, "'k'", l), (d, "'me'", d)}
        for size in ((1366, 768), (480, 900)):
            self.browser.emulate(*size)
            self.browser.open(self.path("page.html"))
            self.browser.press("End")
            arrows = self.browser.evaluate(self.ARROWS)
            self.assertTrue(all(arrow["ends"] for arrow in arrows), arrows)
            drawn = {(*source, arrow["to"]) for arrow in arrows for source in arrow["from"]}
            self.assertLessEqual(expected, drawn)
            inner_objects = {a, b, l, inner, d}
            self.assertEqual(expected, {arrow for arrow in drawn if arrow[2] in inner_objects})
        self.browser.emulate(1400, 900)

    def test_sizes_and_colours(self):
        self.make(PROGRAM)
        b = self.browser
        grounds = set()
        for width, height in ((1366, 768), (1920, 1080), (900, 700), (480, 900), (360, 640)):
            for dark in (False, True):
                b.emulate(width, height, dark)
                b.open(self.path("page.html"))
                b.press("End")
                self.assertEqual(b.overflowing(), [], (width, height))
                grounds.add(b.evaluate("getComputedStyle(document.body).backgroundColor"))
                # The keys are named on the page, and all of them in the help.
                self.assertIn("step", b.evaluate("document.querySelector('footer').innerText"))
                b.press("?")
                self.assertTrue(b.evaluate("document.querySelector('#help').getBoundingClientRect().height > 0"))
                b.press("Escape")
                self.assertEqual(b.evaluate("document.querySelector('#help').getBoundingClientRect().height"), 0)
        self.assertEqual(len(grounds), 2)
        b.emulate(1400, 900)

    def test_search(self):
        self.make(PROGRAM)
        b = self.browser
        b.evaluate("sought = 'caf\u00e9'; search(false)")
        first = self.shown()["step"]
        self.assertIn("caf\u00e9", json.dumps(self.steps[first], ensure_ascii=False))
        self.check(first)
        b.press("n")
        self.assertGreater(self.shown()["step"], first)
        b.press("N")
        self.check(first)

    def test_long_run(self):
        # Everything works in a trace of more than 100,000 steps, at its ends, between its pieces and within them.
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
        b.press("ArrowRight")
        b.press("ArrowRight")
        self.check(16384)
        b.press("PageDown")
        self.check(16484)
        b.press("ArrowDown")
        after = self.shown()["step"]
        self.assertNotEqual(self.steps[after]["line"], self.steps[16484]["line"])
        b.press("ArrowUp")
        self.assertEqual(self.steps[self.shown()["step"]]["line"], self.steps[16484]["line"])
        b.evaluate("(() => { const s = document.querySelector('#slider'); s.value = 77777; s.dispatchEvent(new Event('input')); })()")
        self.check(77777)
        b.press("End")
        self.check(last)
        # Past all of the loop, and back.
        b.press("Home")
        call = next(s["step"] for s in self.steps if s["opcode"] == "CALL" and s["function"] == "<module>")
        b.evaluate(f"go({call})")
        b.press("ArrowRight", shift=True)
        self.check(next(s["step"] for s in self.steps[call + 1:] if s["function"] == "<module>"))
        b.press("ArrowLeft", shift=True)
        self.check(call)
        b.evaluate("sought = 'RETURN_VALUE'; search(false)")
        self.check(next(s["step"] for s in self.steps[call + 1:] if s["opcode"] == "RETURN_VALUE"))

    def test_nothing(self):
        self.write("wrong.py", "def f(:\n")
        self.assertEqual(self.minipy("dis", "--html", "wrong.html", "wrong.py").returncode, 1)
        self.browser.open(self.path("wrong.html"))
        self.assertIn("No instruction", self.browser.evaluate("document.body.textContent"))


if __name__ == "__main__":
    main()
