# Methods and operators of list; messages of the errors.
import sys
a = [3, 1, 2]
a.append(4); a.extend("ab"); a.extend(x for x in (7, 8)); a.insert(0, "first"); a.insert(-1,
    "before last"); a.insert(100, "end"); a.insert(-100, "start")
print(a, a.pop(), a.pop(0), a.pop(-2), a)
a.remove("a"); a.reverse(); print(a, a.index(4), a.index(1, 2), a.count(3), a.copy() == a, a.copy() is a)
a += (9,); a *= 2; print(a, a[::2], a[5:1:-2], a[-3:], 9 in a, [] in a)
a[1:3] = []; a[:2] = "xyz"; a[::4] = [0] * len(a[::4]); a[2:2] = [[]]; a[len(a):] = [99]; print(a)
del a[0], a[-1], a[1:4], a[::3]; print(a)
a.clear(); print(a, not a)
b = [1, 2]; b += b; b[1:1] = b; b.extend(b); print(b, b == list(b), b != [1], [1, 2] < [1, 3], [1] < [1, 0], [] < [0],
    [2] > [1, 9])
print([1] + [2] * 2, [[]] * 2, [0] * -1, 3 * ["x"], list("ab"), list(), list((1,)), list({1: 2}),
    [*range(3)] == [0, 1, 2], [1, [2, [3]]], [1.0] == [True], [None, ..., NotImplemented])
c = []; c.append(c); c.append([c]); print(c, repr(c), c[0] is c)
try:
    c == c.copy()
    print("equal by identity of elements")
except RecursionError:
    print("recursion")
for source in ("[].pop()", "[1].pop(5)", "[1].pop('a')", "[1].remove(2)", "[1].index(2)", "[1].index(1, 1)", "[] + ()",
        "[] + 5", "[] * 'a'", "[1] * []", "[1] * 1.5", "[].extend(5)", "[].extend(None)", "[1][0, 1]",
        "[1, 2].__setitem__(5, 0)", "[1, 2].__setitem__('a', 0)", "[1, 2, 3].__setitem__(slice(0, 3, 2), [1])",
               "[1].__setitem__(slice(0, 1), 5)", "[1].__delitem__(3)", "[].sort(1)", "[].sort(reverse='x')",
                   "[3, 'a'].sort()", "[1].sort(key=5)", "[1].insert(1)", "[1].insert('a', 1)", "[].append()",
                   "[].count()", "list(5)", "list(1, 2)", "list(x=1)", "hash([])", "[1].nope", "[].__iadd__(5)",
                   "[] > ()", "[1].copy(1)", "list.append(1, 2)",
               "list.__new__(int)", "[0] * (1 << 62)", "[1].__imul__('a')", "[1, 2].reverse(1)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print(sys.getsizeof([]), sys.getsizeof([1]), sys.getsizeof([1, 2, 3]), sys.getsizeof(list(range(10))),
    sys.getsizeof([0] * 5))
sizes, grow = [], []
for i in range(70):
    grow.append(i)
    if sys.getsizeof(grow) not in sizes:
        sizes.append(sys.getsizeof(grow))
print(sizes)


class Sub(list):
    def __repr__(self): return f"Sub{super().__repr__()}"
    def __eq__(self, other): return "eq"


s = Sub([1, 2])
s.extra = 5
print(s, type(s + [1]).__name__, type(s[:]).__name__, type(s * 2).__name__, type(s.copy()).__name__, s == [1, 2],
    [1, 2] == s, s.extra, [s])
