# tuple: construction, operators, hashing, methods, errors, subclassing.
import sys
t = (1, "a", [2])
print(t, (1,), (), ((),), tuple("ab"), tuple([]), tuple({1: 2}), 1, *t, sep="|")
print(t + (3,), t * 2, 2 * (0,), () * 5, t[0], t[-1], t[1:], t[::-1], t[5:], "a" in t, t.index("a"), t.count(1), len(t),
    t == (1, "a", [2]), t != (), (1, 2) < (1, 2, 0), (1, "b") > (1, "a"), (1.0,) == (True,))
print(hash(()) == hash(tuple([])), hash((1, 2)), hash((1, (2, 3))), hash(("a",)) == hash(tuple("a")),
    hash((1.0,)) == hash((1,)), hash((0, 0)), hash((-1, -2)), tuple(t) is t, t[:] is t, tuple() is tuple([]), t * 1 is t,
    t + () is t)
t[2].append(3)
print(t, sys.getsizeof(()), sys.getsizeof((1, 2)))
for source in ("t[5]", "t['a']", "t[0] + 'a'", "t + [1]", "t.index(9)", "t.index('a', 2)", "t * 'a'", "t * 1.5",
        "tuple(5)", "tuple(1, 2)", "hash(t)", "(1, 'a') < ('a', 1)", "() < []", "t.append(1)", "tuple(sequence=[1])",
        "t.count()", "t.__getitem__(None)", "(1, 2).__contains__()", "tuple.__new__()", "tuple.__new__(list)",
        "tuple.__new__(tuple, 5)", "(1,) * (1 << 62)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
for source in ("t[0] = 1", "del t[0]", "t.x = 1", "t[0:1] = ()"):
    try:
        exec(source)
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")


class Pair(tuple):
    __slots__ = ()

    def __new__(cls, left, right): return super().__new__(cls, (left, right))

    @property
    def left(self): return self[0]

    def __repr__(self): return f"Pair{tuple.__repr__(self)}"


p = Pair(1, 2)
print(p, p.left, p + (3,), type(p + ()).__name__, type(p[:]).__name__, p == (1, 2), hash(p) == hash((1, 2)), tuple(p),
    type(tuple(p)).__name__, [p], {p: 1}[(1, 2)], isinstance(p, tuple), Pair.__mro__)
r = ([],)
r[0].append(r)
print(r)
a, *b = (1,)
print(a, b, (yield_ := 1, 2), (lambda *a: a)(*t[:2]), (1, 2) + tuple(range(3)), max((1, 5), (2, 0)), sum((1, 2), 10),
    sorted(((2, 1), (1, 2))), dict(((1, 2), (3, 4))))
it = iter((1, 2, 3))
print(next(it), it.__length_hint__(), list(it), it.__length_hint__())
