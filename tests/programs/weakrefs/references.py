# Weak references: callbacks, identity, hashing, proxies, collections, finalize.
import gc
import weakref


class Node:
    def __init__(self, name): self.name = name
    def __repr__(self): return f"Node({self.name})"
    def method(self): return f"method of {self.name}"
    def __eq__(self, other): return isinstance(other, Node) and self.name == other.name
    def __hash__(self): return hash(self.name)
    def __len__(self): return 3
    def __add__(self, other): return f"{self.name}+{other}"
    def __call__(self, x): return x
    def __getitem__(self, k): return k
    def __bool__(self): return True
    def __iter__(self): return iter("node")


log = []
n = Node("a")
r = weakref.ref(n)
r2 = weakref.ref(n)
r3 = weakref.ref(n, lambda ref: log.append(("callback", ref() is None, ref is r3)))
r4 = weakref.ref(n, lambda ref: log.append("second callback"))
print(r() is n, r is r2, r is r3, r == r3, hash(r) == hash(n), weakref.getweakrefcount(n),
    weakref.getweakrefs(n)[0] is r, r.__callback__, callable(r3.__callback__))
other = weakref.ref(Node("b"))
print(other())
m = Node("a")
print(r == weakref.ref(m), {r: 1}[weakref.ref(m)])
del n
print(r(), log, r3.__callback__, r == r2, r == weakref.ref(m), hash(r) == hash("a"))
x = Node("never hashed")
dead = weakref.ref(x)
del x
try:
    hash(dead)
except TypeError as error:
    print(error)
n = Node("p")
p = weakref.proxy(n, lambda proxy: log.append("proxy died"))
print(p.name, p.method(), len(p), p + 1, p("called"), p[5], list(p), bool(p), type(p).__name__, isinstance(p, Node),
    p == n, repr(p) == repr(n), str(p))
p.extra = 5
print(n.extra, p.__class__ is Node)
try:
    hash(p)
except TypeError as error:
    print(error)
del n
for action in (lambda: p.name, lambda: len(p), lambda: p + 1, lambda: str(p), lambda: bool(p),
        lambda: setattr(p, "x", 1)):
    try:
        print(action())
    except ReferenceError as error:
        print(error)
print(log)


class C: pass


for value in (5, "s", (), [], {}, None, object(), lambda: 0, C, C(), {1}, frozenset(), len, type, (i for i in ()), b"",
        Ellipsis, weakref.ref(C), Exception(), memoryview(b""), __import__("sys"), C().__init__):
    try:
        weakref.ref(value)
        print(type(value).__name__, "yes", end="; ")
    except TypeError as error:
        print(error, end="; ")
print()
for bad in (lambda: weakref.ref(), lambda: weakref.ref(C, 1, 2), lambda: weakref.ref(C, 5), lambda: weakref.proxy(5),
        lambda: weakref.ref(C, callback=None)):
    try:
        print(type(bad()).__name__)
    except TypeError as error:
        print(error)


class Sub(weakref.ref):
    __slots__ = ("tag",)

    def __new__(cls, o, tag):
        self = super().__new__(cls, o)
        self.tag = tag
        return self

    def __init__(self, o, tag): super().__init__(o)


s = Sub(m, "t")
print(s() is m, s.tag, s is Sub(m, "u"))
bound = m.method
wm = weakref.WeakMethod(m.method)
print(wm()(), weakref.ref(m.method)())
f = weakref.finalize(m, print, "finalized", m.name)
print(f.alive, f.peek()[2])
del m, bound
print(f.alive, wm())
gc.collect()
cycle = Node("cycle")
cycle.self = cycle
w = weakref.ref(cycle, lambda ref: print("cycle collected", ref()))
del cycle
print(w() is not None)
gc.collect()
print(w())
