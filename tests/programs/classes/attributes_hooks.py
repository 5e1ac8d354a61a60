# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__ (3.3.2).
class Hooks:
    real = "class attribute"

    def __init__(self):
        object.__setattr__(self, "stored", {})

    def __getattr__(self, name):
        print("getattr", name)
        if name.startswith("no"):
            raise AttributeError(f"custom {name}")
        return name.upper()

    def __setattr__(self, name, value):
        print("setattr", name, value)
        self.stored[name] = value

    def __delattr__(self, name):
        print("delattr", name)
        del self.stored[name]

    def __dir__(self): return ["z", "a", *self.stored]


h = Hooks()
print(h.real, h.missing, h.stored)
h.x = 5
h.y = h.x + "!"
print(h.x, h.stored, dir(h), hasattr(h, "no"), hasattr(h, "yes"), getattr(h, "nope", "default"))
del h.x
print(h.stored)
try:
    h.nothing
except AttributeError as error:
    print(error, error.name, error.obj is h)


class All:
    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError("hidden")
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        return f"got {name}"


a = All()
a.__dict__["x"] = 1
print(a.x, a.anything, getattr(a, "secret", None), a.__class__.__name__, len([n for n in dir(a) if n == "x"]))


class Both(All):
    def __getattr__(self, name): return f"fallback {name}"


print(Both().secret, Both().y)


class RaisesOther:
    def __getattr__(self, name): raise KeyError(name)

    @property
    def broken(self): raise AttributeError("inside the property")


for action in (lambda: RaisesOther().x, lambda: hasattr(RaisesOther(), "x"), lambda: RaisesOther().broken):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error, "| context", repr(error.__context__))


class BadDir:
    def __dir__(self): return 5


class MixedDir:
    def __dir__(self): return [1, "a"]


for bad in (BadDir(), MixedDir()):
    try:
        dir(bad)
    except TypeError as error:
        print(error)
for args in ((5, "real"), (5, "nope"), (5, "nope", "d"), (5, 5), (5,), ([], "append")):
    try:
        value = getattr(*args)
        print(args, value if not callable(value) else "callable")
    except Exception as error:
        print(args, type(error).__name__, error)
for action in (lambda: setattr(5, "x", 1), lambda: setattr(object(), "x", 1), lambda: delattr(5, "real"),
        lambda: setattr(h, 5, 1), lambda: hasattr(h, 5), lambda: setattr(len, "x", 1), lambda: setattr("a", "upper", 1),
        lambda: delattr(Hooks(), "x")):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
f = type("F", (), {"__getattr__": lambda self, n: n})()
print(f.abc, f"{f.x}{f.y}", f.__class__.__name__)
Hooks.__getattr__ = lambda self, name: "replaced at run time"
print(h.q)
del Hooks.__getattr__
try:
    h.q
except AttributeError as error:
    print(error)
