"""match statements over sequences, mappings and classes."""
import gc

gc.set_threshold(30, 4, 4)
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y, self.me = x, y, self

def kind(v):
    match v:
        case [a, *rest]:
            return [a, rest]
        case {"k": k, **rest}:
            return (k, rest)
        case Point(x, y):
            return x + y
        case int() | str():
            return v

for i in range(350):
    kind([i, 1, 2]), kind({"k": i, "l": 2}), kind(Point(1, 2)), kind("s")
