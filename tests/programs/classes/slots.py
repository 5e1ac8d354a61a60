# __slots__: storage, inheritance, weak references, errors (3.3.2.4).
import sys
import weakref


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y): self.x, self.y = x, y


class Named(Point):
    __slots__ = ("name", "__weakref__")


class WithDict(Point): pass


class OnlyDict:
    __slots__ = ("__dict__",)


class Single:
    __slots__ = "value"


class Doc:
    __slots__ = {"a": "the documentation of a", "b": None}


p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), Point.x, repr(Point.x), type(Point.x).__name__, Point.__slots__,
    sys.getsizeof(p), sys.getsizeof(Named(1, 2)), Point.__basicsize__, WithDict.__basicsize__,
    Doc.__dict__["a"].__doc__, Single.__slots__)
for source in ("p.z = 1", "p.z", "del p.x; p.x", "p.x = 3; print(p.x)", "del p.y; del p.y", "weakref.ref(p)",
        "Point.x.__get__(5)", "Point.x.__set__('a', 1)", "vars(p)", "p.__dict__", "Single().value",
        "OnlyDict().anything = 5", "p.__class__ = Single", "Named(1, 2).extra = 1", "Named(1, 2).name",
        "print(Point.x.__get__(None, Point) is Point.x)"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
n = Named(1, 2)
n.name = "n"
print(weakref.ref(n)() is n, n.x, n.name)
w = WithDict(5, 6)
w.extra = 7
print(w.__dict__, w.x, sorted(o for o in OnlyDict.__dict__ if "dict" in o))
for source in ("class C:\n __slots__ = ('a', 'a b')", "class C:\n __slots__ = (5,)",
        "class C:\n __slots__ = ('a',)\n a = 1", "class C:\n __slots__ = 5", "class C(int):\n __slots__ = ('x',)",
        "class C(tuple):\n __slots__ = ('x',)", "class C(int):\n __slots__ = ()", "class C(Point, Single): pass",
        "class C(Named):\n __slots__ = ('__weakref__',)", "class C(WithDict):\n __slots__ = ('__dict__',)",
        "class C:\n __slots__ = ('__dict__', '__dict__')",
               "class C(list):\n __slots__ = ('x',)\nc = C([1]); c.x = 2; print(c, c.x)",
                   "class C:\n __slots__ = ['a', 'b', 'a']\nprint(C.__slots__)",
                   "class C(Point):\n __slots__ = ('x',)\nc = C(1, 2); print(c.x, c.y)",
                   "class C:\n __slots__ = ()\nC().x = 1", "class C:\n __slots__ = iter(['q'])\nC().q = 1",
                   "class C:\n __slots__ = ('class_', '__private')\nprint([n for n in dir(C) if 'private' in n])",
                   "class C:\n __slots__ = ''\nprint(C.__slots__ == '')"):
    try:
        exec(source)
        print(source.replace("\n", "; "), "-> ok")
    except Exception as error:
        print(source.replace("\n", "; "), "->", type(error).__name__, error)


class A:
    __slots__ = ("a",)


class B:
    __slots__ = ("b",)


class E1(A):
    __slots__ = ()


x = A()
x.a = 1
x.__class__ = type("Same", (), {"__slots__": ("a",)})
print(type(x).__name__, x.a)
try:
    x.__class__ = B
except TypeError as error:
    print(error)
try:
    type("AB", (A, B), {})
except TypeError as error:
    print(error)
