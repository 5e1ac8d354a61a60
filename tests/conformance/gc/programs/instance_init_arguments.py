"""Constructors with positional, default and keyword arguments."""
class A:
    def __init__(self, a, b=2, *rest, c=3, **more):
        self.all = (self, a, b, rest, c, more)

for i in range(800):
    A(1)
    A(1, 2)
    A(1, c=4)
    A(1, 2, 3, 4, d=5)
