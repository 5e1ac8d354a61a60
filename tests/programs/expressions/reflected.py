# Reflected and in-place operator methods: who is asked first, NotImplemented, subclasses (3.3.8).
NAMES = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or".split()


def make(name, bases=(), answer=True, reflected=True):
    body = {}
    for op in NAMES:
        if answer is not None:
            body[f"__{op}__"] = lambda self, other, *m, op=op: f"{name}.{op}" if answer else NotImplemented
        if reflected:
            body[f"__r{op}__"] = lambda self, other, *m, op=op: f"{name}.r{op}"
    return type(name, bases, body)


A = make("A", answer=False)
B = make("B")
C = make("C", (A,))
N = make("N", answer=None, reflected=False)
symbols = {"add": "+", "sub": "-", "mul": "*", "matmul": "@", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "lshift": "<<",
           "rshift": ">>", "and": "&", "xor": "^", "or": "|"}
for op, symbol in symbols.items():
    print(symbol, end=": ")
    for left, right in ((A(), B()), (B(), A()), (A(), C()), (A(), A()), (N(), B()), (A(), N()), (5, B()), ("s", B()),
            ([], B())):
        try:
            print(eval(f"l {symbol} r", {"l": left, "r": right}), end=", ")
        except TypeError as error:
            print(f"({error})", end=", ")
    print()
print(divmod(5, B()), divmod(B(), 5), pow(B(), 2), pow(2, B()), pow(B(), 2, 3))
try:
    divmod(N(), N())
except TypeError as error:
    print(error)
try:
    pow(2, B(), 5)
except TypeError as error:
    print(error)


class Unary:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "invert"
    def __abs__(self): return "abs"
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return 17
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"


import math
u = Unary()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), math.trunc(u), math.floor(u), math.ceil(u))
for f in (int, float, complex, round, abs, hash):
    try:
        print(f.__name__, f(N()) if f is not hash else "hashable")
    except TypeError as error:
        print(f.__name__, error)
