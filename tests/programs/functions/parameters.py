# Every kind of parameter, defaults, and how they show in __code__ and the signature.
import inspect


def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return locals()


print(everything(1, d=4), everything(1, 2, 3, 4, 5, d=6, f=7), everything(0, a=1, b=2, d=3), sep="\n")
code = everything.__code__
print(code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_varnames,
    bin(code.co_flags), inspect.signature(everything))
print(everything.__defaults__, everything.__kwdefaults__, everything.__name__, everything.__qualname__,
    everything.__module__)


def mutable(item, seen=[]):
    seen.append(item)
    return seen


print(mutable(1), mutable(2), mutable(3, []), mutable.__defaults__)
n = 1


def early(value=n):
    return value


n = 2
print(early())
early.__defaults__ = (7,)
print(early())
early.__defaults__ = None
try:
    early()
except TypeError as error:
    print(error)


def kw(*, a=1, b): return a, b


kw.__kwdefaults__ = {"b": 9}
try:
    kw()
except TypeError as error:
    print(error)
print(kw(a=0))


def many(a, b, c, d, e): pass


def two(a, b=1): pass


def none(): pass


class C:
    def method(self, x): pass
    @staticmethod
    def static(x): pass
    @classmethod
    def cls(cls, x): pass


for call in ("many()", "many(1)", "many(1, 2, 3, 4, 5, 6)", "many(1, 2, c=3, f=1)", "many(*[1] * 4)", "two()",
        "two(1, 2, 3)", "two(b=1)", "two(1, a=1)", "none(1)", "none(x=1)", "none(1, 2)", "C().method()",
        "C().method(1, 2)", "C.method()", "C.method(1)", "C.static()", "C.cls()", "C.cls(1, 2)", "C(1)",
        "C.method(self=1)",
             "many(1, 2, 3, 4, e=5, d=6)", "everything()", "everything(1)", "everything(1, 2, 3, c=3, d=1)",
                 "two(1, **{'x y': 2})", "two(**{'a': 1, 'b': 2, 'c': 3})", "kw(1)", "kw(1, 2, b=3)",
                 "(lambda a, b=0: 0)(c=1)", "many(1, 2, a=1, c=1, d=2, e=2)"):
    try:
        print(call, eval(call))
    except TypeError as error:
        print(call, "->", error)
