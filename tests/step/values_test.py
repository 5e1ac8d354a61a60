#!/usr/bin/python3.11
"""What the stepper shows of values that hold others: as the reference's repr() has it, made without running any of it.

usage: values_test.py MINIPY
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

MINIPY = os.path.abspath(sys.argv.pop(1))
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
REFERENCE = "/usr/bin/python3.11"
SETUP = """\
import array, collections, dataclasses, enum, functools, io, os, re, sys, time, types, typing
class P(collections.namedtuple('P', 'x y')): pass
class N(types.SimpleNamespace): pass
class L(list): pass
@dataclasses.dataclass
class D:
    a: int
    b: list = dataclasses.field(default_factory=list)
    hidden: str = dataclasses.field(default='h', repr=False)
    shared: 'typing.ClassVar[int]' = 5
    start: dataclasses.InitVar[int] = 0
@dataclasses.dataclass(slots=True, frozen=True)
class S:
    a: int
    class Inner: pass
class Color(enum.Enum):
    RED = 1
    BLUE = 'b'
class Perm(enum.IntFlag):
    R = 4
    W = 2
class Stop(enum.Flag):
    A = 1
    B = 2
moved = collections.OrderedDict(a=1, b=2, c=3)
moved.move_to_end('a')
again = collections.OrderedDict(a=1, b=2, c=3)
del again['a']
again['a'] = 4
"""
VALUES = """\
collections.deque([1, [2], 3])
collections.deque([1], maxlen=2)
collections.deque()
collections.OrderedDict(a=1, b=[2], c=3)
moved
again
collections.OrderedDict()
collections.defaultdict(list, a=[1])
collections.defaultdict(None)
collections.defaultdict(collections.deque, {(1, 2): collections.deque([3])})
collections.Counter('abbccc')
collections.Counter()
collections.Counter(a=-1, b=0, c=7)
P(1, [2])
[P(P(1, 2), {})]
D(1, [2])
[D(D(3), [])]
S(5)
Color.RED
Color.BLUE
Perm.R
Perm.R | Perm.W
Stop.A | Stop.B
types.SimpleNamespace(a=1, b='x')
types.SimpleNamespace(inner=types.SimpleNamespace(c=[1]))
N(z=1)
types.SimpleNamespace()
list[int]
dict[str, list[int]]
tuple[()]
tuple[int, ...]
int | None
int | str | list[int]
type[P] | None
array.array('i', [1, -2, 3])
array.array('d', [1.5, float('inf')])
array.array('f', [0.1])
array.array('d')
array.array('u', 'h\\u00e9')
array.array('Q', [2 ** 64 - 1])
functools.partial(print, 1, [2], sep=', ')
functools.partial(int)
functools.partial(functools.partial(int), base=2)
re.compile('a+', re.I | re.M)
re.compile(b'x')
re.compile('(a)(b)').search('xxabyy')
re.match(b'a', b'abc')
re.match('(?s).*', 'x' * 100)
time.gmtime(0)
sys.version_info
os.stat_result(range(10))
os.terminal_size((80, 24))
types.MappingProxyType({'a': 1})
types.MappingProxyType(collections.OrderedDict(a=1))
ValueError('x', 2)
KeyError('k')
OSError(2, 'No such', 'file')
ExceptionGroup('g', [ValueError(1), KeyError('k')])
StopIteration([1])
sys.stdin
io.StringIO('x')
io.BytesIO(b'x')
open('/dev/null')
open('/dev/null', 'rb')
open('/dev/null', 'rb', buffering=0)
open('/dev/null', 'wb')
open('/dev/null', 'r+b')
open(0, closefd=False)
memoryview(b'ab')
slice(1, 2)
range(3)
Ellipsis
NotImplemented
len
[].append
D
types
iter([])
{}.keys()
{1: 2}.values()
{1: [2]}.items()
frozenset({1})
bytearray(b'x')
super(P, P(1, 2))
L([1, L([2])])
b'\\x00\\'"'
'\\'"\\n\\u2028'
""".splitlines()
# In place, with the value that must be seen then.
CHANGES = [
    ("v = collections.deque([1])", "v.append(2)", "deque([1, 2])"),
    ("v = collections.deque([1, 2, 3], maxlen=3)", "v.rotate()", "deque([3, 1, 2], maxlen=3)"),
    ("v = collections.OrderedDict(a=1, b=2)", "v.move_to_end('a')", "OrderedDict([('b', 2), ('a', 1)])"),
    ("v = collections.defaultdict(list)", "v['x'].append(1)", "defaultdict(<class 'list'>, {'x': [1]})"),
    ("v = collections.defaultdict(list)", "v.default_factory = None", "defaultdict(None, {})"),
    ("v = collections.Counter('ab')", "v['b'] += 1", "Counter({'b': 2, 'a': 1})"),
    ("v = array.array('i', [1])", "v[0] = 7", "array('i', [7])"),
    ("v = types.SimpleNamespace(a=1)", "v.a = [2]", "namespace(a=[2])"),
    ("v = types.SimpleNamespace(a=1)", "del v.a", "namespace()"),
    ("v = D(1)", "v.b.append(3)", "D(a=1, b=[3])"),
    ("v = D(1)", "v.a = 'new'", "D(a='new', b=[])"),
    ("v = D(1)", "del v.a", "D(a=\u2026, b=[])"),
    ("v = P(1, [])", "v.y.append(2)", "P(x=1, y=[2])"),
    ("v = ValueError(1)", "v.args = (2, 3)", "ValueError(2, 3)"),
    ("v = open('/dev/null', 'rb', buffering=0)", "v.close()", "<_io.FileIO [closed]>"),
    ("v = functools.partial(print)", "v.keywords['end'] = ''", "functools.partial(<built-in function print>, end='')"),
]
HOSTILE = """
class Base:
    def __repr__(self): print('RUN repr'); return 'x'
    def __eq__(self, other): print('RUN eq'); return True
    def __hash__(self): print('RUN hash'); return 1
    def __getattribute__(self, name): print('RUN getattribute', name); return object.__getattribute__(self, name)
