#!/usr/bin/python3.11
"""The stepper's full screen, driven through a pseudo-terminal at 80x24 and 200x60.

usage: screen_test.py MINIPY
"""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Terminal  # noqa: E402

MINIPY = os.path.abspath(sys.argv.pop(1))
PROGRAM = """\
def add(a, b):
    return a + b


values = ['x', 2.5]
name = input('name? ')
print('hello', name)
total = add(40, 2)
try:
    total / 0
except ZeroDivisionError:
    total = -1
print('total', total)
"""


class Screen(unittest.TestCase):
    def start(self, rows, columns, source=PROGRAM, *options, term="xterm-256color"):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, "prog.py"), "w") as f:
            f.write(source)
        t = Terminal([MINIPY, "dis", "--step", *options, "prog.py"], rows, columns, folder.name, term)
        t.wait_for_text("Bytecode <module>")
        return t

    def whole_tour(self, rows, columns, term="xterm-256color"):
        t = self.start(rows, columns, term=term)
        for title in ("Source prog.py", "Stack (0)", "Variables", "Calls (1)", "Output"):
            t.wait_for_text(title)
        t.wait_for(lambda t: "q quit" in t.lines()[-1], "the keys")
        # By lines to the one that reads: what is typed then goes to the program.
        t.type("n")
        t.wait_for_text("#1 <module> (prog.py:1")
        t.type("n")
        t.wait_for_text("(prog.py:5")
        t.type("n")
        t.wait_for_text("list 1")
        t.type("n")
        t.wait_for_text("name? ")
        t.wait_for_text("the program runs")
        t.type("Grace\r")
        t.wait_for_text("name = 'Grace'")
        t.wait_for_text("(prog.py:7")
        # Single instructions, with the exact columns underlined.
        t.type("n")
        t.wait_for_text("hello Grace")
        t.wait_for_text("(prog.py:8")
        t.type("s")
        t.wait_for_text("LOAD_NAME 0 (add)")
        t.wait_for(lambda t: "add" in t.underlined(), "add underlined")
        t.type(":until CALL\r")
        t.wait_for_text("Stack (4)")
        t.wait_for(lambda t: sum(" int " in line for line in t.lines()) == 2, "two numbers on the stack")
        t.type("s")
        t.wait_for_text("Calls (2)")
        t.wait_for_text("a = 40")
        # Back over the call, then forward again through the record.
        t.type("S")
        t.wait_for_text("RECORD")
        t.wait_for_text("Calls (1)")
        t.type("o")
        t.wait_for_text("42")
        t.wait_for_text("LIVE")
        # A breakpoint with the line under the cursor edited away.
        t.type("b\x1512\r")
        t.wait_for_text("breakpoint 1 at 12")
        t.type("c")
        t.wait_for_text("handling ZeroDivisionError")
        t.wait_for_text("breakpoint 1")
        t.type("C")
        t.wait_for_text("first step")
        t.type("l")
        t.wait_for_text("LIVE")
        t.type("ptotal + 1\r")
        t.wait_for(lambda t: t.lines()[-2] == "43", "the value")
        t.type("h")
        t.wait_for_text("any key closes")
        self.assertIn("Forwards", t.text())
        t.type("x")
        t.wait_for(lambda t: "any key closes" not in t.text(), "help closed")
        t.type("c")
        t.wait_for_text("total -1")
        t.wait_for_text("exited with status 0")
        t.type("q")
        self.assertEqual(t.wait_for_end(), 0)

    def test_80_by_24(self):
        self.whole_tour(24, 80)

    def test_200_by_60(self):
        self.whole_tour(60, 200)

    def test_plain_terminal(self):
        self.whole_tour(30, 100, term="vt220")

    def test_resize(self):
        t = self.start(24, 80)
        t.wait_for(lambda t: t.lines()[-1].endswith("q quit") and "p print" not in t.lines()[-1], "the narrow layout")
        t.resize(60, 200)
        t.wait_for(lambda t: "p print" in t.lines()[-1], "the wide layout")
        t.wait_for(lambda t: "Source prog.py" in t.lines()[1] and "Bytecode <module>" in t.lines()[1], "columns")
        t.resize(24, 80)
        t.wait_for(lambda t: t.lines()[-1].endswith("q quit") and "p print" not in t.lines()[-1], "the narrow layout")
        t.type("q")
        self.assertEqual(t.wait_for_end(), 0)

    def test_endless_program(self):
        t = self.start(24, 80, "n = 0\nwhile True:\n    n += 1\n")
        t.type("c")
        t.wait_for_text("RUNNING")
        t.type("\x18")
        t.wait_for_text("LIVE")
        t.type("c")
        t.wait_for_text("RUNNING")
        t.type("\x03")
        t.wait_for_text("ended by signal Interrupt")
        t.wait_for_text("KeyboardInterrupt")
        t.type("S")
        t.wait_for_text("RECORD")
        t.type("q")
        self.assertEqual(t.wait_for_end(), 130)

    def test_wrong_program(self):
        t = Terminal([MINIPY, "dis", "--step", "-c", "def f(:"], 24, 80, "/")
        t.wait_for_text("SyntaxError")
        t.wait_for_text("No instruction")
        t.type("s")
        t.wait_for_text("nothing has been recorded")
        t.type("q")
        self.assertEqual(t.wait_for_end(), 1)

    def test_tiny(self):
        for rows, columns in ((8, 30), (4, 10), (100, 40)):
            t = self.start_tiny(rows, columns)
            t.type("sssnnhxS")
            t.type("q")
            self.assertEqual(t.wait_for_end(), 0)

    def start_tiny(self, rows, columns):
        t = Terminal([MINIPY, "dis", "--step", "-c", "x = 1\ny = 2\n"], rows, columns, "/")
        # On ten columns the position takes the place of the title as soon as it is known.
        t.wait_for(lambda t: "LIVE" in t.lines()[0], "a position")
        return t

    def test_dumb_terminal(self):
        t = Terminal([MINIPY, "dis", "--step", "-c", "x = 1\n"], 24, 80, "/", term="nothing-known")
        t.wait_for_text("cannot be driven")
        self.assertEqual(t.wait_for_end(), 2)


if __name__ == "__main__":
    unittest.main()
