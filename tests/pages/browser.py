"""A browser for tests of pages: headless Chromium, which gets keys and a mouse as from a person."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MINIPY = os.path.abspath(sys.argv.pop(1))
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt


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

    def emulate(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def overflowing(self):
        """Elements that stick out of the window at the right without anything around them that scrolls."""
        return self.evaluate("""[...document.body.querySelectorAll('*')].filter((e) => {
            const r = e.getBoundingClientRect();
            if (r.width === 0 || r.right <= document.documentElement.clientWidth + 1) return false;
            for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
              if (getComputedStyle(p).overflowX !== 'visible') return false;
            }
            return true;
          }).map((e) => e.tagName + '#' + e.id + '.' + e.className)""")

    def close(self):
        os.close(self.out)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.inward)


class PageCase(unittest.TestCase):
    """One browser for the tests of a class, a folder for programs and pages."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.browser = Browser(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def minipy(self, *words):
        return subprocess.run([MINIPY, *words], capture_output=True, text=True, timeout=120 * SLOWNESS, cwd=self.folder.name,
                              env=dict(os.environ, PYTHONHASHSEED="0"))

    def write(self, name, source):
        with open(self.path(name), "w") as f:
            f.write(source)


def main():
    if not CHROMIUM:
        print("skipped: no chromium (package chromium)")
        sys.exit(77)
    unittest.main()
