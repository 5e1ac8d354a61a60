# Metaclasses: __prepare__, __new__, __init__, __call__, conflicts, attributes of classes (3.3.3).
class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kwargs):
        print("prepare", mcls.__name__, name, [b.__name__ for b in bases], kwargs)
        return {"prepared": True}

    def __new__(mcls, name, bases, namespace, **kwargs):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")), kwargs)
        return super().__new__(mcls, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        print("init", cls.__name__, kwargs)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        print("call", cls.__name__, args, kwargs)
        return super().__call__(*args, **kwargs)

    def __getitem__(cls, key): return f"{cls.__name__}[{key}]"
    def __len__(cls): return 3
    def __iter__(cls): return iter("meta")
    def __contains__(cls, item): return item == "in"
    def __repr__(cls): return f"<Meta {cls.__name__}>"
    def __getattr__(cls, name): return f"meta attribute {name}"
    def method(cls): return f"meta method on {cls.__name__}"
    def __add__(cls, other): return "class plus"
    def __instancecheck__(cls, instance): return instance == "anything" or super().__instancecheck__(instance)
    def __subclasscheck__(cls, sub): return sub is int or super().__subclasscheck__(sub)
    def __bool__(cls): return False
    def __eq__(cls, other): return other == cls.__name__
    __hash__ = type.__hash__
    @property
    def prop(cls): return f"meta property of {cls.__name__}"


class A(metaclass=Meta, option=1):
    x = 1

    def __init__(self, v=0): self.v = v


class B(A, other=2):
    y = 2


b = B(5)
print(b.v, B.prepared, type(B).__name__, B[1], len(B), list(B), "in" in B, B, B.anything, B.method(), B + 1,
    isinstance("anything", B), issubclass(int, B), isinstance(5, B), bool(B), B == "B", B.prop, hasattr(b, "method"),
    A in {A: 1})
try:
    b.method
except AttributeError as error:
    print(str(error).replace("'B' object", "B object"))


class Other(type): pass


class C(metaclass=Other): pass


for source in ("class D(A, C): pass", "class D(C, metaclass=Meta): pass",
        "class D(metaclass=lambda *a, **k: a[0]): pass\nprint(D)", "class D(A, metaclass=type): pass",
        "class D(metaclass=5): pass", "class D(metaclass=None): pass"):
    try:
        exec(source)
        print("ok", source)
    except TypeError as error:
        print(error)


class Namespace(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            value = (value, len(self))
        super().__setitem__(key, value)


class Ordered(type):
    @classmethod
    def __prepare__(mcls, name, bases): return Namespace()
    def __new__(mcls, name, bases, ns): return super().__new__(mcls, name, bases,
            dict(ns, order=[k for k in ns if not k.startswith("__")]))


class Fields(metaclass=Ordered):
    b = 1
    a = 2
    for i in range(2):
        pass


print(Fields.order, Fields.a, Fields.i)


class BadPrepare(type):
    @classmethod
    def __prepare__(mcls, *args): return 5


try:
    class E(metaclass=BadPrepare): pass
except TypeError as error:
    print(error)


def function_meta(name, bases, ns, **kw):
    print("function called", name, bases, kw)
    return type(name, bases, {k.upper() if not k.startswith("__") else k: v for k, v in ns.items()})


class F(metaclass=function_meta, flag=True):
    attr = "v"


print(F.ATTR, type(F))


class ReturnsInt(type):
    def __new__(mcls, *args): return 42


class G(metaclass=ReturnsInt): pass


print(G)
try:
    class H(G): pass
except TypeError as error:
    print(error)


class NoCell(type):
    def __new__(mcls, name, bases, ns):
        ns.pop("__classcell__", None)
        return super().__new__(mcls, name, bases, ns)


try:
    class I(metaclass=NoCell):
        def f(self): return __class__
except RuntimeError as error:
    print(str(error).split(" <")[0], "...", str(error).split(">")[-1])
print(type.__call__(int, "5"), type(type) is type, isinstance(type, object), issubclass(type, object), type.__mro__,
    Meta.__mro__)
