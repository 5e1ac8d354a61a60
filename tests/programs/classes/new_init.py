# __new__ and __init__: which runs when, immutables, singletons, factories.
class Trace:
    def __new__(cls, *args, **kwargs):
        print("new", cls.__name__, args, kwargs)
        return super().__new__(cls)

    def __init__(self, *args, **kwargs): print("init", args, kwargs)


t = Trace(1, k=2)


class Other(Trace):
    def __new__(cls, which):
        if which == "self":
            return super().__new__(cls, which)
        return {"int": 5, "trace": Trace.__new__(Trace)}[which]

    def __init__(self, which): print("Other.init", which)


print(type(Other("self")).__name__, Other("int"), type(Other("trace")).__name__)


class Singleton:
    instance = None

    def __new__(cls):
        if cls.instance is None:
            cls.instance = super().__new__(cls)
            cls.instance.count = 0
        return cls.instance

    def __init__(self): self.count += 1


print(Singleton() is Singleton(), Singleton().count)


class Celsius(float):
    def __new__(cls, value, unit="C"): return super().__new__(cls, (value - 32) * 5 / 9 if unit == "F" else value)

    def __init__(self, value, unit="C"): self.unit = unit


c = Celsius(212, "F")
print(c, c.unit, c + 1)


class NoInit: pass


class OnlyNew:
    def __new__(cls, a, b): return super().__new__(cls)


class OnlyInit:
    def __init__(self, a): pass


class BothPass:
    def __new__(cls, *args): return super().__new__(cls, *args)
    def __init__(self, *args): super().__init__(*args)


class InitReturns:
    def __init__(self): return 5


for action in (lambda: NoInit(1), lambda: NoInit(x=1), lambda: OnlyNew(1), lambda: type(OnlyNew(1, 2)),
        lambda: OnlyInit(), lambda: BothPass(1), lambda: InitReturns(), lambda: object().__init__(1),
        lambda: object.__new__(NoInit, 1), lambda: NoInit.__init__(), lambda: OnlyInit.__new__(OnlyInit, 1, 2,
        3).__class__, lambda: object.__new__(OnlyNew, 1),
               lambda: int.__new__(bool, 1), lambda: list.__new__(list, 1, 2), lambda: dict.__new__(list),
                   lambda: str.__new__(Celsius)):
    try:
        print(action())
    except TypeError as error:
        print(error)
print(NoInit.__new__ is object.__new__, NoInit.__init__ is object.__init__,
    isinstance(OnlyNew.__dict__["__new__"], staticmethod))


class Meta(type):
    def __call__(cls, *args):
        print("meta call", args)
        instance = super().__call__(*args)
        instance.after = True
        return instance


class Made(metaclass=Meta):
    def __init__(self, x): self.x = x


m = Made(3)
print(m.x, m.after)


class Del:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)


d = Del("one")
d = Del("two")
d = None
[Del("temporary")][0].name
