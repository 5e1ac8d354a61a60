#!/usr/bin/python3.11
"""Run minipy and the reference side by side, on large input, bad input, compiled files and command lines.

usage: run.py --interpreter BINARY [FILTER ...]

Each case prepares a folder of files and names one or more command lines; standard output, standard error and exit status of
both interpreters must be equal. What must differ is made equal first: the interpreter's own path, addresses, and times.
A FILTER is a group (real_input, bad_input, compiled, command_line, interactive, signals) or a part of a case's name.
"""
import argparse
import concurrent.futures
import difflib
import marshal
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import json
from dataclasses import dataclass, field
from pathlib import Path

REFERENCE = "/usr/bin/python3.11"
LIBRARY = Path("/usr/lib/python3.11")
DIFF_LINES = 30
CASES = []


@dataclass
class Case:
    group: str
    name: str
    # The words after the interpreter; `minipy` are minipy's where they differ from the reference's.
    words: list
    minipy: list = None
    files: dict = field(default_factory=dict)  # name -> str, bytes, or a function that gets the Path
    stdin: bytes = b""
    env: dict = field(default_factory=dict)
    normalise: list = field(default_factory=list)  # pairs (pattern, replacement) over both outputs
    action: object = None  # called with the Popen object instead of waiting at once

    @property
    def title(self):
        return f"{self.group}/{self.name}"


def case(group, name, *words, **options):
    CASES.append(Case(group, name, list(words), **options))


# ---------------------------------------------------------------- real input

def make_json(path):
    """About a megabyte of JSON of every kind of value, nested, the same on every run."""
    rng = random.Random(2024)
    words = ["alpha", "βeta", "gamma\n", "δ\"quoted\"", "é😀", "plain text of some length", "", "\t\\"]

    def value(depth):
        kind = rng.randrange(8 if depth < 5 else 5)
        match kind:
            case 0: return rng.randrange(-10**9, 10**9)
            case 1: return rng.uniform(-1e6, 1e6)
            case 2: return rng.choice([True, False, None, 0, 1.5e300, -1e-9, 10**25])
            case 3 | 4: return " ".join(rng.choices(words, k=rng.randrange(1, 6)))
            case 5 | 6: return [value(depth + 1) for _ in range(rng.randrange(6))]
            case 7: return {f"{rng.choice(words)}{i}": value(depth + 1) for i in range(rng.randrange(6))}

    rows = []
    size = 0
    while size < 1_000_000:
        row = {"id": len(rows), "values": [value(0) for _ in range(10)]}
        size += len(json.dumps(row))
        rows.append(row)
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def make_unittest(path):
    """A test file of fifty cases: most pass, some fail, err, are skipped."""
    lines = ["import unittest", "", "", "class Numbers(unittest.TestCase):",
             "    @classmethod", "    def setUpClass(cls): cls.base = 10", "    def setUp(self): self.n = self.base"]
    for n in range(30):
        expected = n * n + 10 if n % 9 else n
        lines += [f"    def test_square_{n:02}(self):", f"        self.assertEqual({n} ** 2 + self.n, {expected})"]
    lines += ["", "", "class Texts(unittest.TestCase):"]
    for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve thirteen".split()):
        lines += [f"    def test_{word}(self):", f"        '''Case {word}.'''",
            f"        self.assertIn({word[0]!r}, {word!r}[{n % 3}:])"]
    lines += ["    @unittest.skip('later')", "    def test_skipped(self): self.fail()",
              "    @unittest.expectedFailure", "    def test_expected(self): self.assertTrue(False)",
              "    def test_error(self): return {}['missing']",
              "    def test_subtests(self):", "        for i in range(4):",
                  "            with self.subTest(i=i): self.assertLess(i, 3)",
              "    def test_raises(self):",
                  "        with self.assertRaisesRegex(ValueError, 'invalid literal'): int('x')",
              "    def test_dicts(self): self.assertEqual({'a': [1, 2], 'b': 3}, {'a': [1, 5], 'b': 3})",
              "    def test_lines(self): self.assertEqual('first\\nsecond\\n', 'first\\nother\\n')", "", "",
              "if __name__ == '__main__':", "    unittest.main()"]
    path.write_text("\n".join(lines) + "\n")


SECONDS = [(r"in \d+\.\d+s", "in TIME")]
ADDRESSES = [(r"0x[0-9a-f]{6,}", "0xADDRESS")]
ARGPARSE = str(LIBRARY / "argparse.py")

case("real_input", "json_tool", "-m", "json.tool", "big.json", files={"big.json": make_json})
case("real_input", "json_tool_sorted", "-m", "json.tool", "--sort-keys", "--no-ensure-ascii", "--indent", "1",
    "big.json", files={"big.json": make_json})
case("real_input", "json_tool_stdin", "-m", "json.tool", "--compact", stdin=b'{"b": [1, 2.50, "\\u00e9"], "a": null}')
case("real_input", "json_tool_bad", "-m", "json.tool", stdin=b'{"b": [1, 2,]}')
case("real_input", "tokenize", "-m", "tokenize", ARGPARSE)
case("real_input", "tokenize_exact", "-m", "tokenize", "-e", str(LIBRARY / "textwrap.py"))
case("real_input", "dis", "-m", "dis", ARGPARSE, normalise=ADDRESSES)
case("real_input", "dis_subcommand", "-m", "dis", ARGPARSE, minipy=["dis", ARGPARSE], normalise=ADDRESSES)
case("real_input", "dis_subcommand_code", "-m", "dis", "-", minipy=["dis", "-c",
    "x = [n * n for n in range(3)]\nprint(x)"],
     stdin=b"x = [n * n for n in range(3)]\nprint(x)", normalise=ADDRESSES + [(r'file "<(stdin|string)>"',
         'file "<SOURCE>"')])
