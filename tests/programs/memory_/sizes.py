"""sys.getsizeof of objects in varied states."""
import array
import collections
import contextvars
import functools
import io
import itertools
import operator
import re
import struct
import sys
import types
import weakref


def show(name, p):
    print(f"{name}: {sys.getsizeof(p)}")


def grown(n):
    items = []
    for i in range(n):
        items.append(i)
    return items


def shrunk(n, left):
    items = grown(n)
    del items[left:]
    return items


def popped(n, times):
    items = grown(n)
    for _ in range(times):
        items.pop()
    return items


for bits in (0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 119, 120, 149, 150, 1000):
    show(f"int of {bits} bits", 2 ** bits - 1)
    show(f"negative int of {bits} bits", -(2 ** bits))
for p in (True, False, None, ..., NotImplemented, 1.5, 1j, object(), 0, -1):
    show(repr(p)[:20].split(" at ")[0], p)
for n in (0, 1, 2, 3, 7, 8, 15, 16, 40, 100):
    for kind, character in (("ASCII", "a"), ("Latin-1", "\xe9"), ("2 bytes", "\u1234"), ("4 bytes", "\U00012345")):
        show(f"str of {n}, {kind}", character * n)
    show(f"bytes of {n}", b"a" * n)
    show(f"bytearray of {n}", bytearray(n))
    show(f"tuple of {n}", (None,) * n)
    show(f"list of {n}, by repetition", [None] * n)
    show(f"list of {n}, grown", grown(n))
    show(f"list of {n}, from range", list(range(n)))
    show(f"list of {n}, comprehension", [i for i in range(n)])
    show(f"list of {n}, from a generator", list(i for i in range(n)))
    show(f"list of {n}, copied", grown(n).copy())
    show(f"list of {n}, slice", grown(n + 5)[:n])
    show(f"list of {n}, concatenated", grown(n) + [1])
    show(f"list of {n}, shrunk from 50", shrunk(50, n))
    show(f"list of {n}, popped", popped(n + 20, 20))
    show(f"dict of {n} ints", {i: i for i in range(n)})
    show(f"dict of {n} strings", {str(i): i for i in range(n)})
    show(f"dict of {n}, fromkeys", dict.fromkeys(range(n)))
    show(f"dict of {n}, copied", {i: i for i in range(n)}.copy())
    show(f"dict of {n}, from pairs", dict([(i, i) for i in range(n)]))
    show(f"dict of {n}, merged", {**{i: i for i in range(n)}, "a": 1})
    show(f"set of {n}", set(range(n)))
    show(f"set of {n}, copied", set(range(n)).copy())
    show(f"frozenset of {n}", frozenset(range(n)))
    show(f"deque of {n}", collections.deque(range(n)))
    show(f"OrderedDict of {n}", collections.OrderedDict.fromkeys(range(n)))
    show(f"array of {n} ints", array.array("i", range(n)))
    show(f"array of {n} doubles", array.array("d", range(n)))
for n in (1, 5, 6, 11, 50):
    d = {i: i for i in range(n)}
    for i in range(n - 1):
        del d[i]
    show(f"dict of {n}, all but one deleted", d)
    d["new"] = 1
    show(f"dict of {n}, one added after", d)
    d.clear()
    show(f"dict of {n}, cleared", d)
    s = set(range(n))
    for i in range(n - 1):
        s.discard(i)
    show(f"set of {n}, all but one discarded", s)
    s.clear()
    show(f"set of {n}, cleared", s)
    b = bytearray()
    for i in range(n):
        b.append(i)
    show(f"bytearray of {n}, grown", b)
    del b[1:]
    show(f"bytearray of {n}, shrunk", b)
    l = grown(n)
    l.insert(0, 1)
    show(f"list of {n}, one inserted", l)
    l.extend(range(3))
    show(f"list of {n}, extended", l)
    l.clear()
    show(f"list of {n}, cleared", l)
    l += [1, 2]
    show(f"list of {n}, cleared and added to", l)
    show(f"str of {n}, split", ("a " * n).split())
    show(f"str of {n}, splitlines", ("a\n" * n).splitlines())
    show(f"sorted {n}", sorted(range(n)))


class Empty: pass
class Slots: __slots__ = ("a", "b")
class WeakSlots: __slots__ = ("a", "__weakref__")
class DictSlots: __slots__ = ("a", "__dict__")
class IntChild(int): pass
class StrChild(str): pass
class ListChild(list): pass
class DictChild(dict): pass
class TupleChild(tuple): pass
class Failure(Exception): pass
class Meta(type): pass
class WithMeta(metaclass=Meta): pass
Pair = collections.namedtuple("Pair", "a b")


def plain(a, b=1, *c, d=2, **e): return a
def closure(x): return lambda: x
def generator(a, b): yield a
async def coroutine(): pass
async def async_generator(): yield 1


