# Changing classes and instances while they are in use: caches must notice.
class Base:
    def f(self): return "Base.f"


class Derived(Base): pass


def call(o): return o.f()


d = Derived()
results = []
for step in range(8):
    if step == 1:
        Derived.f = lambda self: "Derived.f"
    if step == 2:
        d.f = lambda: "instance f"
    if step == 3:
        del d.f
    if step == 4:
        del Derived.f
    if step == 5:
        Base.f = lambda self: "new Base.f"
    if step == 6:
        Derived.f = property(lambda self: lambda: "from property")
    if step == 7:
        d.__class__ = type("Switched", (Base,), {"f": staticmethod(lambda: "static")})
    results.append([call(d) for _ in range(3)][-1])
print(*results, sep=", ")


def get(o): return o.value


class V: value = "class"


v = V()
seen = [get(v)]
v.value = "instance"
seen.append(get(v))
V.value = property(lambda self: "data descriptor wins")
seen.append(get(v))
del V.value
seen.append(get(v))
v.__dict__ = {"value": "new dict"}
seen.append(get(v))
V.__getattr__ = lambda self, name: f"getattr {name}"
del v.value
seen.append(get(v))
V.__getattribute__ = lambda self, name: f"getattribute {name}"
seen.append(get(v))
print(*seen, sep=", ")


def use_len(o): return len(o)


class L: pass


log = []
for setup in (None, lambda: setattr(L, "__len__", lambda self: 3), lambda: setattr(L, "__len__", lambda self: 4),
        lambda: delattr(L, "__len__")):
    if setup:
        setup()
    try:
        log.append(use_len(L()))
    except TypeError as error:
        log.append(str(error))
print(log)
counter = 0


def read_global(): return counter


values = []
for i in range(5):
    counter = i
    values.append(read_global())
globals().pop("counter")
try:
    read_global()
except NameError as error:
    values.append(str(error))
import builtins
builtins.counter = "builtin"
values.append(read_global())
del builtins.counter
print(values)


def use_builtin(): return len("abc")


out = [use_builtin()]
len = lambda x: "shadowed"
out.append(use_builtin())
del len
out.append(use_builtin())
print(out)


def add(a, b): return a + b


print([add(*p) for p in ((1, 2), (1.5, 2), ("a", "b"), ([1], [2]), (1, 2.5), (2 ** 70, 1), (True, 1), ((1,), (2,)))])


class N:
    def __add__(self, other): return "N.add"


print(add(N(), 1))
N.__add__ = lambda self, other: "replaced"
print(add(N(), 1))
for i in range(3):
    class Fresh:
        def m(self, i=i): return i
    print(Fresh().m(), end=" ")
print()
o = type("O", (), {})()
for i in range(60):
    setattr(o, f"a{i}", i)
for i in range(0, 60, 2):
    delattr(o, f"a{i}")
o.a0 = "back"
print(list(vars(o))[:3], list(vars(o))[-1], len(vars(o)))
