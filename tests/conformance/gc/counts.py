#!/usr/bin/python3.11
"""Compares how statements change the collector's count of generation 0 with the reference's: the first, second and third
time that each runs, and how many tuples of 1 to 6 items, lists and dicts are in the free lists afterwards.

usage: counts.py [--interpreter PATH] [--statements | --methods] [--show]

--statements: those of statements*.py. --methods: every method of the values below with a dozen of arguments each, most of
them wrong. Without either: both. Lines of counts_known.txt are statements that are expected to differ, with the reason.
Exit status 0: all as expected.
"""
import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = "/usr/bin/python3.11"

VALUES_SETUP = """
import array, collections, contextvars, functools, io, itertools, operator, random, re, struct, sys, threading, types
import weakref
class C:
    __slots__ = ("s", "__weakref__", "__dict__")
    a: int = 1
    def meth(self, *a): return a
class D(C): pass
W = C()
def func(*a, **k): return None
def make_cell():
    x = 1
    def f(): return x
    return f.__closure__[0]
cell = make_cell()
PATTERN = re.compile("(h)(e)l*")
try: 1 / 0
except Exception as e: TRACEBACK = e.__traceback__
async def coroutine(): pass
async def agen(): yield 1
"""
VALUES = """5; True; 2.5; (1+2j); 'hello world'; b'hello world'; bytearray(b'hello world'); [3, 1, 2]; (3, 1, 2); {'a': 1, 'b': 2};
{1, 2, 3}; frozenset({1, 2, 3}); range(10); slice(1, 2, 3); memoryview(b'hello'); int; C; func; C().meth; len; [].append;
str.join; int.__add__; (5).__add__; type.__dict__['__mro__']; C.__dict__['s']; (i for i in 'abc'); func.__code__;
property(func); staticmethod(func); classmethod(func); None; ...; NotImplemented; ValueError(1, 2); KeyError('k');
OSError(2, 'x', 'f'); StopIteration(4); ExceptionGroup('m', [ValueError(1), TypeError(2)]); super(D, D()); int.__dict__;
{'a': 1}.keys(); {'a': 1}.values(); {'a': 1}.items(); enumerate('ab'); zip('ab', 'cd'); map(str, [1, 2]);
filter(None, [1, 2]); reversed([1, 2]); iter([1, 2]); iter((1, 2)); iter({1: 2}); iter({1}); iter('ab'); iter(range(3));
iter(lambda: 1, 1); weakref.ref(W); weakref.proxy(W); cell; list[int]; int | str; types.SimpleNamespace(a=1); TRACEBACK;
collections.deque([1, 2, 3]); collections.OrderedDict(a=1, b=2); collections.defaultdict(list, a=[1]);
collections.Counter('aab'); functools.partial(func, 1); itertools.chain([1], [2]); itertools.count(); itertools.cycle([1]);
io.StringIO('a\\nb'); io.BytesIO(b'a\\nb'); PATTERN; PATTERN.match('hello'); struct.Struct('ih'); array.array('i', [1, 2]);
random.Random(1); sys.version_info; C.__annotations__; threading.Lock(); threading.RLock(); operator.itemgetter(0);
operator.attrgetter('a'); operator.methodcaller('x'); functools.lru_cache(func); coroutine(); agen()"""
ARGUMENTS = ("", "1", "'a'", "[1,2]", "o", "{'a':1}", "b'l'", "None", "1,2", "'a','b'", "x=1", "0,1,2", "func")
SKIPPED = {"__reduce__", "__reduce_ex__", "__class__", "__subclasshook__", "__init_subclass__", "__dir__", "__sizeof__",
           "fromfile", "tofile", "acquire", "acquire_lock", "__enter__"}
NOT_CALLED = {"__mul__", "__rmul__", "__imul__", "__pow__", "__lshift__", "__rlshift__", "repeat"}