class Deque(Base, collections.deque): pass
class Counted(Base, collections.Counter): pass
class Named(Base, collections.namedtuple('Named', 'x')): pass
class Spaces(Base, types.SimpleNamespace): pass
@dataclasses.dataclass(repr=False, eq=False)
class Data(Base):
    a: int
class Key(str):
    def __eq__(self, other): print('RUN key eq'); return str.__eq__(self, other)
    def __hash__(self): return hash('__module__') if armed else str.__hash__(self)
    def __repr__(self): print('RUN key repr')
armed = True
keys = Key('k')
strange = type('Strange', (), {'__slots__': ()})
space = {Key('a'): 1, '__module__': 'm'}
class Meta(type):
    def __prepare__(*_): return {Key('z'): 1}
    def __repr__(self): print('RUN meta repr')
    def __getattribute__(self, name): print('RUN meta', name); return type.__getattribute__(self, name)
class WithKey(metaclass=Meta): pass
class Field(Base): pass
class Faked:
    __dataclass_fields__ = {'a': 5, Key('b'): Base(), 'c': Base()}
    __repr__ = D.__repr__
    def __init__(self): self.a = 1
class Tuple(tuple):
    _fields = Base()
    __repr__ = P.__repr__
class Enumerated(int):
    __repr__ = Color.__repr__
print('BEGIN')
values = [collections.deque.__new__(Deque), Counted.__new__(Counted), Named.__new__(Named, 1), Spaces.__new__(Spaces), Data.__new__(Data),
          {'k': keys}, space, WithKey, Faked(), Tuple((1, 2)), Enumerated(3), collections.OrderedDict({keys: keys}),
          types.SimpleNamespace(**{'\\1': 5, 'b': Base()}), functools.partial(print, Base(), **{'a\\1': Base()})]
for v in values:
    w = v
