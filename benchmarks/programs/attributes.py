"""Attributes of instances, classes, modules, slots and properties: read, write, augment."""
import math


class Plain:
    shared = 3

    def __init__(self): self.a, self.b, self.c = 1, 2, 3


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self): self.a, self.b = 1, 2


class Child(Plain):
    @property
    def double(self): return self.a * 2


def main():
    p, s, c = Plain(), Slotted(), Child()
    total = 0
    for i in range(2_200_000):
        p.a += 1
        p.b = p.a - p.c
        s.a = s.b + i
        total += p.b + s.a + p.shared + c.shared + c.c
        p.c = total & 7
    for i in range(800_000):
        c.a = i
        total += c.double + int(math.pi)
    print(total, p.a, s.a)


main()
