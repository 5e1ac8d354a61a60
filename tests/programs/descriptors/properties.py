# property: getter, setter, deleter, inheritance, documentation, errors.
class Celsius:
    def __init__(self, degrees=0): self._degrees = degrees

    @property
    def degrees(self):
        "Degrees above freezing."
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        if value < -273.15:
            raise ValueError("below absolute zero")
        self._degrees = value

    @degrees.deleter
    def degrees(self):
        print("reset")
        self._degrees = 0

    @property
    def fahrenheit(self): return self._degrees * 9 / 5 + 32

    write_only = property(fset=lambda self, v: print("written", v))
    nothing = property()
    described = property(lambda self: 1, doc="given text")


c = Celsius(25)
c.degrees += 5
print(c.degrees, c.fahrenheit)
del c.degrees
print(c.degrees, Celsius.degrees.__doc__, Celsius.described.__doc__, Celsius.fahrenheit.__doc__,
    Celsius.degrees.fget.__name__, Celsius.fahrenheit.fset, isinstance(Celsius.degrees, property))
c.write_only = 1
for source in ("c.degrees = -300", "c.fahrenheit = 1", "del c.fahrenheit", "c.write_only", "del c.write_only",
        "c.nothing", "c.nothing = 1", "del c.nothing", "Celsius.degrees.fget = None", "property(1, 2, 3, 4, 5)",
        "property(x=1)", "Celsius.degrees.__get__(5)", "Celsius.degrees.__set__(c, -400)"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")


class Kelvin(Celsius):
    @Celsius.degrees.getter
    def degrees(self): return self._degrees + 273.15

    @property
    def fahrenheit(self): return f"overridden, was {super().fahrenheit}"


k = Kelvin(10)
k.degrees = 20
print(k.degrees, k.fahrenheit, Kelvin.degrees.fset is Celsius.degrees.fset)


class Unnamed:
    p = property()
    q = p


u = Unnamed()
try:
    u.p
except AttributeError as error:
    print(error)
Unnamed.late = property(None, lambda self, v: None)
try:
    u.late
except AttributeError as error:
    print(error)


class Sub(property):
    "own doc"

    def __get__(self, instance, owner):
        return "sub:" + str(super().__get__(instance, owner)) if instance is not None else self


class HasSub:
    @Sub
    def x(self):
        "doc of x"
        return 5


print(HasSub().x, HasSub.x.__doc__)


class Cached:
    @staticmethod
    def helper(a): return a * 2
    @classmethod
    def build(cls, n): return cls, cls.helper(n)
    prop = property(lambda self: self.helper(21))


print(Cached.build(2)[1], Cached().prop, Cached.__dict__["helper"].__func__(1),
    Cached.__dict__["build"].__func__.__name__, Cached.__dict__["helper"](4), staticmethod(len).__wrapped__ is len,
    repr(Cached.__dict__["helper"]).split(" at")[0], repr(classmethod(len)))
print(Celsius.degrees.__isabstractmethod__, [n for n in dir(property) if not n.startswith("__")])
