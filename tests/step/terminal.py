"""A terminal as far as tests need one: runs a command on a pseudo-terminal, and has the screen that a person would see."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
GRAPHICS = dict(zip("jklmnqtuvwx", "┘┐┌└┼─├┤┴┬│"))


class Terminal:
    """The screen: `lines()`, the cursor, and which cells are underlined."""

    def __init__(self, command, rows, columns, cwd, term="xterm-256color"):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.marks = [[False] * columns for _ in range(rows)]
        self.y = self.x = 0
        self.region = (0, rows - 1)
        self.underline = self.graphics = False
        self.pending = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.environ.update(TERM=term, LC_ALL="C.UTF-8", PYTHONHASHSEED="0")
            os.environ.pop("COLORTERM", None)
            time.sleep(0.2)  # until the size is set
            os.execvp(command[0], command)
        self.resize(rows, columns, clear=False)
        self.status = None

    def resize(self, rows, columns, clear=True):
        self.rows, self.columns = rows, columns
        if clear:
            self.cells = [[" "] * columns for _ in range(rows)]
            self.marks = [[False] * columns for _ in range(rows)]
            self.y = self.x = 0
            self.region = (0, rows - 1)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if clear:
            os.kill(self.pid, signal.SIGWINCH)

    def type(self, text):
        os.write(self.fd, text.encode())

    def read(self, seconds):
        """Takes what comes within that time; False at the end."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        if not data:
            return False
        self.feed(data)
        return True

    def wait_for(self, condition, what):
        """Reads until condition(self) holds. There is a limit only so that a hanging test ends."""
        limit = time.monotonic() + 60 * SLOWNESS
        while not condition(self):
            if time.monotonic() > limit:
                raise AssertionError(f"never seen: {what}\n" + self.text())
            if not self.read(0.1) and not condition(self):
                raise AssertionError(f"ended before: {what}\n" + self.text())

    def wait_for_text(self, text):
        self.wait_for(lambda t: text in t.text(), text)

    def wait_for_end(self):
        while self.read(10):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        os.close(self.fd)
        return self.status

    def text(self):
        return "\n".join(self.lines())

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def underlined(self):
        return ["".join(c for c, m in zip(row, marks) if m) for row, marks in zip(self.cells, self.marks) if any(marks)]

    # ---- What the terminal understands
    def feed(self, data):
        text = self.pending + data
        # An unfinished character or sequence waits for the rest.
        cut = len(text)
        for back in range(1, min(4, len(text)) + 1):
            if text[-back] >= 0xc0:
                need = 2 if text[-back] < 0xe0 else 3 if text[-back] < 0xf0 else 4
                if need > back:
                    cut = len(text) - back
                break
            if text[-back] < 0x80:
                break
        escape = text.rfind(b"\033")
        if escape >= 0 and not re.match(rb"\033(\[[0-9;?>!]*[ -/]*[@-~]|[()][A-Z0-9]|[^\[()])", text[escape:]):
            cut = min(cut, escape)
        self.pending, text = text[cut:], text[:cut].decode(errors="replace")
        at = 0
        while at < len(text):
            if text[at] == "\033":
                found = re.compile(r"\033\[([0-9;?>!]*)[ -/]*([@-~])").match(text, at)
                if found:
                    self.control(found[1], found[2])
                    at = found.end()
                elif text[at + 1:at + 2] in "()":
                    if text[at + 1] == "(":
                        self.graphics = text[at + 2] == "0"
                    at += 3
                else:
                    if text[at + 1] == "M" and self.y == self.region[0]:
                        self.shift(self.y, -1)
                    elif text[at + 1] == "M":
                        self.y = max(0, self.y - 1)
                    at += 2
                continue
            self.put(text[at])
            at += 1

    def put(self, c):
        if c == "\r":
            self.x = 0
        elif c == "\n":
            if self.y == self.region[1]:
                self.shift(self.region[0], 1)
            else:
                self.y = min(self.rows - 1, self.y + 1)
        elif c == "\b":
            self.x = max(0, self.x - 1)
        elif c in "\x0e\x0f":
            self.graphics = c == "\x0e"
        elif c >= " ":
            self.last = c
            if self.x >= self.columns:
                self.x = 0
                self.y = min(self.rows - 1, self.y + 1)
            self.cells[self.y][self.x] = GRAPHICS.get(c, c) if self.graphics else c
            self.marks[self.y][self.x] = self.underline
            self.x += 2 if unicodedata.east_asian_width(c) in "WF" else 1

    def erase(self, y, first, last):
        for x in range(max(0, first), min(self.columns, last)):
            self.cells[y][x] = " "
            self.marks[y][x] = False

    def control(self, arguments, final):
        if arguments[:1] in ("?", ">", "!"):
            return
        numbers = [int(n) if n else 0 for n in arguments.split(";")]
        n = numbers[0] or 1
        if final in "Hf":
            self.y = min(self.rows, n) - 1
            self.x = min(self.columns, (numbers[1] if len(numbers) > 1 else 0) or 1) - 1
        elif final == "A":
            self.y = max(0, self.y - n)
        elif final == "B":
            self.y = min(self.rows - 1, self.y + n)
        elif final == "C":
            self.x = min(self.columns - 1, self.x + n)
        elif final == "D":
            self.x = max(0, self.x - n)
        elif final == "G":
            self.x = n - 1
        elif final == "d":
            self.y = min(self.rows, n) - 1
        elif final == "K":
            if numbers[0] == 1:
                self.erase(self.y, 0, self.x + 1)
            else:
                self.erase(self.y, 0 if numbers[0] == 2 else self.x, self.columns)
        elif final == "J":
            if numbers[0] == 0:
                self.erase(self.y, self.x, self.columns)
            for y in range(self.y + 1 if numbers[0] == 0 else 0, self.rows):
                self.erase(y, 0, self.columns)
        elif final == "X":
            self.erase(self.y, self.x, self.x + n)
        elif final == "b":
            for _ in range(n):
                self.put(self.last)
        elif final == "P":
            row, marks = self.cells[self.y], self.marks[self.y]
            del row[self.x:self.x + n], marks[self.x:self.x + n]
            row.extend(" " * (self.columns - len(row)))
            marks.extend([False] * (self.columns - len(marks)))
        elif final == "@":
            self.cells[self.y][self.x:self.x] = [" "] * n
            self.marks[self.y][self.x:self.x] = [False] * n
            del self.cells[self.y][self.columns:], self.marks[self.y][self.columns:]
        elif final in "LT":
            self.shift(self.y if final == "L" else self.region[0], -n)
        elif final in "MS":
            self.shift(self.y if final == "M" else self.region[0], n)
        elif final == "r":
            self.region = (n - 1, (numbers[1] if len(numbers) > 1 else self.rows) - 1)
            self.y = self.x = 0
        elif final == "m":
            for k in numbers:
                if k in (0, 24):
                    self.underline = False
                elif k == 4:
                    self.underline = True

    def shift(self, top, by):
        """Moves the lines from `top` to the end of the scrolling region up (`by` > 0) or down."""
        bottom = self.region[1]
        for _ in range(abs(by)):
            for rows, blank in ((self.cells, " "), (self.marks, False)):
                if by > 0:
                    del rows[top]
                    rows.insert(bottom, [blank] * self.columns)
                else:
                    del rows[bottom]
                    rows.insert(top, [blank] * self.columns)
