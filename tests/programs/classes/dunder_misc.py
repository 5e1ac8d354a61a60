# Conversions and representations: __repr__, __str__, __format__, __bytes__, __hash__, __eq__, __bool__, __index__, __call__.
class Fraction2:
    def __init__(self, n, d): self.n, self.d = n, d
    def __repr__(self): return f"{self.n}/{self.d}"
    def __eq__(self, other): return isinstance(other, Fraction2) and self.n * other.d == other.n * self.d
    def __hash__(self): return hash(self.n / self.d)
    def __lt__(self, other): return self.n * other.d < other.n * self.d
    def __bool__(self): return self.n != 0
    def __int__(self): return self.n // self.d
    def __float__(self): return self.n / self.d
    def __complex__(self): return complex(float(self))
    def __index__(self): return int(self)
    def __round__(self, digits=None): return round(self.n / self.d, digits)
    def __call__(self, *args, **kwargs): return (self, args, kwargs)
    def __format__(self, spec): return f"[{spec or 'none'}]"
    def __bytes__(self): return b"bytes!"
    def __sizeof__(self): return 1000
    def __dir__(self): return ["n", "d"]
    def __abs__(self): return Fraction2(abs(self.n), self.d)
    def __enter__(self): return self
    def __exit__(self, *a): return True


a, b = Fraction2(7, 2), Fraction2(14, 4)
print(a, str(a), [a], f"{a}", f"{a:x}", f"{a!r:>8}", format(a), a == b, a != b, hash(a) == hash(b), {a: 1}[b],
    sorted([a, Fraction2(1, 3)]), bool(Fraction2(0, 1)), int(a), float(a), complex(a), [0, 1, 2, 3][a], round(a),
    round(a, 1), a(1, k=2), bytes(a), dir(a), abs(Fraction2(-1, 2)), a in [b], [a].index(b), bin(a), range(5)[a],
    max(a, Fraction2(9, 1)), "x" * a, a is b)
with a:
    raise ValueError
try:
    a <= b
except TypeError as error:
    print(error)


class NoHash:
    def __eq__(self, other): return True


class OnlyNe:
    def __ne__(self, other): return "ne result"


print(NoHash() == 5, NoHash() != 5, NoHash.__hash__, OnlyNe() != 1, OnlyNe() == 1)
for bad, uses in (("__repr__", ("repr", "str", "f'{x}'")), ("__str__", ("str", "repr", "print")),
        ("__format__", ("format",)), ("__hash__", ("hash", "set")), ("__bytes__", ("bytes",)), ("__bool__", ("bool",)),
        ("__index__", ("hex", "list.index")), ("__int__", ("int",)), ("__float__", ("float",)),
        ("__complex__", ("complex",)), ("__len__", ("len",)), ("__sizeof__", ("sizeof",)), ("__call__", ("call",)),
        ("__dir__", ("dir",))):
    x = type("X", (), {bad: lambda self, *a: None})()
    actions = {"repr": lambda: repr(x), "str": lambda: str(x)[:10], "f'{x}'": lambda: f"{x}", "print": lambda: print(x),
        "format": lambda: format(x), "hash": lambda: hash(x), "set": lambda: {x}, "bytes": lambda: bytes(x),
        "bool": lambda: bool(x), "hex": lambda: hex(x), "list.index": lambda: [1][x], "int": lambda: int(x),
        "float": lambda: float(x),
               "complex": lambda: complex(x), "len": lambda: len(x), "sizeof": lambda: __import__("sys").getsizeof(x),
                   "call": lambda: x(), "dir": lambda: dir(x)}
    for use in uses:
        try:
            result = actions[use]()
            print(bad, use, "accepted", "" if " object at " in repr(result) or use == "repr" else result)
        except Exception as error:
            print(bad, use, type(error).__name__, error)
for bad in (5, "x", lambda: 0):
    x = type("Y", (), {"__hash__": bad, "__call__": bad})()
    for action in (lambda: hash(x), lambda: x()):
        try:
            print(action())
        except TypeError as error:
            print(error)
class Instance: pass


i = Instance()
i.__len__ = lambda: 5
i.__call__ = lambda: 6
for action in (lambda: len(i), lambda: i(), lambda: i.__len__()):
    try:
        print(action())
    except TypeError as error:
        print(error)
