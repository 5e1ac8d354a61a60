# The match statement (PEP 634): every kind of pattern.
import enum
from dataclasses import dataclass


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass
class Point:
    x: int
    y: int


class Circle:
    __match_args__ = ("center", "radius")
    def __init__(self, center, radius): self.center, self.radius = center, radius


def describe(value):
    match value:
        case None | True | False:
            return f"singleton {value}"
        case 0:
            return "zero"
        case -1 | -2.5 | 3 + 4j | "text" | b"bytes":
            return f"literal {value!r}"
        case Color.RED | Color.BLUE as color:
            return f"color {color.name}"
        case int(n) if n > 1000:
            return f"big {n}"
        case int() | float():
            return f"number {value}"
        case str(s) if not s:
            return "empty string"
        case str():
            return f"string of {len(value)}"
        case []:
            return "empty sequence"
        case [x]:
            return f"one {x}"
        case [1, *rest]:
            return f"one and {rest}"
        case [first, *_, last] if first == last:
            return f"ends equal {first}"
        case (a, (b, c), *_):
            return f"nested {a} {b} {c}"
        case [*all_of]:
            return f"sequence {all_of}"
        case {"type": "circle", "r": (int() | float()) as r}:
            return f"circle of {r}"
        case {"type": kind, **others}:
            return f"type {kind} with {others}"
        case {}:
            return f"mapping {value}"
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y) | Point(x=y, y=0):
            return f"on an axis at {y}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return "some point"
        case Circle(Point(x, y), radius=r):
            return f"circle at {x},{y} of {r}"
        case type():
            return f"class {value.__name__}"
        case _:
            return f"something else: {type(value).__name__}"


for value in (None, True, 0, 0.0, -1, -2.5, 3 + 4j, "text", b"bytes", Color.RED, 5000, 7, 2.5, "", "hello", [], (), [9],
        [1, 2, 3], (5, 6, 5), [1, (2, 3)], [2, (3, 4), 5], [4, 5, 6], range(3), {"type": "circle", "r": 2},
        {"type": "square", "side": 3, "k": 1}, {}, {"other": 1},
              Point(0, 0), Point(0, 5), Point(5, 0), Point(3, 3), Point(1, 2), Circle(Point(1, 2), 3), int, object(),
                  {1, 2}, bytearray(b"x"), iter([]), 1j, memoryview(b"ab")):
    print(describe(value))


def bindings(value):
    match value:
        case [a, b] | {"a": a, "b": b}:
            pass
        case (x):
            a = b = x
    return a, b


print(bindings([1, 2]), bindings({"a": 3, "b": 4, "c": 5}), bindings(6))


class Ops:
    ADD = "+"
    SUB = "-"


def evaluate(node):
    match node:
        case int() | float(): return node
        case [left, Ops.ADD, right]: return evaluate(left) + evaluate(right)
        case [left, Ops.SUB, right]: return evaluate(left) - evaluate(right)
        case [left, ("*" | "x"), right]: return evaluate(left) * evaluate(right)
        case ["neg", operand]: return -evaluate(operand)
        case [single]: return evaluate(single)
    raise ValueError(f"bad node {node!r}")


print(evaluate([[1, "+", 2], "x", ["neg", [3, "-", 5]]]))
try:
    evaluate([1, "/", 2])
except ValueError as error:
    print(error)
match [1, 2], {"k": [3]}:
    case [int(p), int(q)], {"k": [r]}:
        print(p, q, r)
match = 5
case = {"match": match}
match case:
    case {"match": _}:
        print("soft keywords", match, case)
print([match for match in (1, 2)], (lambda _: _)(3))
match match, :
    case 5,:
        print("tuple of one")
match -match:
    case -5:
        print("negative")
