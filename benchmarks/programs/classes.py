"""Classes: creating instances of many shapes, operator methods, isinstance, class definition."""
import dataclasses


class Vector:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, other): return Vector(self.x + other.x, self.y + other.y)
    def __mul__(self, k): return Vector(self.x * k, self.y * k)
    def __eq__(self, other): return self.x == other.x and self.y == other.y
    def __bool__(self): return self.x != 0
    def __getitem__(self, i): return self.y if i else self.x
    def __len__(self): return 2


class Empty: pass


class Base:
    def __init__(self, name): self.name = name


class Derived(Base):
    def __init__(self, name, size):
        super().__init__(name)
        self.size = size


@dataclasses.dataclass
class Record:
    a: int
    b: str = "b"
    c: float = 1.0


class Node:
    __slots__ = ("value", "left", "right")
    def __init__(self, value, left=None, right=None): self.value, self.left, self.right = value, left, right


def build(depth): return Node(depth, build(depth - 1), build(depth - 1)) if depth else Node(0)
def total(node): return node.value + (total(node.left) + total(node.right) if node.left else 0)


def main():
    v = Vector(1, 1)
    n = 0
    for i in range(270_000):
        v = (v + Vector(i, -i)) * 1
        if v == Vector(0, 0) or not v:
            n += 1
        n += v[1] & 1
    for i in range(400_000):
        d = Derived("name", i)
        n += isinstance(d, Base) + (Empty() is d)
    for i in range(270_000):
        n += Record(i).a & 1
    n += total(build(15)) + total(build(14))
    for i in range(700):
        n += len(type("Made", (Base,), {"x": i, "method": lambda self: 1}).__mro__)
    print(v.x, v.y, n)


main()
