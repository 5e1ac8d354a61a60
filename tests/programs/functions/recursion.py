# Recursion: depth limit, its message, recovery, mutual recursion, tail of the limit.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(sys.getrecursionlimit(), depth(900))
try:
    depth(10 ** 6)
except RecursionError as error:
    print(type(error).__name__, error)


def forever():
    forever()


for _ in range(3):
    try:
        forever()
    except RecursionError as error:
        print(error)
print(depth(800))


def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)


print(even(500), odd(301))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 3))
sys.setrecursionlimit(5000)
print(depth(4500))
for limit in (0, -1, 5):
    try:
        if limit == 5:
            def nested(k):
                if k:
                    return nested(k - 1)
                sys.setrecursionlimit(5)
            nested(20)
        else:
            sys.setrecursionlimit(limit)
    except (ValueError, RecursionError) as error:
        print(type(error).__name__, error)
sys.setrecursionlimit(50_000)
print(depth(40_000))
sys.setrecursionlimit(1000)


class Loop:
    def __getattr__(self, name): return getattr(self, name + "x")
    def __repr__(self): return repr(self)
    def __eq__(self, other): return self == other
    def __call__(self): return self()
    def __len__(self): return len(self)
    def __getitem__(self, key): return self[key]
    def __add__(self, other): return self + other
    def __str__(self): return str(self)
    def __iter__(self): return iter(self)
    def __hash__(self): return hash(self)
    def __bool__(self): return bool(self)


loop = Loop()
for name, action in (("getattr", lambda: loop.a), ("repr", lambda: repr(loop)), ("eq", lambda: loop == 1),
        ("call", lambda: loop()), ("len", lambda: len(loop)), ("getitem", lambda: loop[0]), ("add", lambda: loop + 1),
        ("str", lambda: f"{loop}"), ("iter", lambda: list(loop)), ("hash", lambda: {loop}),
                     ("bool", lambda: not loop), ("map", lambda: sorted([1], key=lambda v: forever()))):
    try:
        action()
    except RecursionError as error:
        print(name, "RecursionError")
