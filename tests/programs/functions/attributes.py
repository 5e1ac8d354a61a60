# Function objects: attributes, code replacement, descriptors, identity.
import types


def f(x, y=1):
    """Doc."""
    return x + y


f.tag = "t"
print(f.__dict__, f.tag, f.__doc__, f.__name__, f.__closure__, f.__globals__ is globals(), f.__builtins__["len"] is len,
    callable(f), f.__annotations__)
f.__name__ = "renamed"; f.__qualname__ = "Q.renamed"; f.__doc__ = None; f.__module__ = "m"
print(f.__name__, f.__qualname__, f.__doc__, repr(f).split(" at ")[0], f.__code__.co_name, f.__code__.co_qualname)


def g(x, y): return x * y


f.__code__ = g.__code__
print(f(3), f(3, 4))
for source in ("f.__name__ = 5", "f.__code__ = 1", "f.__defaults__ = 5", "f.__dict__ = 3", "del f.__name__",
        "f.__globals__ = {}", "f.__closure__ = ()", "f.__kwdefaults__ = 1", "del f.nope", "f.__annotations__ = 1",
        "f.__code__ = (lambda: q).__code__", "f.__qualname__ = None", "f.nope", "f.__get__()"):
    try:
        exec(source)
        print(source, "ok")
    except (TypeError, AttributeError, ValueError) as error:
        print(source, "->", type(error).__name__, error)


def outer():
    v = 1

    def inner(): return v

    def other(): return v * 10
    return inner, other


inner, other = outer()
print(inner.__closure__[0].cell_contents, inner.__code__.co_freevars, outer.__code__.co_cellvars)
inner.__code__ = other.__code__
print(inner())
try:
    inner.__code__ = f.__code__
except ValueError as error:
    print(error)
made = types.FunctionType(g.__code__, {"__builtins__": {}}, "made", (5,))
print(made(2), made.__name__, made.__defaults__, made.__module__)
with_cell = types.FunctionType(other.__code__, globals(), "c", None, (types.CellType(7),))
print(with_cell())
for args in ((g.__code__,), (other.__code__, {}), (g.__code__, {}, 5), (g.__code__, {}, None, 5),
        (other.__code__, {}, None, None, (5,)), (5, {})):
    try:
        types.FunctionType(*args)
    except TypeError as error:
        print(error)
method = type("C", (), {"m": g})().m
print(repr(method).split("<__main__")[0], method.__func__ is g, method.__self__.__class__.__name__,
    method == method.__self__.m, method is method.__self__.m, hash(method) == hash(method.__self__.m), method.__name__,
    method.__doc__)
bound = g.__get__(6)
print(bound(7), bound.__self__, types.MethodType(len, "abc")(), g.__get__(None, int) is g)
for bad in (lambda: types.MethodType(5, 1), lambda: types.MethodType(len, None), lambda: setattr(bound, "x", 1),
        lambda: bound.nope):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)
print(len.__name__, len.__self__, [].append.__self__, [].append.__name__, [].append.__qualname__,
    str.upper.__objclass__, repr(str.upper), repr(len), len.__module__, len.__text_signature__,
    dict.fromkeys.__qualname__, repr(dict.fromkeys)[:30], (1).__add__.__name__)
