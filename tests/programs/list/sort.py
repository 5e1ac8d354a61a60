# Sorting: stability, keys, reverse, broken comparisons, mutation while sorting, comparison counts.
import random
from functools import cmp_to_key
data = [("b", 2), ("a", 2), ("c", 1), ("a", 1)]
print(sorted(data), sorted(data, key=lambda p: p[1]), sorted(data, key=lambda p: p[1], reverse=True),
    sorted(data, reverse=True))
print(sorted("banana"), sorted([3, 1.5, True, -2]), sorted(["b", "B", "a"], key=str.lower), sorted([[2], [1, 5], []]),
    sorted({3: 1, 1: 2}), sorted([], reverse=1), sorted(range(5), key=lambda x: -x))


class Counted:
    calls = 0

    def __init__(self, value): self.value = value

    def __lt__(self, other):
        Counted.calls += 1
        return self.value < other.value

    def __repr__(self): return f"C{self.value}"


random.seed(7)
for name, values in (("random", [random.randrange(1000) for _ in range(500)]), ("sorted", list(range(500))),
        ("reversed", list(range(500, 0, -1))), ("equal", [5] * 500), ("sawtooth", [i % 17 for i in range(500)]),
                     ("almost", [*range(250), 3, *range(250, 500)]), ("organ pipe", [*range(250), *range(250, 0, -1)]),
                         ("two runs", [*range(0, 500, 2), *range(1, 500, 2)]), ("short", [3, 1, 2])):
    Counted.calls = 0
    result = sorted(map(Counted, values))
    assert [c.value for c in result] == sorted(values)
    print(name, Counted.calls, end="; ")
    Counted.calls = 0
    sorted(map(Counted, values), reverse=True)
    print(Counted.calls)
stable = sorted([(i % 3, i) for i in range(20)], key=lambda p: p[0], reverse=True)
print(stable)


class Bad:
    def __init__(self, n): self.n = n

    def __lt__(self, other):
        if self.n == 3:
            raise RuntimeError("cannot compare 3")
        return self.n < other.n

    def __repr__(self): return f"B{self.n}"


items = [Bad(5), Bad(1), Bad(3), Bad(0)]
try:
    items.sort()
except RuntimeError as error:
    print(error, sorted(b.n for b in items))
evil = [3, 2, 1]


def key(value):
    evil.append(value)
    return value


try:
    evil.sort(key=key)
except ValueError as error:
    print(error, evil)
seen = []
probe = [2, 1]
probe.sort(key=lambda v: seen.append(list(probe)) or v)
print(seen, probe)
print(sorted([5, 3, 9, 1], key=cmp_to_key(lambda a, b: b - a)), sorted(["10", "9", "1"], key=int),
    sorted([1, 2, 3], key=lambda v: v % 2))
for source in ("sorted([1, 'a'])", "sorted([None, None])", "sorted([1j, 2j])", "sorted([{}, {}])", "sorted(5)",
        "sorted([1], key=1)", "sorted([1, 2], lambda x: x)", "sorted([(1, 'a'), (1, 2)])", "sorted([1], reverse=None)",
        "sorted([3, 1], key=None, reverse=True)", "sorted([1, 2.5, float('nan')])", "max([1, 'a'])", "min([[], 1])"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
