# Annotated assignment (PEP 526): what is evaluated, and where it is kept.
from typing import ClassVar


def ann(text):
    print("annotation", text)
    return text


a: ann("a") = print("value")
b: ann("b")
(c): ann("c") = 1
print(__annotations__, "b" in globals())


class K:
    x: int = 3
    y: "str"
    z: ClassVar[dict] = {}
    __private: float


print(K.__annotations__)


def f():
    v: no_such_name = 5
    w: also_missing
    return v, list(locals())


print(f(), f.__annotations__)
d = {}
d["k"]: ann("subscript") = 9
print(d)
K.attr: ann("attribute") = 1
print(K.attr, sorted(K.__annotations__))


def g(p: int, /, q: "str" = "x", *args: float, r: list = None, **kw: dict) -> "tuple[int, ...]":
    pass


print(g.__annotations__)
