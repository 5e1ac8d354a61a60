# locals(), globals(), vars(), eval and exec with namespaces.
def f(a):
    b = 2
    snapshot = locals()
    c = 3
    print(sorted(snapshot), snapshot is locals(), sorted(locals()))
    snapshot["a"] = 100
    print(a, locals()["a"])
    del b
    print(sorted(locals()))

    def inner():
        return a, locals()
    return inner()


print(f(1))
x = 10
print(eval("x + 1"), eval("x + y", {"x": 1, "y": 2}), eval("x + y", {"x": 1}, {"y": 5}),
    eval(compile("x * 2", "<c>", "eval")), eval("  x"), eval("\t(x)\n"))
ns = {}
exec("import math\ndef area(r): return round(math.pi * r * r, 3)\nresult = area(2)\nclass C: pass", ns)
print(ns["result"], sorted(k for k in ns if not k.startswith("__")), "__builtins__" in ns, ns["area"](1),
    ns["C"].__module__)


class Namespace(dict):
    def __getitem__(self, key):
        if key == "magic":
            return "found"
        return dict.__getitem__(self, key)

    def __setitem__(self, key, value):
        print("store", key)
        dict.__setitem__(self, key, value)


space = Namespace()
exec("a = magic\nb = a.upper()\nfor c in range(2): pass\ndel c", {}, space)
print(dict(space))
for source, args in (("1 +", ()), ("x = 1", ()), ("undefined", ()), ("x", ({},)), ("1", (5,)), ("1", ({}, 5)),
        ("len([])", ({"__builtins__": {}},)), ("x", ({"__builtins__": {"x": "from builtins"}},)),
        ("(lambda: y)()", ({}, {"y": 1})), ("[z for _ in 'a']", ({}, {"z": 1})), ("print", ({"__builtins__": None},)),
        ("\0", ()), ("", ())):
    try:
        print(source, "=", eval(source, *args))
    except Exception as error:
        print(f"{source!r}: {type(error).__name__}: {error}")
for bad in (5, None, lambda: 0):
    try:
        eval(bad)
    except TypeError as error:
        print(error)


def has_free(): return (lambda: bad)


try:
    bad = 1
    eval(f.__code__)
except TypeError as error:
    print(error)


class V:
    __slots__ = ("a",)


print(vars(type("T", (), {"k": 1}))["k"], sorted(vars()) == sorted(locals()), globals() is locals())
for bad in (lambda: vars(5), lambda: vars(V()), lambda: vars(1, 2), lambda: exec("1", 5), lambda: dir(1, 2)):
    try:
        bad()
    except TypeError as error:
        print(error)
globals()["made"] = 1
print(made, "made" in dir())


class D:
    locals()["k"] = 5
    print(k, sorted(n for n in dir() if not n.startswith("__")))
