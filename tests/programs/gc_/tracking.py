# What is tracked, referrers and referents, untracking of tuples and dicts.
import gc


class C: pass


class S:
    __slots__ = ("a",)


c = C()
for value in (1, "s", 1.5, None, b"x", (), [], {}, set(), frozenset(), c, S(), C, lambda: 0, len, (i for i in ()),
        object(), {"a": 1}, {"a": []}, {1: [2]}, [1], slice(1), range(3), iter([]), Exception(), type, gc,
        property(), c.__dict__):
    print(type(value).__name__, gc.is_tracked(value), end="; ")
print()
t1, t2, t3 = tuple([1, "a"]), tuple([1, []]), tuple([(1, 2), tuple([3])])
print(gc.is_tracked(t1), gc.is_tracked(t2), gc.is_tracked(t3))
gc.collect()
print(gc.is_tracked(t1), gc.is_tracked(t2), gc.is_tracked(t3))
d = {}
print(gc.is_tracked(d))
d["a"] = 1
print(gc.is_tracked(d))
d["b"] = []
print(gc.is_tracked(d))
del d["b"]
gc.collect()
print(gc.is_tracked(d))
print(gc.is_tracked(dict(a=1)), gc.is_tracked({**{"a": 1}}), gc.is_tracked({"a": 1}.copy()),
    gc.is_tracked({"a": []}.copy()), gc.is_tracked(dict.fromkeys("ab")), gc.is_tracked(dict([("a", ())])))
print(gc.get_referents([1, "a"]), gc.get_referents((1, 2)), gc.get_referents({"k": "v"}), gc.get_referents(5),
    gc.get_referents())
holder = [c]
print(holder in gc.get_referrers(c), any(r is globals() for r in gc.get_referrers(c)), gc.get_referrers())
print(c.__class__ in gc.get_referents(c) or C in gc.get_referents(c), len(gc.get_referents(lambda: 0)) > 2)
f = (lambda x: lambda: x)([1])
print([type(r).__name__ for r in gc.get_referents(f) if type(r).__name__ == "tuple"])
before = len(gc.get_objects())
many = [[] for _ in range(100)]
after = len(gc.get_objects())
print(after - before >= 100)
import sys
x = []
print(sys.getrefcount(x), sys.getrefcount([]), sys.getrefcount(object()))
y = [x, x]
z = {"x": x}
print(sys.getrefcount(x))
del y
print(sys.getrefcount(x))


def show(argument): return sys.getrefcount(argument)


print(show(x), show([]), (lambda a: sys.getrefcount(a))(x))
