#!/usr/bin/python3.11
"""Subcommands that look at programs: tokens, ast, symtable, dis, compare. usage: test_views.py MINIPY [unittest options]"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MINIPY = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/minipy")
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
REFERENCE = "/usr/bin/python3.11"


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def run_minipy(self, *arguments, **options):
        return subprocess.run([MINIPY, *arguments], cwd=self.folder, capture_output=True, text=True, **options)

    def output(self, *arguments, status=0, **options):
        done = self.run_minipy(*arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
        return done.stdout

    def fails(self, *arguments, status=2):
        """What is said on standard error."""
        done = self.run_minipy(*arguments)
        self.assertEqual(done.returncode, status, done)
        return done.stderr


class TableTest(Case):
    NAMES = ("ast", "compare", "dis", "symtable", "tokens")

    def test_help_lists_each_with_an_example(self):
        text = self.output("--help")
        self.assertEqual(self.output("help"), text)
        for name in self.NAMES:
            self.assertRegex(text, rf"(?m)^  {name} .*\n?.*minipy {name}")

    def test_each_has_help_with_an_example(self):
        for name in self.NAMES:
            text = self.output(name, "--help")
            self.assertIn(f"usage: minipy {name}", text)
            self.assertIn(f"Examples:\n  minipy {name}", text)
            self.assertEqual(self.output("help", name), text)

    def test_usage_errors(self):
        for name in self.NAMES:
            self.assertIn(f"minipy {name}: ", self.fails(name, "--no-such-option"))
        self.assertIn("no subcommand 'nothing'", self.fails("help", "nothing"))

    def test_missing_file(self):
        for name in "ast", "symtable", "dis", "compare":
            self.assertIn("can't open 'missing.py'", self.fails(name, "missing.py"))

    def test_a_program_wins_over_a_subcommand(self):
        self.write("tokens", "print('a program')")
        self.assertEqual(self.output("tokens"), "a program\n")

    def test_a_folder_does_not(self):
        (self.folder / "tokens").mkdir()
        self.assertIn("'pass'", self.output("tokens", "-c", "pass"))
        self.write("tokens/__main__.py", "print('a folder')")
        self.assertEqual(self.output("tokens"), "a folder\n")

    def test_files_of_the_folder_do_not_hide_modules(self):
        for name in "ast.py", "dis.py", "json.py", "minipy.py", "symtable.py":
            self.write(name, "raise SystemExit('hidden')")
        self.write("program.py", "x = 1")
        self.assertTrue(self.output("ast", "--json", "program.py"))
        self.assertTrue(self.output("dis", "--json", "program.py"))
        self.assertTrue(self.output("symtable", "program.py"))


class PackageTest(Case):
    def test_import(self):
        self.assertEqual(self.output("-c", "import sys; print('minipy' in sys.modules); import minipy; print(minipy.__name__)"),
                         "False\nminipy\n")

    def test_module_as_program(self):
        self.assertEqual(self.output("-m", "minipy.ast_view", "code=1", "mode=eval", "indent=1", "no_attributes"),
                         self.output("ast", "-m", "eval", "-i", "1", "--no-attributes", "-c", "1"))


class SourceTest(Case):
    """Files, code and standard input are the same to all."""

    def test_same_from_everywhere(self):
        code = "def f(x):\n    return x + 1\n"
        self.write("f.py", code)
        for name in "ast", "symtable", "dis", "tokens":
            with self.subTest(name):
                outputs = [self.output(name, "f.py"), self.output(name, "-c", code), self.output(name, input=code)]
                outputs = [re.sub(r"0x\w+|file \"[^\"]*\"|0,0-0,0:.*\n", "", text) for text in outputs]
                self.assertEqual(outputs[0], outputs[1])
                self.assertEqual(outputs[0], outputs[2])

    def test_syntax_error(self):
        self.write("bad.py", "x = (1 +\n")
        for name in "ast", "symtable", "dis":
            self.assertIn('File "bad.py", line 1\n', self.fails(name, "bad.py", status=1))
        self.assertEqual(self.fails("tokens", "bad.py", status=1), "bad.py:2:0: error: EOF in multi-line statement\n")

    def test_closed_pipe(self):
        self.write("long.py", "x = 1\n" * 20000)
        for name in "ast", "dis", "tokens":
            with self.subTest(name):
                done = subprocess.run(f"'{MINIPY}' {name} long.py | head -1", shell=True, cwd=self.folder, capture_output=True,
                                      text=True)
                self.assertEqual(len(done.stdout.splitlines()), 1)
                self.assertNotIn("Traceback", done.stderr)


class DisTest(Case):
    def test_json_has_each_code_object(self):
        lines = self.output("dis", "--json", "-c", "def f():\n  try: g()\n  except E: pass\nclass C: x = lambda: 2j").splitlines()
        codes = [json.loads(line) for line in lines]
        self.assertEqual([code["qualname"] for code in codes], ["<module>", "f", "C", "C.<lambda>"])
        self.assertEqual(codes[3]["consts"], [None, {"complex": "2j"}])
        self.assertTrue(codes[1]["exceptions"])
        self.assertEqual(codes[1]["instructions"][0]["opname"], "RESUME")
        self.assertEqual(codes[1]["instructions"][0]["positions"], [1, 1, 0, 0])

    def test_depth(self):
        code = "def f():\n  def g(): pass"
        self.assertNotIn("Disassembly", self.output("dis", "--depth", "0", "-c", code))
        self.assertEqual(self.output("dis", "--depth", "1", "-c", code).count("Disassembly of"), 1)
        self.assertEqual(self.output("dis", "-c", code, "--depth", "2").count("Disassembly of"), 2)

    def test_caches_and_levels(self):
        self.assertIn("CACHE", self.output("dis", "-C", "-c", "a + b"))
        self.assertNotIn("CACHE", self.output("dis", "-c", "a + b"))
        self.assertNotIn("LOAD_ASSERTION_ERROR", self.output("dis", "-O", "1", "-c", "assert a"))

    def test_adaptive(self):
        self.write("sum.py", "import sys\n"
                             "def add(numbers):\n"
                             "    total = 0\n"
                             "    for n in numbers:\n"
                             "        total = total + n\n"
                             "    return total\n"
                             "def never(): return a + b\n"
                             "print(add(range(1000)), sys.argv, __name__)\n"
                             "sys.exit(3)\n")
        text = self.output("dis", "--adaptive", "sum.py", "one", "-c", status=3)
        self.assertTrue(text.startswith("499500 ['sum.py', 'one', '-c'] __main__\n"), text)
        self.assertRegex(text, r"BINARY_OP .* BINARY_OP_ADD_INT +992 +0 +0")
        self.assertIn("line 7: never ran", text)
        codes = [json.loads(line) for line in self.output("dis", "--adaptive", "--json", "sum.py", status=3).splitlines()[1:]]
        forms = {i["offset"]: i["specialized"] for i in codes[1]["instructions"] if i["specialized"]}
        self.assertIn("BINARY_OP_ADD_INT", [form["form"] for form in forms.values()])

    def test_adaptive_of_a_program_that_raises(self):
        done = self.run_minipy("dis", "--adaptive", "-c", "1 / 0")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, 'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n'
                                      "ZeroDivisionError: division by zero\n")
        self.assertIn("BINARY_OP", done.stdout)
        self.assertIn("a program is missing", self.fails("dis", "--adaptive"))

    def test_adaptive_of_a_program_that_closes_its_output(self):
        text = self.output("dis", "--adaptive", "-c", "import sys; print('out'); sys.stdout.close()")
        self.assertTrue(text.startswith("out\n<module>"), text)
        self.write("data.json", "{}")
        self.assertIn("<module>, ", self.output("dis", "--adaptive", "--depth", "0", "-m", "json.tool", "data.json"))


class CompareTest(Case):
    def other_reference(self):
        """The reference without columns, so that its code objects differ."""
        path = self.folder / "other"
        path.write_text(f'#!/bin/sh\nexec {REFERENCE} -X no_debug_ranges "$@"\n')
        path.chmod(0o755)
        return str(path)

    def test_equal(self):
        self.write("good.py", "def f(*a, b=[1, 2]): return [x for x in a if x in b]\n")
        self.write("bad.py", "x = = 1\n")
        self.write("warns.py", "x = 1 is 1\n'\\d'\n")
        self.assertEqual(self.output("compare", "good.py", "bad.py", "warns.py"), "3 of 3 files equal\n")
        self.assertEqual(self.output("compare", "."), "3 of 3 files equal\n")

    def test_different(self):
        self.write("a.py", "value = first + second\n")
        text = self.output("compare", "--reference", self.other_reference(), "a.py", status=1)
        self.assertIn("a.py: code: line", text)
        self.assertRegex(text, r"(?m)^    ! .* \| ")
        self.assertTrue(text.endswith("0 of 1 file equal\n"))
        self.assertEqual(self.output("compare", "--reference", self.other_reference(), "--stage", "tokens", "--stage", "tree", "a.py"),
                         "1 of 1 file equal\n")
        record, = map(json.loads, self.output("compare", "--json", "--reference", self.other_reference(), "a.py", status=1).splitlines())
        self.assertFalse(record["equal"])
        self.assertEqual([d["stage"] for d in record["differences"]], ["code"])

    def test_usage(self):
        self.write("a.py", "x = 1\n")
        (self.folder / "empty").mkdir()
        self.assertIn("there is no interpreter /no/python", self.fails("compare", "--reference", "/no/python", "a.py"))
        self.assertIn("is not CPython 3.11", self.fails("compare", "--reference", "/bin/true", "a.py"))
        self.assertIn("FILE is required", self.fails("compare"))
        self.assertIn("no .py file", self.fails("compare", "empty"))

    def test_refs(self):
        self.write("r.py", "a = [object()]  # refs: a, a[0]\n"
                           "def f(p):\n"
                           "    return p  # refs: p, nothing\n"
                           "b = f(a); c = a  # refs: a\n")
        self.assertEqual(self.output("compare", "--refs", "r.py"), "1 of 1 file equal\n")
        for text in "x = 1\n", "if 1:  # refs: x\n    pass\n", "x = 1  # refs: 1 +\n":
            self.write("r.py", text)
            self.assertIn("r.py", self.fails("compare", "--refs", "r.py"))

    def test_refs_sees_a_difference(self):
        self.write("r.py", "import sys\na = []\nb = [a] * len(sys.version)  # refs: a\n")
        text = self.output("compare", "--refs", "r.py", status=1)
        self.assertRegex(text, r"! line 3: a: \d+ +\| line 3: a: \d+")

    def test_sizes_and_identity(self):
        self.write("s.py", "import sys\nclass C:\n    __slots__ = 'p', 'q'\n    def __init__(self): self.p = [1, 2.5, 'x']\n"
                           "c = C()\nd = {'one': (), 'two': {1, 2}, 3: b'abc', 'c': c}\nf = lambda x=256: x\n"
                           "g = 257\nh = int('257')\n")
        self.assertEqual(self.output("compare", "--sizes", "s.py"), "1 of 1 file equal\n")
        self.assertEqual(self.output("compare", "--identity", "s.py"), "1 of 1 file equal\n")
        self.write("t.py", "import sys\nname = 'x' * len(sys.version)\n")
        self.assertIn("! name: str", self.output("compare", "--sizes", "t.py", status=1))


if __name__ == "__main__":
    unittest.main()