case("real_input", "script_named_dis", "dis", files={"dis": "print('an existing script wins over a subcommand')\n"})
case("real_input", "calendar", "-m", "calendar", "2026")
case("real_input", "unittest", "-m", "unittest", "test_fifty", files={"test_fifty.py": make_unittest},
    normalise=SECONDS)
case("real_input", "unittest_verbose", "-m", "unittest", "-v", "test_fifty.py", files={"test_fifty.py": make_unittest},
    normalise=SECONDS)
case("real_input", "unittest_main", "test_fifty.py", "-q", "Texts", files={"test_fifty.py": make_unittest},
    normalise=SECONDS)
case("real_input", "ast", "-m", "ast", str(LIBRARY / "heapq.py"))
case("real_input", "compileall", "-m", "compileall", "-q", "pkg", files={"pkg/a.py": "x = 1\n",
    "pkg/b.py": "def f(:\n"})
case("real_input", "doctest", "-m", "doctest", "-v", "d.py", files={
    "d.py": '"""\n>>> 1 + 1\n2\n>>> [i for i in range(3)]\n[0, 1, 2]\n>>> 1/0\nTraceback (most recent call last):\n...\nZeroDivisionError: division by zero\n>>> 5\n6\n"""\n'})
case("real_input", "timeit", "-m", "timeit", "-n", "5", "-r", "1", "pass", normalise=[(r"[\d.]+ [nmu]?sec", "TIME")])
case("real_input", "inspect", "-m", "inspect", "--details", "textwrap:dedent", normalise=[(r"Cached: .*", "")])
case("real_input", "base64", "-m", "base64", "-e", "data", files={"data": bytes(range(256)) * 20})
case("real_input", "long_output", "-c", "for i in range(200000): print(i, 'x' * (i % 50))")
case("real_input", "long_input", "-c", "import sys\nprint(sum(len(line) for line in sys.stdin), sys.stdin.read())",
    stdin=b"a line of text\n" * 100_000)

# ---------------------------------------------------------------- bad input

case("bad_input", "missing_file", "no_such_file.py")
case("bad_input", "missing_file_in_folder", "no/such/file.py")
case("bad_input", "directory", "folder", files={"folder/x.txt": ""})
case("bad_input", "directory_with_main", "folder", "arg",
    files={"folder/__main__.py": "import sys, helper\nprint(__name__, __package__, sys.argv[1:], helper.x)\n",
    "folder/helper.py": "x = 5\n"})
case("bad_input", "file_is_not_readable_text", "f.py", files={"f.py": bytes(range(256))})
case("bad_input", "not_utf8", "latin.py", files={"latin.py": "x = 1\nprint('caf\xe9')\n".encode("latin-1")})
case("bad_input", "not_utf8_first_line", "latin.py", files={"latin.py": "print('caf\xe9')\n".encode("latin-1")})
case("bad_input", "not_utf8_comment", "latin.py", files={"latin.py": "print(1)\n# caf\xe9\n".encode("latin-1")})
case("bad_input", "latin_declared", "latin.py",
    files={"latin.py": "# -*- coding: latin-1 -*-\nprint('caf\xe9', len('\xe9'))\n".encode("latin-1")})
case("bad_input", "cp1252_declared_second_line", "c.py",
    files={"c.py": "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nprint('\u20ac')\n".encode("cp1252")})
