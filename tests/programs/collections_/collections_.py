# collections: namedtuple, deque, Counter, OrderedDict, defaultdict, ChainMap, UserDict and friends.
from collections import *
Point = namedtuple("Point", "x y z", defaults=[0])
p = Point(1, 2)
print(p, p.x, p[1], p._fields, p._asdict(), p._replace(y=5), Point._make([7, 8, 9]), Point._field_defaults,
    p == (1, 2, 0), tuple(p), *p, Point.__doc__, Point.x.__doc__, hash(p) == hash((1, 2, 0)), p < Point(1, 3),
    Point.__match_args__, repr(Point(*"abc")), isinstance(p, tuple), p.__class__.__mro__[1])
for bad in (lambda: Point(), lambda: Point(1, 2, 3, 4), lambda: Point(1, 2, w=3), lambda: namedtuple("N", "a a"),
        lambda: namedtuple("N", "_a"), lambda: namedtuple("N", "class"), lambda: namedtuple("1N", "a"),
        lambda: p._replace(q=1), lambda: setattr(p, "x", 1), lambda: Point._make([1]),
        lambda: namedtuple("N", "a b", defaults=[1, 2, 3])):
    try:
        bad()
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
print(namedtuple("R", "a class a _b", rename=True)._fields, namedtuple("M", ["q"], module="mod").__module__)
d = deque("abc", maxlen=4)
d.append("d"); d.append("e"); d.appendleft("z"); d.extend("12"); d.extendleft("xy")
print(d, d.maxlen, d[0], d[-1], len(d), "x" in d, d.count("1"), d.pop(), d.popleft(), list(d), d.copy() == d,
    deque([1, 2]) < deque([1, 3]), d + deque("q"), deque([1]) * 3, list(reversed(d)))
d = deque(range(6)); d.rotate(2); print(d, end=" "); d.rotate(-3); print(d, d.index(4)); d.insert(2,
    "i"); d.remove(0); d[1] = "s"; del d[0]; d.reverse(); print(d); d.clear(); print(d, deque(maxlen=0),
    deque([[deque([1])]]))
for bad in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[3], lambda: deque().remove(1),
        lambda: deque([1]).index(2), lambda: deque(5), lambda: deque(maxlen=-1), lambda: deque([1], 2, 3),
        lambda: deque("ab", maxlen=2).insert(0, "c"), lambda: hash(deque()), lambda: deque([1]) + [2],
        lambda: deque()[0:1], lambda: deque([1], maxlen="x"), lambda: deque() < 5):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
q = deque([1, 2, 3])
try:
    for x in q:
        q.append(x)
except RuntimeError as error:
    print(error)
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], sorted(c.elements()), c.total(), Counter(a=3) + Counter(a=1, b=2),
    Counter(a=3, b=1) - Counter(a=1, b=2), Counter(a=3) & Counter(a=1), Counter(a=1) | Counter(a=2, b=1),
    +Counter(a=-1, b=2), -Counter(a=-1), Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2))
c.update("miss"); c.subtract(i=10); del c["m"]; print(c, Counter([1, 1, 2]), Counter({"k": 5}), Counter())
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a"); o.move_to_end("c", last=False); print(o, list(o), o.popitem(), o.popitem(last=False), o == {"b": 2},
    o == OrderedDict(b=2), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), list(reversed(OrderedDict(x=1, y=2))),
    o | {"n": 1}, o.setdefault("s", []), o)
for bad in (lambda: OrderedDict().popitem(), lambda: o.move_to_end("zz"), lambda: o["zz"], lambda: o.pop("zz"),
        lambda: OrderedDict([1])):
    try:
        bad()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
dd = defaultdict(list, x=[1])
dd["y"].append(2); dd["x"].append(3)
print(dd, dd.get("q"), "q" in dd, dd.default_factory, defaultdict(int)["k"], defaultdict(lambda: "d")[0], dd.copy(),
    dict(dd), dd | {"z": 0}, type(dd | {}).__name__)
for bad in (lambda: defaultdict()["k"], lambda: defaultdict(None)["k"], lambda: defaultdict(5),
        lambda: defaultdict(lambda: 1 / 0)["k"]):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 4
print(m, m["a"], m["b"], len(m), sorted(m), m.maps, m.new_child({"a": 0})["a"], m.parents, "b" in m, dict(m))
for bad in (lambda: m["q"], lambda: m.pop("b"), lambda: m.__delitem__("b")):
    try:
        bad()
    except KeyError as error:
        print(error)


class Upper(UserDict):
    def __setitem__(self, key, value): super().__setitem__(key.upper(), value)


class Evens(UserList):
    def append(self, x): super().append(x) if x % 2 == 0 else None


u = Upper(a=1); u["b"] = 2; u.update(c=3)
e = Evens([2]); e.append(3); e.append(4)
print(u, u.data, e, e + [6], e[0:1], UserString("abc").upper(), UserString("a") + "b",
    type(UserString("x")[0]).__name__)