print('END')
"""


def traced(source, folder):
    """(what the program printed, the steps)."""
    with open(os.path.join(folder, "program.py"), "w") as f:
        f.write(source)
    run = subprocess.run([MINIPY, "dis", "--trace", "--json", "-o", "trace.jsonl", "program.py"], cwd=folder, capture_output=True,
                         text=True, stdin=subprocess.DEVNULL, timeout=120 * SLOWNESS, env=dict(os.environ, PYTHONHASHSEED="0"))
    if run.returncode:
        raise AssertionError(run.stderr)
    with open(os.path.join(folder, "trace.jsonl")) as f:
        return run.stdout, [json.loads(line) for line in f]


def without_addresses(text):
    return re.sub(r"0x[0-9a-f]+", "0x", text)


class Values(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_as_the_reference(self):
        _, steps = traced(SETUP + "values = [" + ",\n".join(VALUES) + "]\nfor v in values:\n    w = v\n", self.folder)
        shown = [s["stack"][-1]["repr"] for s in steps if s["opcode"] == "STORE_NAME" and s["argument_text"] == "w"]
        code = SETUP + "values = [" + ",\n".join(VALUES) + "]\nfor v in values: print(ascii(repr(v)))\n"
        run = subprocess.run([REFERENCE, "-B", "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(run.stderr, "")
        expected = [eval(line) for line in run.stdout.splitlines()]
        self.assertEqual((len(shown), len(expected)), (len(VALUES), len(VALUES)))
        for value, ours, theirs in zip(VALUES, shown, expected):
            with self.subTest(value):
                # The terminal's and the pipe's encodings are this process's affair.
                self.assertEqual(without_addresses(ours).lower(), without_addresses(theirs).lower())

    def test_changes(self):
        for setup, change, expected in CHANGES:
            with self.subTest(change):
                _, steps = traced(SETUP + f"{setup}\nv\n{change}\nv\n", self.folder)
                self.assertEqual(steps[-3]["stack"][-1]["repr"], expected)

    def test_class_is_changed(self):
        _, steps = traced(SETUP + "v = D(1)\nv\nD.__repr__ = lambda self: 'mine'\nv\n", self.folder)
        self.assertRegex(steps[-3]["stack"][-1]["repr"], "^<__main__.D object at 0x")

    def test_bounded(self):
        _, steps = traced(SETUP + "v = [collections.deque(range(100)), collections.Counter(range(100)), array.array('i', range(100)),"
                          " types.SimpleNamespace(**{f'a{i}': i for i in range(100)}), collections.OrderedDict.fromkeys(range(100)),"
                          " functools.partial(print, *range(100), **{f'a{i}': i for i in range(100)})]\nfor w in v: w\n", self.folder)
        shown = [s["stack"][-1]["repr"] for s in steps if s["opcode"] == "POP_TOP" and len(s["stack"]) == 2]
        self.assertEqual(len(shown), 6)
        for text in shown:
            self.assertIn("\u2026", text)
            self.assertLess(len(text), 400)

    def test_recursive(self):
        _, steps = traced(SETUP + "d = collections.deque()\nd.append(d)\nn = types.SimpleNamespace()\nn.me = n\nv = D(0)\nv.a = v\n"
                          "c = collections.OrderedDict()\nc['me'] = c\nx = [d, n, v, c]\nx\n", self.folder)
        self.assertLess(len(steps[-3]["stack"][-1]["repr"]), 400)

    def test_nothing_runs(self):
        printed, steps = traced(SETUP + HOSTILE, self.folder)
        begin, end = printed.index("BEGIN"), printed.index("END")
        plain = subprocess.run([MINIPY, os.path.join(self.folder, "program.py")], capture_output=True, text=True,
                               env=dict(os.environ, PYTHONHASHSEED="0")).stdout
        self.assertEqual(printed[begin:end], plain[plain.index("BEGIN"):plain.index("END")])
        self.assertEqual(printed, plain)
        shown = [s["stack"][-1]["repr"] for s in steps if s["opcode"] == "STORE_NAME" and s["argument_text"] == "w"]
        self.assertEqual(len(shown), 14)
        for text in shown[:5]:
            self.assertRegex(text, r"^<__main__\.\w+ object at 0x[0-9a-f]+>$")


if __name__ == "__main__":
    unittest.main()