e = Empty()
show("instance", e)
show("instance's dict, empty", e.__dict__)
e.a = 1
show("instance with an attribute", e)
show("instance's dict", e.__dict__)
for n in (2, 5, 6, 20):
    e = Empty()
    for i in range(n):
        setattr(e, f"a{i}", i)
    show(f"instance with {n} attributes", e)
    show(f"dict of an instance with {n}", e.__dict__)
for cls in (Slots, WeakSlots, DictSlots, IntChild, StrChild, ListChild, DictChild, TupleChild, Failure, WithMeta):
    show(f"class {cls.__name__}", cls)
    show(f"instance of {cls.__name__}", cls())
    show(f"mappingproxy of {cls.__name__}", cls.__dict__)
for value in (IntChild(2 ** 40), StrChild("abc"), ListChild(range(5)), DictChild(a=1), TupleChild("abc"), Pair(1, 2)):
    show(f"instance of {type(value).__name__} with a value", value)
for p in (int, str, object, type, Exception, Meta, Pair):
    show(f"class {p.__name__}", p)
g = generator(1, 2)
show("generator", g)
next(g)
show("generator, started", g)
show("generator's frame", g.gi_frame)
show("generator expression", (i for i in []))
c = coroutine()
show("coroutine", c)
c.close()
show("async generator", async_generator())
show("function", plain)
show("closure", closure(1))
show("cell", closure(1).__closure__[0])
show("lambda", lambda: 0)
show("code", plain.__code__)
show("code of a closure", closure.__code__)
show("code of a generator", generator.__code__)
show("bound method", e.__init__)
show("method of a class", Empty().__dir__)
show("built-in function", len)
show("built-in method", [].append)
show("slot wrapper", int.__add__)
show("method descriptor", str.join)
show("frame", sys._getframe())
show("module", types.ModuleType("m"))
show("namespace", types.SimpleNamespace(a=1))
show("mapping proxy", types.MappingProxyType({}))
show("staticmethod", staticmethod(plain))
show("classmethod", classmethod(plain))
show("property", property(plain))
show("super", super(Empty, e))
show("generic alias", list[int])
show("union", int | str)
show("range", range(5))
show("slice", slice(1, 2))
show("memoryview", memoryview(b"abc"))
show("memoryview of a slice", memoryview(b"abc")[1:])
show("weak reference", weakref.ref(e))
show("weak proxy", weakref.proxy(e))
for name, p in (("list", []), ("tuple", ()), ("dict", {}), ("set", set()), ("str", "a"), ("bytes", b""), ("range", range(3)),
                ("dict values", {}.values()), ("dict items", {}.items()), ("deque", collections.deque())):
    show(f"iterator of {name}", iter(p))
for name, p in (("keys", {}.keys()), ("values", {}.values()), ("items", {}.items()), ("reversed list", reversed([])),
                ("reversed tuple", reversed(())), ("enumerate", enumerate([])), ("zip", zip([])), ("map", map(len, [])),
                ("filter", filter(None, [])), ("callable iterator", iter(len, 1)), ("count", itertools.count()),
                ("cycle", itertools.cycle([1])), ("repeat", itertools.repeat(1)), ("chain", itertools.chain([])),
                ("islice", itertools.islice([], 1)), ("tee", itertools.tee([])[0]), ("groupby", itertools.groupby([])),
                ("starmap", itertools.starmap(max, [])), ("accumulate", itertools.accumulate([])),
                ("product", itertools.product("ab")), ("permutations", itertools.permutations("ab")),
                ("combinations", itertools.combinations("ab", 1)), ("zip_longest", itertools.zip_longest([])),
                ("takewhile", itertools.takewhile(bool, [])), ("pairwise", itertools.pairwise([])),
                ("compress", itertools.compress([], [])), ("partial", functools.partial(len)),
                ("lru_cache", functools.lru_cache(plain)), ("itemgetter", operator.itemgetter(1)),
                ("attrgetter", operator.attrgetter("a")), ("methodcaller", operator.methodcaller("a")),
                ("defaultdict", collections.defaultdict(list, a=1)), ("Counter", collections.Counter("aab")),
                ("struct", struct.Struct("ih")), ("StringIO", io.StringIO()), ("match", re.match("a", "a")),
                ("sys.version_info", sys.version_info), ("context", contextvars.Context()),
                ("context variable", contextvars.ContextVar("v"))):
    show(name, p)
for p in (ValueError(), KeyError(1), OSError(1, "a"), StopIteration(1), SystemExit(1), ImportError("a"), SyntaxError("a"),
          UnicodeDecodeError("a", b"", 0, 1, "b"), AttributeError("a"), NameError("a"),
          ExceptionGroup("m", [ValueError()])):
    show(type(p).__name__, p)
try:
    1 / 0
except ZeroDivisionError as error:
    show("traceback", error.__traceback__)
    show("frame of a traceback", error.__traceback__.tb_frame)
