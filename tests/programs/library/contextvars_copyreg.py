# contextvars, types, abc helpers, weak odds and ends of the standard library: pickle, copyreg, atexit.
import contextvars
import copyreg
import pickle
import threading
import types
var = contextvars.ContextVar("var", default="default")
bare = contextvars.ContextVar("bare")
print(var.get(), var.name, bare.get("fallback"))
try:
    bare.get()
except LookupError as error:
    print("LookupError")
token = var.set("one")
inner = var.set("two")
print(var.get(), token.old_value is contextvars.Token.MISSING, inner.old_value, token.var is var)
var.reset(inner)
print(var.get())
for bad in (lambda: var.reset(inner), lambda: bare.reset(token), lambda: contextvars.ContextVar(5),
        lambda: contextvars.ContextVar(), lambda: var.get(1, 2, 3), lambda: var.reset(5)):
    try:
        bad()
    except (RuntimeError, ValueError, TypeError) as error:
        print(type(error).__name__, str(error).split("<")[0])
context = contextvars.copy_context()


def change(value):
    var.set(value)
    bare.set("inside")
    return var.get()


print(context.run(change, "in context"), var.get(), context[var], context.get(bare), var in context, len(context) >= 2,
    sorted(v.name for v in context if v.name in ("var", "bare")), contextvars.Context().get(var))
try:
    context.run(context.run, print)
except RuntimeError as error:
    print(str(error).split(":")[0])
seen = []
t = threading.Thread(target=lambda: seen.append(var.get()))
t.start(); t.join()
print(seen)
ns = types.SimpleNamespace(a=1, b="x")
ns.c = ns
print(ns, ns == types.SimpleNamespace(a=1), types.SimpleNamespace() == types.SimpleNamespace(), vars(ns).keys())
proxy = types.MappingProxyType({"a": 1})
print(proxy, proxy["a"], len(proxy), "a" in proxy, proxy | {"b": 2}, proxy == {"a": 1}, list(proxy.items()),
    proxy.copy(), hash is not None, list(reversed(proxy)))
for bad in (lambda: proxy.__setitem__("x", 1), lambda: types.MappingProxyType(5), lambda: types.SimpleNamespace(1),
        lambda: hash(proxy), lambda: ns < ns):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
made = types.new_class("Made", (list,), {}, lambda ns: ns.update(x=5))
print(made.x, made.__bases__, types.resolve_bases((int,)), types.prepare_class("P")[0],
    types.DynamicClassAttribute.__name__, types.NoneType, types.EllipsisType, types.GenericAlias(list, (int,)),
    types.coroutine.__name__, types.CodeType.__name__)


class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, other): return vars(self) == vars(other)


class Slotted:
    __slots__ = ("a",)


class Args:
    def __new__(cls, *args): return super().__new__(cls)
    def __getnewargs__(self): return (1, 2)
    def __getstate__(self): return {"state": 3}


for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    data = [1, -5, 2 ** 70, 1.5, 1j, "é", b"x", None, True, (1, (2,)), [], {}, {1: [2]}, {3}, frozenset([4]),
        Point(1, 2), len, int, print, range(3), slice(1), Ellipsis, bytearray(b"q"), ValueError("e").args, complex]
    data.append(data[-10])
    back = pickle.loads(pickle.dumps(data, protocol))
    print(protocol, back[:-1] == data[:-1], back[-1] is back[-11], len(pickle.dumps(list(range(100)), protocol)))
s = Slotted(); s.a = 1
print(pickle.loads(pickle.dumps(s, 2)).a, vars(pickle.loads(pickle.dumps(Args(), 2))),
    Point(1, 2).__reduce_ex__(2)[0].__name__, object().__reduce_ex__(2)[1],
    pickle.loads(pickle.dumps(ValueError("x", 1))).args)
loop = []
loop.append(loop)
print(pickle.loads(pickle.dumps(loop))[0][0] is not None)
for bad in (lambda: pickle.dumps(lambda: 0), lambda: pickle.loads(b""), lambda: pickle.loads(b"garbage"),
        lambda: pickle.dumps(Slotted(), 0), lambda: pickle.loads(b"\x80\x09."), lambda: pickle.dumps(threading.Lock()),
        lambda: pickle.loads("text"), lambda: pickle.dumps(x for x in ())):
    try:
        bad()
        print("fine")
    except Exception:
        print("failed")
copyreg.pickle(types.SimpleNamespace, lambda n: (types.SimpleNamespace, (), {"through": "copyreg"}))
print(pickle.loads(pickle.dumps(types.SimpleNamespace(a=1))))
