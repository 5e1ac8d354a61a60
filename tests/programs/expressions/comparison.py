# Comparison: chaining, identity, membership, rich comparison and its reflections (6.10).
class Point:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        print(f"lt({self.value})", end=" ")
        if not isinstance(other, Point):
            return NotImplemented
        return self.value < other.value

    def __gt__(self, other):
        print(f"gt({self.value})", end=" ")
        return NotImplemented if not isinstance(other, (Point, int)) else "gt result"

    def __eq__(self, other):
        print(f"eq({self.value})", end=" ")
        return NotImplemented


a, b = Point(1), Point(2)
print(a < b, a > b, 0 < a, a == b, a == a, a != b, a == 1)
try:
    a < 5.0
except TypeError as error:
    print(error)


def n(value):
    print(f"n{value}", end=" ")
    return value


print(n(1) < n(2) < n(3))
print(n(3) < n(2) < n(1))
print(n(1) == n(1) != n(2) >= n(0) in [n(0)])
print(1 < 2 > 1, 1 < 3 > 2 < 4, (1 < 2) == True, 1 < 2 == True)
print(1 == 1.0 == (1 + 0j) == True, "a" < "b" < "ba", [1, 2] < [1, 2, 0], (1, "a") < (2, 0), (1,) == [1])
print(None is None, [] is [], "x" in "xyz", "" in "", 3 not in {1: 3}, 1.0 in {1}, float("nan") in [float("nan")])
nan = float("nan")
print(nan == nan, nan != nan, nan in [nan], [nan] == [nan], nan < 1, 1 < nan, (nan,) < (nan,))
for pair in ("1 < 'a'", "[] < ()", "None < None", "1j < 2j", "{} < {}", "object() >= 3", "1 in 2", "1 in 'a'",
        "'a' in b'a'", "b'a' < 'a'",
             "max < min", "set() < []", "range(2) < range(3)", "[1] < [None]", "(None,) < (None, 1)"):
    try:
        print(pair, eval(pair))
    except TypeError as error:
        print(pair, "->", error)


class Sub(Point):
    def __gt__(self, other):
        return "subclass first"


print(Point(1) < Sub(2))


class NoIter:
    def __getitem__(self, index):
        if index > 3:
            raise IndexError
        return index * 2


class Contains:
    def __contains__(self, item):
        return "truthy"


print(4 in NoIter(), 5 in NoIter(), 1 in Contains())
