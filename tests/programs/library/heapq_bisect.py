# heapq and bisect.
import heapq
from bisect import *
h = []
for v in (5, 2, 8, 1, 9, 3):
    heapq.heappush(h, v)
print(h, heapq.heappop(h), h, heapq.heappushpop(h, 0), heapq.heapreplace(h, 7), h,
    [heapq.heappop(h) for _ in range(len(h))])
h = [9, 4, 7, 1, 8, 2]
heapq.heapify(h)
print(h, heapq.nlargest(2, h), heapq.nsmallest(3, h), heapq.nlargest(2, ["a", "ccc", "bb"], key=len),
    heapq.nsmallest(10, [3, 1]), heapq.nlargest(0, h), heapq.nsmallest(1, []),
    list(heapq.merge([1, 4, 7], [2, 5], [3])), list(heapq.merge("adg", "bc", key=str.upper)),
    list(heapq.merge([5, 3], [4, 1], reverse=True)))
tasks = []
for priority, name in ((3, "c"), (1, "a"), (2, "b"), (1, "d")):
    heapq.heappush(tasks, (priority, name))
print([heapq.heappop(tasks) for _ in range(4)], heapq.heappushpop([], 5))


class Item:
    def __init__(self, v): self.v = v
    def __lt__(self, other): return self.v > other.v
    def __repr__(self): return f"I{self.v}"


items = [Item(v) for v in (1, 5, 3)]
heapq.heapify(items)
print([heapq.heappop(items) for _ in range(3)])
for bad in (lambda: heapq.heappop([]), lambda: heapq.heapreplace([], 1), lambda: heapq.heappush((1,), 2),
        lambda: heapq.heapify("abc"), lambda: heapq.heapify([1, "a"]), lambda: heapq.heappush([1], "a"),
        lambda: heapq.nlargest("x", [1])):
    try:
        bad()
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
a = [1, 3, 3, 3, 5]
print(bisect(a, 3), bisect_left(a, 3), bisect_right(a, 0), bisect_left(a, 9), bisect(a, 3, 0, 2),
    bisect_left(a, 4, lo=1, hi=3), bisect_left([], 1), bisect_left(["a", "bb", "ccc"], 2, key=len),
    bisect([5, 4, 3], -4, key=lambda v: -v))
insort(a, 4); insort_left(a, 3); insort(a, 0, key=None)
print(a, [bisect("abc", c) for c in "azb"])
rows = [("x", 3), ("y", 5)]
insort(rows, ("z", 4), key=lambda r: r[1])
print(rows, ["FDCBA"[bisect([60, 70, 80, 90], score)] for score in (33, 60, 77, 89, 99)])
for bad in (lambda: bisect(a, 1, -1), lambda: bisect(5, 1), lambda: bisect([1, "a"], "b"), lambda: insort((1,), 2),
        lambda: bisect([1], 1, hi="x"), lambda: bisect(), lambda: bisect_left([1, 2], 1, key=5)):
    try:
        print(bad())
    except (ValueError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)
import random
random.seed(3)
data = [random.randrange(10 ** 6) for _ in range(3000)]
h = data[:]
heapq.heapify(h)
print([heapq.heappop(h) for _ in range(3000)] == sorted(data), heapq.nsmallest(5, data) == sorted(data)[:5],
    heapq.nlargest(7, data, key=lambda v: v % 1000) == sorted(data, key=lambda v: v % 1000, reverse=True)[:7])
out = []
for v in data[:500]:
    insort(out, v)
print(out == sorted(data[:500]), all(h[(i - 1) // 2] <= h[i] for h in [data[:]] for _ in [
    heapq.heapify(h)] for i in range(1, len(h))))
