# dataclasses: generated methods, fields, inheritance, frozen, order, slots, post-init.
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, make_dataclass, replace, FrozenInstanceError
from typing import ClassVar


@dataclass
class Item:
    name: str
    price: float = 1.0
    tags: list = field(default_factory=list)
    count: ClassVar[int] = 0
    secret: str = field(default="s", repr=False, compare=False)

    def total(self) -> float: return self.price * 2


a, b = Item("pen"), Item("pen", tags=[])
print(a, a == b, a != Item("x"), a.tags is b.tags, a.total(), Item.price, hasattr(Item, "name"),
    [f.name for f in fields(Item)], Item.__match_args__, Item.__doc__)
try:
    hash(a)
except TypeError as error:
    print(error)
for call in (lambda: Item(), lambda: Item("a", 1, [], "s", 5), lambda: Item("a", nope=1), lambda: a < b,
        lambda: fields(5), lambda: replace(5), lambda: asdict(5)):
    try:
        call()
    except TypeError as error:
        print(error)


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False)


v, w = Version(1, 2, "x"), Version(1, 10)
print(v < w, sorted([w, v, Version(0, 9)]), hash(v) == hash(Version(1, 2, "other")), {v: 1}[Version(1, 2)],
    replace(v, minor=5), max(v, w))
for action in (lambda: setattr(v, "major", 2), lambda: delattr(v, "major"), lambda: v < (1, 2)):
    try:
        action()
    except (FrozenInstanceError, TypeError) as error:
        print(type(error).__name__, error)


@dataclass
class Base:
    x: int
    y: int = field(default=2, kw_only=True)


@dataclass
class Derived(Base):
    z: int
    _: KW_ONLY
    w: int = 4
    seed: InitVar[int] = 0
    derived: int = field(init=False)

    def __post_init__(self, seed): self.derived = self.x + self.z + seed


d = Derived(1, 3, seed=10)
print(d, asdict(d), astuple(d), is_dataclass(d), is_dataclass(Derived))


@dataclass(slots=True)
class Slotted:
    a: int
    b: int = 5


s = Slotted(1)
print(s, hasattr(s, "__dict__"), Slotted.__slots__)
try:
    s.c = 1
except AttributeError as error:
    print(error)


@dataclass
class Node:
    value: int
    children: "list[Node]" = field(default_factory=list)


tree = Node(1, [Node(2), Node(3, [Node(4)])])
print(tree, asdict(tree), sep="\n")
tree.children.append(tree)
print(repr(tree)[:120])
for source in ("@dataclass\nclass X:\n a: int = 1\n b: int", "@dataclass\nclass X:\n a: list = []",
        "@dataclass(order=True)\nclass X:\n a: int\n def __lt__(self, o): pass",
        "@dataclass(frozen=True)\nclass X(Item): pass", "@dataclass(order=True, eq=False)\nclass X: pass",
        "@dataclass\nclass X:\n a: int = field(default=1, default_factory=int)", "@dataclass\nclass X:\n a = field()",
        "@dataclass(nope=1)\nclass X: pass"):
    try:
        exec(source)
        print("accepted", source)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
P = make_dataclass("P", [("x", int), ("y", int, field(default=3))], namespace={"sum": lambda self: self.x + self.y})
print(P(1), P(1).sum())


@dataclass(repr=False, eq=False)
class Plain:
    a: int = 0


print(repr(Plain()).split(" object")[0], Plain() == Plain(), hash(Plain()) is not None)
match v:
    case Version(major, minor):
        print("matched", major, minor)
