#!/usr/bin/python3.11
"""The page of a run's collections in a real browser: its timeline, table and details against `minipy gc --json`.

usage: gc_page_test.py MINIPY
Without Chromium (package chromium) the test is skipped, and says so.
"""
import json

from browser import PageCase, main

PROGRAM = """\
import gc, weakref
gc.collect()
class Node:
    def __init__(self, name): self.name = name; self.me = self
class Phoenix(Node):
    def __del__(self):
        global saved
        saved = self
def rings(n):
    for i in range(n):
        a, b = Node(i), Node('</script><b>')
        a.other, b.other = b, a
rings(1500)
gc.set_threshold(400, 5, 5)
kept = [[i] for i in range(3000)]
phoenix = Phoenix('p')
del phoenix
gc.collect()
node = Node('w')
watched = weakref.ref(node, lambda r: None)
del node
gc.collect()
"""


class Page(PageCase):
    def make(self, source, *options):
        self.write("program.py", source)
        run = self.minipy("gc", "--json", "-o", "gc.jsonl", "--html", "gc.html", *options, "program.py")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        with open(self.path("gc.jsonl")) as f:
            self.events = [json.loads(line) for line in f]
        self.browser.open(self.path("gc.html"))

    def details(self):
        """What the page says about the chosen collection: names and values."""
        return dict(self.browser.evaluate(
            "[...document.querySelectorAll('#details dt')].map((e) => [e.textContent, e.nextElementSibling.textContent])"))

    def check(self, k):
        """The page shows collection k: in its details, in the table's row, in the timeline."""
        b, e, grouped = self.browser, self.events[k], lambda n: f"{n:,}"
        self.assertEqual(b.evaluate("document.querySelector('#chosen').textContent"),
                         f"Collection {e['number']} generation {e['generation']}")
        d = self.details()
        why = e["trigger"]
        if why == "threshold":
            why = f"count {grouped(e['counts'][e['generation']])} > threshold {grouped(e['thresholds'][e['generation']])}"
        self.assertEqual(d["because"], why)
        self.assertEqual(d["counts"], " / ".join(map(str, e["counts"])) + " of " + " / ".join(map(str, e["thresholds"])))
        for name in ("examined", "reachable", "unreachable", "untracked", "collected", "uncollectable"):
            self.assertEqual(d[name], grouped(e[name]), name)
        self.assertEqual(d["weakref callbacks"], str(e["weakref_callbacks"]))
        self.assertEqual(d["finalizers"], f"{e['finalizers']}, {e['resurrected']} objects brought back")
        self.assertEqual(d["blocks in use"], f"{grouped(e['blocks_before'])} \u2192 {grouped(e['blocks_after'])}")
        row = b.evaluate("[...document.querySelector('tr.chosen').children].map((e) => e.textContent)")
        self.assertEqual([row[0], row[2], row[3], row[6]],
                         [str(e["number"]), str(e["generation"]), " / ".join(map(str, e["counts"])), grouped(e["collected"])])
        self.assertEqual(b.evaluate("[...document.querySelectorAll('rect.chosen')].map((e) => e.dataset.i)"), [str(k)])
        # The row is in sight.
        self.assertTrue(b.evaluate("(() => { const r = document.querySelector('tr.chosen').getBoundingClientRect(),"
                                   " s = document.querySelector('#scroll').getBoundingClientRect();"
                                   " return r.top >= s.top && r.bottom <= s.bottom; })()"))

    def test_keys(self):
        self.make(PROGRAM)
        b, last = self.browser, len(self.events) - 1
        self.assertGreater(last, 15)
        self.check(0)
        for k in range(1, 10):
            b.press("ArrowRight")
            self.check(k)
        b.press("ArrowDown")
        self.check(10)
        for k in range(9, 4, -1):
            b.press("ArrowLeft")
            self.check(k)
        b.press("ArrowUp")
        self.check(4)
        b.press("End")
        self.check(last)
        b.press("ArrowRight")
        self.check(last)
        b.press("Home")
        self.check(0)
        b.press("ArrowLeft")
        self.check(0)

    def click(self, selector):
        x, y = self.browser.evaluate(f"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView({{block: 'center'}});"
                                     " const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.bottom - 2]; })()")
        self.browser.drag(x, y, x, y)

    def test_mouse(self):
        self.make(PROGRAM)
        for k in (3, len(self.events) - 2, 7):
            self.click(f"tr[data-i=\"{k}\"]")
            self.check(k)
        # Marks in the timeline may lie over each other: one of the last, on top of what is below.
        full = [k for k, e in enumerate(self.events) if e["generation"] == 2][-1]
        self.click(f"rect[data-i=\"{full}\"]")
        self.check(full)

    def test_sums(self):
        self.make(PROGRAM)
        tiles = self.browser.evaluate("[...document.querySelectorAll('.tile')].map((e) => e.textContent)")
        by_generation = [sum(e["generation"] == g for e in self.events) for g in range(3)]
        self.assertEqual(tiles[0], f"{len(self.events)}collections ({by_generation[0]} / {by_generation[1]} / {by_generation[2]})")
        self.assertEqual(tiles[1], f"{sum(e['collected'] for e in self.events):,}objects collected")
        self.assertEqual(tiles[3], f"{sum(e['finalizers'] for e in self.events)}finalizers called")
        self.assertGreaterEqual(sum(e["finalizers"] for e in self.events), 1)
        self.assertGreaterEqual(sum(e["resurrected"] for e in self.events), 1)
        self.assertEqual(sum(e["weakref_callbacks"] for e in self.events), 1)

    def test_timeline(self):
        self.make(PROGRAM)
        b = self.browser
        bars = b.evaluate("[...document.querySelectorAll('rect.event')].map((e) => [+e.getAttribute('x'), +e.getAttribute('width'),"
                          " +e.getAttribute('y'), +e.getAttribute('height'), e.getAttribute('fill')])")
        self.assertEqual(len(bars), len(self.events))
        # In order of time; each in its generation's lane and colour; as high as the count that led to it.
        ends = b.evaluate("document.querySelector('#timeline svg').getBoundingClientRect().width")
        lanes = {}
        for (x, width, y, height, fill), e in zip(bars, self.events):
            self.assertEqual(fill, f"var(--g{e['generation']})")
            self.assertLessEqual(x + width, ends)
            lanes.setdefault(e["generation"], set()).add(round(y + height, 1))
        self.assertTrue(all(len(bases) == 1 for bases in lanes.values()))
        self.assertEqual(sorted(x for x, *_ in bars), [x for x, *_ in bars])
        first = [(bar[3], e["counts"][0]) for bar, e in zip(bars, self.events) if e["generation"] == 0]
        high, most = max(first)
        for height, count in first:
            self.assertAlmostEqual(height, max(4, high * count / most), delta=0.1)
        # The thresholds are lines that step where the program changed them.
        paths = b.evaluate("[...document.querySelectorAll('#timeline path')].map((e) => e.getAttribute('d'))")
        self.assertEqual(len(paths), 3)
        self.assertTrue(all(path.count("V") == 1 for path in paths), paths)
        heap = b.evaluate("document.querySelector('#timeline polyline').getAttribute('points')").split()
        self.assertEqual(len(heap), 2 * len(self.events))

    def test_cycles(self):
        self.make(PROGRAM, "-v")
        b = self.browser
        k = next(k for k, e in enumerate(self.events) if e["details"]["cycles"] and e["trigger"] == "threshold")
        for _ in range(k):
            b.press("ArrowRight")
        self.check(k)
        text = b.evaluate("document.querySelector('#details').textContent")
        self.assertIn(f"{self.events[k]['details']['cycles']:,} cycles", text)
        self.assertIn("back to the first", text)
        step = self.events[k]["details"]["cycles_shown"][0]["path"][0]
        self.assertIn(f"{step['object']['text']} {step['object']['address']}", text)

    def test_sizes_and_colours(self):
        self.make(PROGRAM, "-v")
        b = self.browser
        grounds = set()
        for width, height in ((1366, 768), (1920, 1080), (800, 700), (480, 900), (360, 640)):
            for dark in (False, True):
                b.emulate(width, height, dark)
                b.open(self.path("gc.html"))
                self.assertEqual(b.overflowing(), [], (width, height))
                # Lettering of the timeline keeps its size.
                self.assertEqual(b.evaluate("(() => { const s = document.querySelector('#timeline svg');"
                                            " return s.getBoundingClientRect().width / s.viewBox.baseVal.width; })()"), 1)
                grounds.add(b.evaluate("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(grounds), 2)
        b.emulate(1400, 900)
        self.assertIn("Home", b.evaluate("document.querySelector('.sub').innerText"))

    def test_many(self):
        self.make("import gc\ngc.set_threshold(10)\nclass Node: pass\nfor i in range(60000):\n    a = Node()\n    a.me = a\n")
        self.assertGreater(len(self.events), 4000)
        self.browser.press("End")
        self.check(len(self.events) - 1)
        self.browser.press("ArrowLeft")
        self.check(len(self.events) - 2)

    def test_nothing(self):
        self.make("import os\nos._exit(0)\n")
        if not self.events:
            self.assertIn("No collection", self.browser.evaluate("document.body.textContent"))

    def test_killed(self):
        self.write("killed.py", "import gc, os, signal\nfor i in range(5): gc.collect()\nos.kill(os.getpid(), signal.SIGKILL)\n")
        self.assertEqual(self.minipy("gc", "--html", "killed.html", "killed.py").returncode, -9)
        self.browser.open(self.path("killed.html"))
        self.assertGreaterEqual(self.browser.evaluate("document.querySelectorAll('#rows tr').length"), 5)

    def test_title(self):
        run = self.minipy("gc", "--html", "title.html", "-c", "import gc; gc.collect() # <b>")
        self.assertEqual(run.returncode, 0)
        self.browser.open(self.path("title.html"))
        self.assertEqual(self.browser.evaluate("document.querySelector('h1').textContent"), "Garbage collections of minipy -c")


if __name__ == "__main__":
    main()
