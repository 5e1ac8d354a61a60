# __build_class__, type(), object, super, property, staticmethod, classmethod called by hand.
def body():
    x = 1


try:
    __build_class__()
except TypeError as error:
    print(error)
for args in ((body,), (body, 5), (5, "N"), (body, "N", 3)):
    try:
        print(__build_class__(*args))
    except TypeError as error:
        print(error)
N = __build_class__(body, "N")
print(N.__name__, N.__bases__, hasattr(N, "x"))
C = type("C", (dict,), {"method": lambda self: len(self), "s": staticmethod(lambda: "static"),
    "c": classmethod(lambda cls: cls.__name__), "p": property(lambda self: "prop"), "__doc__": "made"})
c = C(a=1)
print(c, c.method(), C.s(), c.c(), c.p, C.__doc__, C.__module__, isinstance(c, dict))
print(type(c) is C, type(C) is type, type(type) is type, C.__class__, object.__class__)
s = staticmethod(len)
print(s("abc"), s.__func__ is len, s.__name__, s.__wrapped__, callable(s))
k = classmethod(lambda cls, x: (cls, x))
print(k.__get__(5, int)(3), k.__get__(None, str)(4), callable(k), k.__func__(1, 2))
p = property(lambda self: self * 2)
print(p.__get__(21, int), p.fget(4), p.getter(lambda self: "g").__get__(1), p.__get__(None, int) is p)
for bad in (lambda: staticmethod(), lambda: classmethod(1, 2), lambda: property(fget=1, nope=2), lambda: k(),
        lambda: type.__new__(type), lambda: type("a\0b", (), {}), lambda: type("N", (), {1: 2}),
        lambda: type("N", (), {"__slots__": ["a"], "a": 1}), lambda: object.__init__(), lambda: type.mro(5)):
    try:
        print(repr(bad()).split(" at ")[0])
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(object.__doc__ is not None, sorted(vars(object))[:5], type.__call__(list, "ab"), type.__name__,
    int.__flags__ & (1 << 24) != 0, C.__basicsize__ >= dict.__basicsize__, C.__dictoffset__ != 0, int.__itemsize__,
    type.__dict__["__mro__"].__get__(bool))
print(type.__subclasses__(bool), type.__instancecheck__(int, 5), type.__subclasscheck__(int, bool), type.__prepare__(),
    type.__or__(int, str), int | None, int | str == str | int, (int | str).__args__, type(int | str).__name__,
    list[int], dict[str, list[int]], tuple[int, ...], type[int], list[int].__origin__, list[int].__args__,
    list[int]([1, 2]), repr(list["x"]), set[int] == set[int], hash(list[int]) == hash(list[int]))
for bad in (lambda: int | 5, lambda: 5 | int, lambda: int[str], lambda: isinstance([], list[int]),
        lambda: list[int].nope, lambda: dict[int][str], lambda: (int | str)(),
        lambda: issubclass(int, int | list[int])):
    try:
        print(bad())
    except TypeError as error:
        print(error)
    except AttributeError as error:
        print("attr", error)