RUNNER = r'''
import gc, sys
def main():
    source, output, blocked = sys.argv[1:4]
    for name in blocked.split(","):
        if name:
            sys.modules[name] = None
    with open(source) as file:
        statements = eval(file.read())
    compiled = [(compile(setup, "<setup>", "exec"), compile(statement, "<statement>", "exec"))
                for setup, statement in statements]
    gc.disable()
    get_count = gc.get_count
    counts = [0, 0, 0]
    def free_objects():
        found = []
        for size in range(1, 7):
            kept, items = [None] * 12, [0] * size
            before = get_count()[0]
            for i in range(12):
                kept[i] = tuple(items)
            found.append(12 - (get_count()[0] - before))
        kept = [None] * 12
        before = get_count()[0]
        for i in range(12):
            kept[i] = []
        found.append(12 - (get_count()[0] - before))
        before = get_count()[0]
        for i in range(12):
            kept[i] = {}
        found.append(12 - (get_count()[0] - before))
        return found
    def once(code, namespace, i):
        before = get_count()[0]
        try:
            exec(code, namespace)
        except BaseException as e:
            error = type(e).__name__
        else:
            error = ""
        counts[i] = get_count()[0] - before
        return error
    free_objects()
    gc.collect()
    gc.freeze()
    with open(output, "w") as file:
        for number, (setup, statement) in enumerate(compiled):
            namespace = {"__name__": "counted", "__builtins__": __builtins__}
            exec(setup, namespace)
            file.flush()
            gc.collect()
            counts[:] = 0, 0, 0
            error = once(statement, namespace, 0)
            once(statement, namespace, 1)
            once(statement, namespace, 2)
            print(counts, free_objects(), error, file=file)
            namespace.clear()
            if number % 200 == 199:
                gc.freeze()
main()
'''


def method_statements():
    environment = {}
    exec(VALUES_SETUP, environment)
    for expression in (part.strip() for part in VALUES.split(";")):
        value = eval(expression, environment)
        setup = f"{VALUES_SETUP}\no = {expression}\n"
        for name in dir(value):
            if name in SKIPPED:
                continue
            yield setup, f"o={expression}\no.{name}"
            if name in NOT_CALLED or not callable(getattr(value, name, None)):
                continue
            for arguments in ARGUMENTS:
                yield setup, f"o={expression}\no.{name}({arguments})"
        if hasattr(value, "close"):
            value.close()


def library_statements():
    found = []
    for name in ("statements", "statements_io", "statements_keywords"):
        spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, name + ".py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += [(module.SETUP, statement) for statement in module.STATEMENTS]
    return found


def known_differences():
    known = {}
    with open(os.path.join(HERE, "counts_known.txt")) as file:
        for line in file:
            statement, _, reason = line.rstrip("\n").rpartition("  # ")
            if statement:
                known[statement] = reason
    return known


def run(interpreter, statements, blocked, folder):
    source, output = os.path.join(folder, "statements"), os.path.join(folder, "counts")
    with open(source, "w") as file:
        file.write(repr(statements))
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    subprocess.run([interpreter, "-B", "-W", "ignore", "-c", RUNNER, source, output, ",".join(blocked)], check=True,
                   env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with open(output) as file:
        return file.read().splitlines()


def compare(interpreter, statements, blocked, known, show):
    """(statements, number that agree, number that are not as expected)."""
    with tempfile.TemporaryDirectory() as folder:
        ours = run(interpreter, statements, blocked, folder)
        theirs = run(REFERENCE, statements, blocked, folder)
    agree = unexpected = 0
    for (_, statement), our, their in zip(statements, ours, theirs):
        line = statement.replace("\n", "; ")
        agree += our == their
        if our == their:
            if line in known:
                unexpected += 1
                print(f"listed in counts_known.txt, but agrees: {line}")
        elif line not in known or show:
            unexpected += line not in known
            print(f"{line}\n    {our}\n    {their} (reference)")
    return len(statements), agree, unexpected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", default=os.path.join(HERE, "../../../build/release/minipy"))
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--methods", action="store_true")
    parser.add_argument("--show", action="store_true", help="show the known differences, too")
    options = parser.parse_args()
    interpreter = os.path.abspath(options.interpreter)
    code = "from minipy.gc_compare import missing_modules\nprint(*missing_modules())\n"
    blocked = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    known = known_differences()
    failed = 0
    for name, wanted, statements in (("statements", options.statements, library_statements),
                                     ("methods", options.methods, method_statements)):
        if not wanted and (options.statements or options.methods):
            continue
        count, agree, unexpected = compare(interpreter, list(statements()), blocked, known, options.show)
        print(f"{name}: {agree} of {count} count as the reference does, {unexpected} not as expected")
        failed += unexpected
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
