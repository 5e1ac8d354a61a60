#!/usr/bin/python3.11
"""How usable the page of a long run is: what it weighs, how long it takes to open, to step, to jump, to search.

usage: page.py MINIPY PROGRAM [ARGS]     (needs Chromium; the last 100,000 steps of the run are in the page)
"""
import os
import subprocess
import sys
import tempfile
import time

MINIPY, *PROGRAM = sys.argv[1:]
sys.argv[1:] = [MINIPY]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "pages"))
from browser import Browser  # noqa: E402

# Layout included, painting not.
MEASURE = """(() => {
  const time = (f) => { const t = performance.now(); f(); document.body.offsetHeight; return performance.now() - t; };
  const times = (n, f) => { const all = []; for (let k = 0; k < n; k++) all.push(time(() => f(k))); return all; };
  const length = run.end - run.first, out = {};
  go(run.first + (length >> 1));
  out.step = times(100, () => moves.step());
  out['step back'] = times(100, () => moves.back());
  out.jump = times(100, (k) => go(run.first + k * 7919 % length));
  out.line = times(20, () => moves.line());
  out['line back'] = times(20, () => moves.lineBack());
  go(run.first);
  sought = 'there is no such text';
  out['search through all'] = times(3, () => search(false));
  return out;
})()"""


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = os.path.join(folder, "page.html")
        subprocess.run([MINIPY, "dis", "--html", page, *PROGRAM], check=True, stdout=subprocess.DEVNULL)
        browser = Browser(folder)
        browser.emulate(1366, 768)
        start = time.perf_counter()
        browser.open(page)
        opened = time.perf_counter() - start
        print(f"{browser.evaluate('run.end - run.first')} steps, {os.path.getsize(page) / 1e6:.1f} MB, opens in {opened:.2f} s")
        for name, values in browser.evaluate(MEASURE).items():
            print(f"{name:20} {sum(values) / len(values):8.1f} ms, at most {max(values):.1f} ms")
        browser.close()


if __name__ == "__main__":
    main()
