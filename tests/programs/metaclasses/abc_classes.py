# Abstract base classes: registration, abstract methods, subclass hooks.
from abc import ABC, ABCMeta, abstractmethod
import collections.abc as abc


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @property
    @abstractmethod
    def name(self): ...

    @classmethod
    @abstractmethod
    def unit(cls): ...

    def describe(self): return f"{self.name} of {self.area()}"


class Square(Shape):
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2
    name = "square"
    @classmethod
    def unit(cls): return cls(1)


class Partial(Shape):
    def area(self): return 0


class One(ABC):
    @abstractmethod
    def only(self): ...


for cls in (Shape, Partial, One):
    try:
        cls()
    except TypeError as error:
        print(error)
print(Square(3).describe(), Square.unit().area(), sorted(Shape.__abstractmethods__), Square.__abstractmethods__,
    isinstance(Square(1), Shape))


class Quacks(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Quacks:
            return any("quack" in vars(base) for base in other.__mro__) or NotImplemented
        return NotImplemented


class Duck:
    def quack(self): pass


class Robot: pass


print(issubclass(Duck, Quacks), isinstance(Robot(), Quacks), Quacks.register(Robot) is Robot,
    isinstance(Robot(), Quacks), issubclass(Duck, type("Sub", (Quacks,), {})))
for action in (lambda: Quacks.register(5), lambda: Robot.register(5) if hasattr(Robot, "register") else None,
        lambda: issubclass(5, Quacks), lambda: type("S", (Quacks,), {}).register(Quacks)):
    try:
        print(action())
    except (TypeError, RuntimeError) as error:
        print(type(error).__name__, error)
checks = {"list": [], "tuple": (), "dict": {}, "set": set(), "str": "", "bytes": b"", "int": 1, "range": range(1),
    "gen": (i for i in ()), "func": len, "none": None, "iter": iter([]), "dictkeys": {}.keys(),
    "memoryview": memoryview(b"")}
for name in ("Hashable", "Iterable", "Iterator", "Reversible", "Sized", "Container", "Collection", "Callable",
        "Sequence", "MutableSequence", "Set", "MutableSet", "Mapping", "MutableMapping", "MappingView", "KeysView",
        "Generator", "Awaitable", "ByteString"):
    print(name, *(key for key, value in checks.items() if isinstance(value, getattr(abc, name))))


class Table(abc.Mapping):
    def __init__(self, **data): self.data = data
    def __getitem__(self, key): return self.data[key]
    def __iter__(self): return iter(self.data)
    def __len__(self): return len(self.data)


t = Table(a=1, b=2)
print(t.get("z", 0), "a" in t, list(t.items()), t == {"a": 1, "b": 2}, t.keys() & {"a"}, dict(t), {**t}, t != Table(),
    repr(t.values()).split("(")[0])


class Bag(abc.MutableSet):
    def __init__(self, items=()): self.items = list(dict.fromkeys(items))
    def __contains__(self, x): return x in self.items
    def __iter__(self): return iter(self.items)
    def __len__(self): return len(self.items)
    def add(self, x): x in self.items or self.items.append(x)
    def discard(self, x): x in self.items and self.items.remove(x)
    def __repr__(self): return f"Bag({self.items})"


bag = Bag("abc")
bag |= {"d"}; bag -= Bag("a"); bag ^= {"b", "z"}
print(bag, bag & {"c"}, bag | [1], bag <= {"c", "d", "z", "q"}, bag.isdisjoint("q"), bag.pop(), {"c"} - bag,
    Bag("ab") == {"b", "a"}, Bag("a") < Bag("ab"))
