# Sizes and growth of dicts, sets and instance dictionaries, as sys.getsizeof shows them.
import sys
sizes = []
d = {}
for i in range(1000):
    d[i] = i
    size = sys.getsizeof(d)
    if not sizes or sizes[-1][1] != size:
        sizes.append((i + 1, size))
print(sizes)
sizes = []
d = {}
for i in range(300):
    d[f"key{i}"] = i
    size = sys.getsizeof(d)
    if not sizes or sizes[-1][1] != size:
        sizes.append((i + 1, size))
print(sizes)
print(sys.getsizeof({}), sys.getsizeof({1: 1}), sys.getsizeof({"a": 1}), sys.getsizeof(dict.fromkeys(range(6))),
    sys.getsizeof({}.copy()), sys.getsizeof({"a": 1, 2: 3}), sys.getsizeof(dict(a=1)), sys.getsizeof({**{"a": 1}}))
d = {i: i for i in range(100)}
for i in range(95):
    del d[i]
print(sys.getsizeof(d), sys.getsizeof(d.copy()), sys.getsizeof(dict(d)))
d[1000] = 1
d.clear()
print(sys.getsizeof(d))
sizes = []
s = set()
for i in range(1000):
    s.add(i)
    size = sys.getsizeof(s)
    if not sizes or sizes[-1][1] != size:
        sizes.append((i + 1, size))
print(sizes, sys.getsizeof(set()), sys.getsizeof({1}), sys.getsizeof(frozenset()), sys.getsizeof(set(range(6))),
    sys.getsizeof(set("abcdef")))


class C:
    def __init__(self): self.a, self.b = 1, 2


c1, c2 = C(), C()
print(sys.getsizeof(c1), sys.getsizeof(c1.__dict__), sys.getsizeof(c2.__dict__), sys.getsizeof(vars(C())))
c1.extra = 1
print(sys.getsizeof(c1.__dict__))
print(*(sys.getsizeof(v) for v in (0, 1, 2 ** 30, 2 ** 60, -1, 1.5, 1j, True, None, ..., "", "a", "é", "€", "😀", b"",
    b"abc", bytearray(), (), (1,), [], [1], range(3), slice(1), lambda: 0, len, [].append, C, C(), C.__init__,
    C().__init__, type, object(), NotImplemented)))
print(sys.getsizeof(i for i in ()), sys.getsizeof(iter([])), sys.getsizeof(iter(())), sys.getsizeof(iter({})),
    sys.getsizeof({}.keys()), sys.getsizeof(enumerate([])), sys.getsizeof(zip()), sys.getsizeof(map(len, [])),
    sys.getsizeof(filter(None, [])), sys.getsizeof(reversed([])), sys.getsizeof(memoryview(b"")),
    sys.getsizeof(property()), sys.getsizeof(staticmethod(len)), sys.getsizeof(Exception()), sys.getsizeof(sys),
    sys.getsizeof(sys.flags))