case("bad_input", "unknown_encoding", "c.py", files={"c.py": "# coding: no-such-codec\nprint(1)\n"})
case("bad_input", "bom", "b.py", files={"b.py": b"\xef\xbb\xbfprint('bom', __file__ != '')\n"})
case("bad_input", "bom_conflict", "b.py", files={"b.py": b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n"})
case("bad_input", "utf16", "b.py", files={"b.py": "print(1)\n".encode("utf-16")})
case("bad_input", "null_bytes", "n.py", files={"n.py": b"x = 1\ny = \0 2\n"})
case("bad_input", "null_bytes_first", "n.py", files={"n.py": b"\0\0\0"})
case("bad_input", "null_in_string", "n.py", files={"n.py": b"print('a\0b')\n"})
case("bad_input", "null_stdin", "-", stdin=b"print(1)\nprint('\0')\n")
case("bad_input", "empty_file", "e.py", files={"e.py": ""})
case("bad_input", "only_comment", "e.py", files={"e.py": "# nothing"})
case("bad_input", "no_final_newline", "e.py", files={"e.py": "if 1:\n    print('ok')"})
case("bad_input", "crlf", "e.py",
    files={"e.py": b"if 1:\r\n    print('''a\r\nb'''.encode())\r\nx = \\\r\n 5\r\nprint(x)\r\n"})
case("bad_input", "cr_only", "e.py", files={"e.py": b"print(1)\rprint(2)\r"})
case("bad_input", "form_feed", "e.py", files={"e.py": b"\fif 1:\n\f    print(1)\n\f\nprint(2)\n"})
case("bad_input", "very_long_line", "e.py", files={"e.py": "x = [" + "1, " * 20000 + "]\nprint(len(x))\n"})
case("bad_input", "very_long_line_error", "e.py", files={"e.py": "x = 1; " * 500 + "y = = 3\n"})
case("bad_input", "deep_nesting", "e.py", files={"e.py": "x = " + "[" * 100 + "]" * 100 + "\nprint(x)\n"})
case("bad_input", "too_deep_nesting", "e.py", files={"e.py": "x = " + "(" * 300 + ")" * 300 + "\n"})
case("bad_input", "too_deep_unary", "e.py", files={"e.py": "x = " + "-" * 20000 + "1\n"})
case("bad_input", "too_deep_attributes", "e.py", files={"e.py": "x = 1\ny = x" + ".real" * 5000 + "\nprint(y)\n"})
case("bad_input", "too_deep_operators", "e.py", files={"e.py": "x = " + "1+" * 20000 + "1\nprint(x)\n"})
case("bad_input", "too_many_indents", "e.py", files={"e.py": "".join(
    " " * i + "if 1:\n" for i in range(120)) + " " * 120 + "pass\n"})
case("bad_input", "too_many_blocks", "e.py", files={"e.py": "".join(
    " " * i + "for i in x:\n" for i in range(25)) + " " * 25 + "pass\n"})
case("bad_input", "many_elif", "e.py", files={"e.py": "n = 2500\nif n == 0: pass\n" + "".join(
    f"elif n == {i}: print({i})\n" for i in range(1, 3000))})
case("bad_input", "missing_module", "-m", "no_such_module")
case("bad_input", "missing_module_dotted", "-m", "json.no_such_module")
case("bad_input", "missing_parent", "-m", "no_such_package.module")
case("bad_input", "module_is_package_without_main", "-m", "pkg", files={"pkg/__init__.py": "print('init')\n"})
case("bad_input", "module_with_error", "-m", "broken", files={"broken.py": "1/0\n"})
case("bad_input", "module_with_syntax_error", "-m", "broken", files={"broken.py": "x = = 1\n"})
case("bad_input", "module_builtin", "-m", "sys")
case("bad_input", "module_file_name", "-m", "broken.py", files={"broken.py": "print('imported')\n"})
case("bad_input", "import_null_bytes", "-c", "import bad", files={"bad.py": b"x = 1\0"})
case("bad_input", "import_not_utf8", "-c", "import bad", files={"bad.py": b"x = '\xff'\n"})
case("bad_input", "import_syntax_error", "-c", "import bad", files={"bad.py": "def f():\nreturn 1\n"})
case("bad_input", "import_shadowed", "-c", "import json; print(json.__file__); json.dumps(1)",
    files={"json.py": "x = 1\n"})
case("bad_input", "dash_c_syntax", "-c", "x = = 1")
case("bad_input", "dash_c_indent", "-c", "  print('indented')")
case("bad_input", "dash_c_empty", "-c", "")
case("bad_input", "dash_c_error", "-c", "def f():\n    1/0\nf()")
case("bad_input", "stdin_syntax", "-", stdin=b"print('before')\nx = = 1\n")
case("bad_input", "stdin_error", stdin=b"def f():\n    return 1/0\n\nf()\n")
case("bad_input", "stdin_not_utf8", stdin=b"print('\xff')\n")
case("bad_input", "stdin_data_not_utf8", "-c",
    "import sys\ntry:\n    sys.stdin.read()\nexcept UnicodeDecodeError as e:\n    print(e)", stdin=b"ok \xff\xfe",
     env={"PYTHONIOENCODING": "utf-8:strict"})
case("bad_input", "argument_not_utf8", "-c", "import sys; print(ascii(sys.argv[1:]))", b"\xff\xfe\x41")
case("bad_input", "stdout_ascii", "-c", "print('é')", env={"PYTHONIOENCODING": "ascii"})
case("bad_input", "stdout_backslash", "-c", "print('é€')", env={"PYTHONIOENCODING": "ascii:backslashreplace"})

# ---------------------------------------------------------------- compiled files

MODULE = "import sys\n\ndef f(a, *b, c=(1, 'x', None, 2.5, 1j, b'q', ..., True, frozenset({1})), **d):\n    '''doc'''\n    def g(): return a, c\n    return g()\n\nclass K:\n    x: int = 10**30\n\nprint(__name__, f(1), K.x, f.__doc__, sys.argv[1:])\n"


def compiled(source=MODULE, cut=None, edit=None, magic=None, flags=None, name="m.py"):
    def make(path):
        folder = path.parent
        (folder / name).write_text(source)
        mode = f"import py_compile; py_compile.compile({name!r}, {str(path)!r}, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.{flags or 'TIMESTAMP'})"
        subprocess.run([REFERENCE, "-c", mode], check=True, cwd=folder)
        data = path.read_bytes()
        if magic:
            data = magic + data[len(magic):]
        if edit:
            data = edit(data)
        path.write_bytes(data[:cut])
        (folder / name).unlink()
    return make


case("compiled", "run_pyc", "m.pyc", "one", files={"m.pyc": compiled()})
case("compiled", "run_hash_pyc", "m.pyc", files={"m.pyc": compiled(flags="CHECKED_HASH")})
case("compiled", "import_sourceless", "-c", "import m; print(m.f(2))", files={"m.pyc": compiled()})
for cut in (0, 3, 4, 8, 15, 16, 17, 40, 200):
    case("compiled", f"truncated_{cut}", "m.pyc", files={"m.pyc": compiled(cut=cut)})
    case("compiled", f"import_truncated_{cut}", "-c", "import m", files={"m.pyc": compiled(cut=cut)})
case("compiled", "wrong_magic", "m.pyc", files={"m.pyc": compiled(magic=b"\x00\x00\r\n")})
case("compiled", "import_wrong_magic", "-c", "import m", files={"m.pyc": compiled(magic=b"\x00\x00\r\n")})
case("compiled", "import_bad_flags", "-c", "import m", files={"m.pyc": compiled(
    edit=lambda data: data[:4] + b"\xff\0\0\0" + data[8:])})
case("compiled", "not_code", "m.pyc", files={"m.pyc": compiled(edit=lambda data: data[:16] + marshal.dumps([1, 2]))})
case("compiled", "import_not_code", "-c", "import m", files={"m.pyc": compiled(
    edit=lambda data: data[:16] + marshal.dumps([1, 2]))})
case("compiled", "bad_marshal_type", "m.pyc", files={"m.pyc": compiled(edit=lambda data: data[:16] + b"\x01\x02\x03")})
case("compiled", "cached_import", "-c",
    "import pkg.mod; import sys; print(pkg.mod.x, sorted(__import__('os').listdir('pkg/__pycache__')))",
     files={"pkg/__init__.py": "", "pkg/mod.py": "x = [1, 2]\n"}, env={"PYTHONDONTWRITEBYTECODE": ""})
case("compiled", "cached_prefix", "-X", "pycache_prefix=cache", "-c",
    "import mod, sys, os; print(mod.x, sys.pycache_prefix, sum('mod.cpython-311.pyc' in f for _, _, f in os.walk('cache')), os.path.exists('__pycache__'))",
     files={"mod.py": "x = 3\n"}, env={"PYTHONDONTWRITEBYTECODE": ""})
case("compiled", "stale_cache", "-c",
    "import py_compile, os, time\npy_compile.compile('mod.py')\nopen('mod.py', 'w').write('x = \"new and longer\"\\n')\nimport mod; print(mod.x)",
    files={"mod.py": "x = 'old'\n"})
case("compiled", "zip_application", "app.zip", "arg", files={"app.zip": lambda path: subprocess.run([REFERENCE, "-c",
    f"import zipfile\nz = zipfile.ZipFile({str(path)!r}, 'w')\nz.writestr('__main__.py', 'import sys, inner\\nprint(sys.argv[1:], inner.x, inner.__file__.split(\"/\")[-2:])\\n')\nz.writestr('inner.py', 'x = 7\\n')\nz.close()"],
    check=True)})

# ---------------------------------------------------------------- command line

SHOW = "import sys; print(sys.argv, sys.flags, sys.path[0], sys.warnoptions, sys._xoptions, sys.dont_write_bytecode, __debug__)"
HERE = [(r"'[^']*python311\.zip'.*", "")]
case("command_line", "version", "-V")
case("command_line", "version_long", "--version")
for option in ("-O", "-OO", "-B", "-E", "-I", "-S", "-s", "-u", "-q", "-b", "-bb", "-d", "-P", "-x", "-R"):
    case("command_line", f"option{option}", option, "-c", SHOW, "a", "-b")
case("command_line", "options_combined", "-OBEsuc", SHOW, "x")
case("command_line", "option_W", "-W", "error", "-Wignore::DeprecationWarning", "-c",
    SHOW + "; import warnings; warnings.warn('boom')")
case("command_line", "option_W_bad", "-W", "nonsense", "-c", "import warnings; print(1)")
case("command_line", "option_X", "-X", "key", "-Xother=value", "-c", SHOW)
case("command_line", "option_X_utf8", "-X", "utf8", "-c", SHOW)
case("command_line", "option_X_dev", "-X", "dev", "-c", "import sys; print(sys.flags.dev_mode, sys.warnoptions)")
case("command_line", "option_X_digits", "-X", "int_max_str_digits=700", "-c",
    "import sys; print(sys.get_int_max_str_digits())")
case("command_line", "option_X_digits_bad", "-X", "int_max_str_digits=7", "-c", "print(1)")
case("command_line", "option_X_no_positions", "-X", "no_debug_ranges", "-c", "1 + 1/0")
case("command_line", "option_X_tracebacks_without_carets", "-X", "no_debug_ranges", "f.py",
    files={"f.py": "x = 1 + (2 / 0)\n"})
case("command_line", "unknown_option", "-Z", "x")
case("command_line", "unknown_long_option", "--nonsense")
case("command_line", "missing_c_argument", "-c")
case("command_line", "missing_m_argument", "-m")
case("command_line", "missing_W_argument", "-W")
case("command_line", "script_arguments", "s.py", "-c", "--help", "-", "a b", "",
    files={"s.py": "import sys; print(sys.argv)\n"})
case("command_line", "dash_dash", "--", "s.py", files={"s.py": "import sys; print(sys.argv)\n"})
case("command_line", "stdin_program", "-", "a", "b",
    stdin=b"import sys\nprint(sys.argv, __name__, '__file__' in globals(), sys.path[0] == '')\n")
case("command_line", "stdin_no_dash", stdin=b"import sys\nprint(sys.argv)\nfor i in range(2):\n    print(i)\n")
case("command_line", "stdin_reads_itself",
    stdin=b"x = input()\nthe rest is data? no: the whole program is read first\n")
case("command_line", "c_newlines", "-c", "if 1:\n  print('a')\n\nprint('b')")
case("command_line", "skip_first_line", "-x", "f", files={"f": "not python at all!\nprint('ok')\n"})
case("command_line", "interactive_after", "-q", "-i", "-c", "x = 5", stdin=b"x + 1\n")
case("command_line", "interactive_after_error", "-q", "-i", "-c", "x = 5; 1/0", stdin=b"x\n")
case("command_line", "interactive_stdin", "-q", "-i",
    stdin=b"1 + 1\nfor i in range(2):\n    print(i)\n\ndef f():\n  return 1/0\n\nf()\nx = = 1\nprint('end')\n'a' 'b'\n_\nNone\n")
case("command_line", "interactive_exit", "-q", "-i", stdin=b"import sys\nsys.exit(5)\n")
case("command_line", "interactive_script", "-q", "-i", "s.py", files={"s.py": "y = 2\n"}, stdin=b"y * 21\n")
case("command_line", "inspect_variable", "-q", "-c", "x = 1", env={"PYTHONINSPECT": "1"}, stdin=b"x\n")
case("command_line", "startup_file", "-q", "-i", files={"start.py": "z = 'from startup'\n"},
    env={"PYTHONSTARTUP": "start.py"}, stdin=b"z\n")
case("command_line", "path_variable", "-c", "import sys, extra; print(extra.x, [p for p in sys.path if 'lib_' in p])",
    files={"lib_a/extra.py": "x = 1\n"}, env={"PYTHONPATH": "lib_a:lib_b"})
case("command_line", "path_variable_ignored", "-E", "-c", "import extra", files={"lib_a/extra.py": "x = 1\n"},
    env={"PYTHONPATH": "lib_a"})
case("command_line", "safe_path", "-P", "-c", "import local", files={"local.py": "print('imported')\n"})
case("command_line", "isolated", "-I", "s.py", files={"local.py": "print('imported')\n", "s.py": "import local\n"})
case("command_line", "hash_seed", "-c", "print(hash('abc'), hash(b'x'), {'a', 'b', 'c', 'd'})",
    env={"PYTHONHASHSEED": "42"})
case("command_line", "hash_seed_bad", "-c", "print(1)", env={"PYTHONHASHSEED": "x"})
case("command_line", "optimise_variable", "-c", SHOW, env={"PYTHONOPTIMIZE": "2"})
case("command_line", "unbuffered_variable", "-c", "import sys; print(sys.stdout.write_through, sys.stdin.buffer.__class__.__name__)",
    env={"PYTHONUNBUFFERED": "1"})
case("command_line", "warnings_variable", "-c", SHOW, env={"PYTHONWARNINGS": "error,ignore::UserWarning"})
case("command_line", "no_user_site", "-c", SHOW, env={"PYTHONNOUSERSITE": "1"})
case("command_line", "sys_path", "-c", "import sys; print(sys.path[1:], sys.prefix, sys.exec_prefix, sys.platlibdir)")
case("command_line", "sys_path_S", "-S", "-c", "import sys; print(sys.path[1:], 'site' in sys.modules)")
case("command_line", "sys_path_isolated", "-I", "-c", "import sys; print(sys.path)")
case("command_line", "module_main", "-m", "tool", "x", "y", files={
    "tool.py": "import sys; print(__name__, __package__, sys.argv[1:], sys.argv[0].split('/')[-1], __spec__.name)\n"})
case("command_line", "module_stdin", "-m", "tokenize", stdin=b"x = 1\n")
case("command_line", "c_location", "-c",
    "import sys; print(sys.path[0] == '', __name__, sys.modules['__main__'].__dict__ is globals())")
case("command_line", "stdout_closed_at_start", "-c", "import os, sys; print(sys.stdout); os.write(2, b'ok')",
    action="close stdout")
case("command_line", "stderr_unbuffered_order", "-c",
    "import sys; print('out'); print('err', file=sys.stderr); print('out2')")
case("command_line", "exit_flushes", "-c", "import os, sys; sys.stdout.write('flushed'); sys.exit(3)")
case("command_line", "os_exit_does_not_flush", "-c", "import os, sys; sys.stdout.write('lost'); os._exit(3)")
case("command_line", "atexit_order", "-c",
    "import atexit; atexit.register(print, 'first registered'); atexit.register(print, 'last registered'); print('main')")
case("command_line", "thread_at_exit", "-c",
    "import threading, time\ndef work():\n    time.sleep(0.1)\n    print('thread finished')\nthreading.Thread(target=work).start()\nprint('main finished')")
case("command_line", "daemon_at_exit", "-c",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('main finished')")
case("command_line", "fork", "-c",
    "import os\npid = os.fork()\nif pid == 0:\n    print('child'); os._exit(7)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))")
case("command_line", "subprocess", "-c",
    "import subprocess, sys\nr = subprocess.run([sys.executable, '-c', 'import sys; print(sys.stdin.read().upper()); sys.exit(4)'], input='text', capture_output=True, text=True)\nprint(r.returncode, r.stdout, r.stderr)\ntry:\n    subprocess.run(['no-such-command'])\nexcept FileNotFoundError as e:\n    print(e)\nprint(subprocess.check_output('echo shell', shell=True))")


for word in ("d", "dd", "R", "ii", "bb", "vvv", "J", "t", "?"):
    if word not in ("vvv", "?"):
        case("command_line", f"flag_{word}", f"-{word}", "-c", SHOW, stdin=b"")
for setting in ("int_max_str_digits", "int_max_str_digits=", "int_max_str_digits=0", "int_max_str_digits=-1", "int_max_str_digits=99999999999",
                "utf8=0", "utf8=2", "utf8", "frozen_modules=x", "frozen_modules=off", "frozen_modules", "pycache_prefix=/nowhere",
                "pycache_prefix=", "warn_default_encoding", "dev", "faulthandler", "no_debug_ranges", "showrefcount"):
    case("command_line", f"setting_{setting}", "-X", setting, "-c",
        SHOW + "; import sys, faulthandler; print(sys._xoptions, sys.pycache_prefix, faulthandler.is_enabled()); open(0)\n1 + 1/0")
for name, value in (("PYTHONUTF8", "3"), ("PYTHONUTF8", "1"), ("PYTHONHASHSEED", "-1"), ("PYTHONHASHSEED", "random"), ("PYTHONDEBUG", "3"),
                    ("PYTHONOPTIMIZE", "x"), ("PYTHONOPTIMIZE", "-3"), ("PYTHONDONTWRITEBYTECODE", "0"), ("PYTHONSAFEPATH", "0"),
                    ("PYTHONINTMAXSTRDIGITS", "5"), ("PYTHONFAULTHANDLER", "0"), ("PYTHONDEVMODE", "0"), ("PYTHONNODEBUGRANGES", "1"),
                    ("PYTHONPYCACHEPREFIX", "/nowhere")):
    case("command_line", f"variable_{name}_{value}", "-c", SHOW + "; import sys; print(sys.pycache_prefix)\n1 + 1/0", env={name: value})
case("command_line", "verbose_imports", "-v", "-S", "-c", "import heapq, colorsys",
    normalise=ADDRESSES + [(r"(?s).*?(\n# [^\n]*heapq[^\n]*\n.*?)\n# clear builtins.*", r"\1"), (r"Python 3.*\n", "")])
case("command_line", "verbose_end", "-v", "-S", "-c", "pass",
    normalise=[(r"(?s).*?(\n# clear builtins.*?)\n# cleanup\[2\].*", r"\1")])
case("command_line", "import_time", "-X", "importtime", "-c", "import colorsys",
    normalise=[(r"\d+", "N"), (r"(?s)^(.*?\n).*\n(.*?)$", r"\1\2"), (r" +", " ")])

# ---------------------------------------------------------------- the prompt

# What is typed at a prompt that is a pipe: each is one session.
TYPED = [
    b'1+1\n', b'', b'\n', b'x', b'x=1', b'1+', b'(1,\n2)\n', b'if 1:\n  2\n\n3\n', b'if 1:\n  2\n3\n',
    b'if 1: 2\n3\n4\n', b'if 1:\n  2', b'if 1:\n  2\n', b'if 1:\n', b'def f():\n  x = 1\n   \n  return x\n\nf()\n',
    b'def f():\n  x = 1\n\n  return x\n\nf()\n', b'# comment\n1\n', b'   # comment\n1\n', b'   \n1\n', b'  1\n2\n',
    b"'''a\nb\n'''\n", b"'''a\n\nb'''\n", b"'abc\n1\n", b'x = = 1\n2\n', b'1/0\n2\n',
    b'def f():\n  return 1/0\n\nf()\n', b'import sys\nsys.exit(5)\n', b'raise SystemExit\n',
    b"raise SystemExit('msg')\n", b'exit()\n1\n', b'exit\n', b'quit(3)\n', b'1;2;3\n', b'1;2;\n', b'a=1;b=2\na,b\n',
    b'for i in range(3):\n  i\nelse:\n  9\n\n10\n',
    b"try:\n  1/0\nexcept Exception as e:\n  print(e)\nfinally:\n  print('f')\n\n",
    b'class A:\n  def f(self):\n    return 1\n  def g(self):\n\n', b'\\\n1\n', b'1 + \\\n2\n', b'x = 1 \\\n', b'_\n',
    b'5\n_\n_+1\n_\n', b'None\n_\n', b"import sys\nsys.ps1='A '\nsys.ps2='B '\nif 1:\n 3\n\n4\n",
    b'import sys\nsys.ps1=5\n1\n',
    b"class P:\n  n=0\n  def __str__(self):\n    self.n+=1; return f'<{self.n}> '\n\nimport sys\nsys.ps1=P()\n1\n2\n",
    b'class P:\n  def __str__(self): 1/0\n\nimport sys\nsys.ps1=P()\n1\n2\n', b'import sys\ndel sys.ps1\n1\n',
    b"import sys\nsys.displayhook=lambda x:print('D',x)\n1\n",
    b"import sys\nsys.excepthook=lambda *a:print('E',a[:2])\n1/0\n1+\n", b"print('x',end='')\nprint('y')\n",
    b'input()\nabc\n1\n', b"x=input('prompt')\nabc\nx\n", b'import sys\nsys.stdin.readline()\nabc\n1\n',
    b'import sys\nsys.stdin.read()\nabc\n1\n', b'\xc3\xa9 = 1\n\xc3\xa9\n', b"'\xff'\n1\n", b"x = '\xe9\n1\n",
    b'1\r\n2\r\n', b'1\x00 2\n3\n', b'f(a b)\n1\n', b'print 1\n2\n', b'if 1:\nprint(2)\n3\n',
    b'if 1:\n\tx\n        y\n\n', b'if 1:\n    1\n  2\n\n3\n', b'x = (1,\n2\n\n3)\nx\n', b'x = [1,\n', b'def f(:\n1\n',
    b'def f(a,\n b):\n return a+b\n\nf(1,2)\n', b'@staticmethod\ndef f(): pass\n\n1\n', b'@x\n1\n',
    b"import warnings\nwarnings.warn('abc')\n", b"'\\d'\n", b"def f():\n '\\d'\n return 1\n\n", b'1 is 1\n',
    b'assert (1,2)\n', b"assert 0, 'msg'\n", b"raise ValueError('x') from KeyError('y')\n",
    b'async def f(): pass\n\nawait f()\n', b'return\n', b'yield 1\n', b'break\n', b'lambda: (yield)\n',
    b'__name__, __file__\n', b'__name__\n', b'globals().keys()\n', b'dir()\n', b'help\n', b'copyright\n',
    b"match 1:\n  case 1:\n    print('one')\n  case _:\n    pass\n\n", b"with open('nosuch') as f:\n  pass\n\n",
    b'from __future__ import annotations\ndef f(a: b): pass\n\nf.__annotations__\n',
    b'from __future__ import barry_as_FLUFL\n1 <> 2\n1 != 2\n', b'def f():\n    pass\n  \t\n\n', b'import nosuch\n',
    b'import sys; sys.last_value\n1/0\nsys.last_value, sys.last_type\n', b'raise KeyboardInterrupt\n2\n',
    b'x: int = 5\n__annotations__\n', b'(lambda: 1/0)()\n', b"exec('1/0')\n", b"eval('1+')\n",
    b"compile('a b','f','exec')\n", b'print(\n1\n)\n', b"f'{1/0}'\n", b"f'{'\n", b"f'''{\n1}'''\n", b'1;1/0;2\n',
    b'def g():\n yield 1\n\nlist(g())\n', b'import os\nos._exit(3)\n', b'if 1:\n  if 2:\n    3\n  4\n\n5\n',
    b'a b c\n d\n', b'del x\n', b'import sys\nsys.stdout=None\n1\nprint(2)\n',
    b'import sys\nsys.stderr=None\n1/0\n1\n', b'import sys\nsys.stdin=None\n1\n',
    b'import sys\nsys.stdin.close()\n1\n', b'import sys\nsys.stdout.close()\n1\n2\n', b'x = 5  # c\nx # d\n',
    b"'a' 'b'\n", b'a = b = 3; a\n', b'a: 1\n', b'while True: break\n\n1\n', b'if 1: pass\nelse: 2\n\n3\n',
    b'if 0: pass\n\n\n\n1\n', b"print('a');\n\n\nif 1:\n  # only comment\n  pass\n\n", b'if 1:\n# c\n  5\n\n',
    b'if 1:\n  5\n# c\n\n', b'if 1:\n  5\n  # c\n\n', b"x = {\n'a': 1,\n# c\n\n'b': 2}\nx\n",
    b'class A: x = 1\n\nA.x\n', b"class A:\n  '''doc'''\n\nA.__doc__\n", b'1 if 2 else\n3\n', b'1 +* 2\n',
    b'a = 1_000_\n', b'0777\n', b'$\n1\n', b'?\n', b"x = 'abc\ny = 2\n", b'    \n', b'\t\n', b'#\n#\n', b'\n\n\n',
    b';\n', b'pass;\n', b'if 1:\n pass; pass\n\n', b')\n1\n', b'if 1:\n  x = (\n\n\n1)\n\nx\n', b'try:\n  1\n\n2\n',
    b'try:\n  1\n', b'x = yield\n', b'class A:\n  return\n\n', b'def f():\n  nonlocal x\n\n',
    b'def f():\n  global x\n  x = 1\n  del y\n\nf()\n',
]
for number, typed in enumerate(TYPED):
    case("interactive", f"typed_{number:03}", "-q", "-i", stdin=typed, normalise=ADDRESSES)
SCRIPTS = {"good.py": "y = 2\ndef f(): return 1/0\nprint(__name__)\n", "bad.py": "y = 2\n1/0\n", "wrong.py": "y = = 2\n",
    "exit.py": "import sys\ny = 3\nsys.exit(4)\n"}
QUESTIONS = b"1\n__name__\n'__file__' in globals()\ny\nimport sys\nsys.flags.inspect, sys.argv\nsys.exit(9)\n"
for words in (["good.py"], ["bad.py"], ["wrong.py"], ["exit.py"], ["missing.py"], ["-c", "y = 1"], ["-c", "1/0"], ["-c", "import sys; sys.exit(3)"],
              ["-c", "a b"], ["-m", "no_such_module"], ["-"], []):
    case("interactive", f"after_{len(CASES)}", "-q", "-i", *words, files=SCRIPTS, stdin=QUESTIONS)
for file in ("good.py", "bad.py", "wrong.py", "exit.py", "missing.py"):
    case("interactive", f"startup_{file}", "-q", "-i", files=SCRIPTS, stdin=b"y\n'__file__' in globals()\n", env={"PYTHONSTARTUP": file})
    case("interactive", f"startup_ignored_{file}", "-q", "-E", "-i", files=SCRIPTS, stdin=b"y\n", env={"PYTHONSTARTUP": file})
for setting in ("latin-1", "ascii"):
    case("interactive", f"encoding_{setting}", "-q", "-i", stdin=b"'\xe9'\n1\n", env={"PYTHONIOENCODING": setting})
case("interactive", "hook_fails", "-q", "-i", "-c", "import sys\nsys.__interactivehook__ = lambda: 1/0", stdin=b"1\n")
case("interactive", "set_by_program", "-q", "-c", "import os; os.environ['PYTHONINSPECT'] = '1'", stdin=b"1\n")


for number, content in enumerate((b"x = 1\0y\nprint(2)\n", b"\0abc\nprint(3)\n", b"print(1)\0\nprint(3)\n", b"a=1;\0 x\nprint(a)\n",
        b"'''a\0b\nc'''\nprint(5)\n$\n", b"x=1\nx y\n#\xff\n", b"x = $\n#\xff\n", b"print 1\n#\xff\n", b"if 1:\nx\n#\xff\n", b"x = (1,\n\xff)\n",
        b"'''abc\n\xff'''\n", b"# coding: ascii\nx = '\xff'\n", b"# coding: utf-8\nx y\nx = '\xff'\n", b"#\xff\n# coding: latin-1\nprint(1)\n",
        b"x\xff=1\n", b"\xff", b"x=1\n\xc3", b"if 1:\n    \n", b"if 1:", b"def f():\n#c\n", b"while 1:\nx", b"x = (", b"a\\")):
    case("bad_input", f"line_by_line_{number:02}", "f.py", files={"f.py": content})

# ---------------------------------------------------------------- signals


def interrupt_when_ready(process):
    process.stdout.readline()
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)


def interrupt_when_waiting(process):
    """Not before: a signal that comes when it is about to wait is noticed only when that ends."""
    process.stdout.readline()
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        with open(f"/proc/{process.pid}/stat") as f:
            if f.read().rsplit(")", 1)[1].split()[0] == "S":
                break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)


def close_reading_end(process):
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    process.stdin.write(b"go on\n")
    process.stdin.flush()


READY = "print('ready', flush=True)\n"
case("signals", "interrupt_sleep", "-c", "import time\n" + READY + "time.sleep(60)", action=interrupt_when_waiting)
case("signals", "interrupt_loop", "-c", READY + "while True: pass", action=interrupt_when_ready,
    normalise=[(r"\s+\^+", "")])
case("signals", "interrupt_caught", "-c",
    "import time\n" + READY + "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('caught')\nfinally:\n    print('finally')",
    action=interrupt_when_waiting)
case("signals", "interrupt_input", "-c", READY + "input()", action=interrupt_when_waiting)
case("signals", "interrupt_join", "-c",
    "import threading, time\nt = threading.Thread(target=time.sleep, args=(0.5,), daemon=True)\nt.start()\n" + READY + "try:\n    t.join(60)\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('interrupted')",
    action=interrupt_when_waiting)
case("signals", "handler", "-c",
    "import signal, time, os\nsignal.signal(signal.SIGUSR1, lambda n, f: print('handler', n, f is not None))\nos.kill(os.getpid(), signal.SIGUSR1)\nsignal.signal(signal.SIGALRM, lambda *a: 1/0)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\ntry:\n    time.sleep(10)\nexcept ZeroDivisionError:\n    print('from handler', signal.getsignal(signal.SIGINT) is signal.default_int_handler)")
case("signals", "broken_pipe", "-c", "print('first', flush=True)\ninput()\nfor i in range(100000): print(i)", action=close_reading_end)
case("signals", "broken_pipe_at_exit", "-c", "print('first', flush=True)\ninput()\nprint('second')", action=close_reading_end)
case("signals", "broken_pipe_caught", "-c", "import sys\nprint('first', flush=True)\ninput()\ntry:\n    print('second', flush=True)\nexcept BrokenPipeError as e:\n    print(e, file=sys.stderr)\n    sys.stderr.close()",
     action=close_reading_end)
case("signals", "killed_by_itself", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")


# ---------------------------------------------------------------- running

def prepare(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def run_one(item, interpreter, words, timeout):
    with tempfile.TemporaryDirectory(prefix="live-") as name:
        folder = Path(name).resolve()
        prepare(folder, item.files)
        env = {"PATH": "/usr/bin:/bin", "HOME": name, "TMPDIR": name, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
            "COLUMNS": "80", "PYTHONHASHSEED": "0",
               "PYTHONDONTWRITEBYTECODE": "1"}
        env.update((n, os.environ[n]) for n in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "MINIPY_AUDIT")
            if n in os.environ)
        env.update(item.env)
        command = [interpreter, *words]
        if item.action == "close stdout":
            command = ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command]
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            if callable(item.action):
                item.action(process)
                out = process.stdout.read() if process.stdout else b""
                err = process.stderr.read()
                process.stdin.close()
                process.wait(timeout)
            else:
                out, err = process.communicate(item.stdin, timeout)
            status = str(process.returncode)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            out = err = b""
            status = "timeout"
        result = {"status": status}
        for kind, data in (("out", out), ("err", err)):
            text = data.decode("utf-8", "surrogateescape").replace(str(folder), "FOLDER").replace(interpreter, "PYTHON")
            text = re.sub(r"(?m)^(minipy|python3\.11): ", "PYTHON: ", text)
            for pattern, replacement in item.normalise:
                text = re.sub(pattern, replacement, text)
            result[kind] = text
        return result


def difference(expected, actual):
    lines = []
    for kind in ("status", "out", "err"):
        if expected[kind] != actual[kind]:
            diff = list(difflib.unified_diff(expected[kind].splitlines(), actual[kind].splitlines(), lineterm="", n=1))[
                2:] or ["(line ends differ)"]
            lines += [f"  {kind} (- reference, + minipy):"] + ["    " + ascii(line)[1:-1][:200] for line in diff[
                :DIFF_LINES]]
            if len(diff) > DIFF_LINES:
                lines.append(f"    ... {len(diff) - DIFF_LINES} more lines")
    return lines


def missing_library(interpreter, timeout):
    """minipy's own: without a library it names the package to install."""
    result = subprocess.run([interpreter, "-c", "pass"], env={"PATH": "/usr/bin:/bin",
        "MINIPY_STDLIB": "/no/such/library"}, capture_output=True, text=True, timeout=timeout)
    fine = result.returncode == 1 and "libpython3.11-stdlib" in result.stderr
    return [] if fine else [
        f"  the message should name libpython3.11-stdlib, with status 1: {result.returncode} {result.stderr!r}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=str(Path(__file__).resolve().parents[3] / "build/release/minipy"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--show", action="store_true", help="only show what the reference does")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    os.umask(0o022)
    groups = {item.group for item in CASES}
    chosen = [item for item in CASES if not options.filters or any(
        item.group == f if f in groups else f in item.title for f in options.filters)]
    if options.list:
        print(*(item.title for item in chosen), sep="\n")
        return 0
    if options.show:
        for item in chosen:
            result = run_one(item, REFERENCE, item.words, options.timeout)
            print(f"== {item.title}: {result['status']}\n{result['out'][:1500]}--\n{result['err'][:1500]}")
        return 0
    interpreter = os.path.abspath(options.interpreter)

    def compare(item):
        expected = run_one(item, REFERENCE, item.words, options.timeout)
        own = item.minipy if item.minipy is not None and interpreter != REFERENCE else item.words
        return difference(expected, run_one(item, interpreter, own, options.timeout))

    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from run import known_failures
    known = known_failures(os.path.join(os.path.dirname(os.path.abspath(__file__)), "known_failures.txt"))
    failed = gaps = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for item, lines in zip(chosen, pool.map(compare, chosen)):
            if not lines and item.title in known and interpreter != REFERENCE:
                print("PASSES NOW", item.title, "(take it out of known_failures.txt)", flush=True)
            if lines and item.title in known and interpreter != REFERENCE:
                gaps += 1
                print("KNOWN GAP", item.title, "|", known[item.title], flush=True)
            elif lines:
                failed += 1
                print("FAIL", item.title, *lines, sep="\n", flush=True)
    count = len(chosen)
    if interpreter != REFERENCE and (not options.filters or "bad_input" in options.filters):
        count += 1
        if lines := missing_library(interpreter, options.timeout):
            failed += 1
            print("FAIL bad_input/missing_library", *lines, sep="\n")
    print(f"{count - failed - gaps} of {count} cases agree with the reference, {gaps} known gaps")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
