# range: sequence behaviour without storage, big integers, equality, hashing.
r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:4], r[::-1], r[::2], r[10:], r[-3:-1], 5 in r, 6 in r, 5.0 in r, "5" in r,
    r.index(8), r.count(8), r.count(9), r.start, r.stop, r.step, bool(range(0)), list(reversed(r)), sum(r), max(r),
    min(r))
print(range(0) == range(2, 1), range(0, 3, 2) == range(0, 4, 2), range(1) != range(2),
    hash(range(0, 3, 2)) == hash(range(0, 4, 2)), hash(range(0)) == hash(range(5, 5)), {range(3): 1}[range(0, 3)],
    range(3) == [0, 1, 2], range(5)[1:][1:], range(5)[::-1][::-1], repr(range(3)), range(10, 0, -3)[::-1], range(-5))
big = range(10 ** 20, 10 ** 20 + 10, 3)
print(big, list(big), big[1], big[-1], len(big), 10 ** 20 + 3 in big, big.index(10 ** 20 + 6), big[1:],
    list(reversed(big)), range(10 ** 30)[10 ** 29], range(-10 ** 20, 10 ** 20, 10 ** 19)[5:8])
for source in ("range()", "range(1, 2, 0)", "range(1.5)", "range('a')", "range(1, 2, 3, 4)", "range(stop=3)", "r[99]",
        "r['a']", "r.index(100)", "len(range(10 ** 30))", "r + r", "r * 2", "r < r", "range(3)[::0]",
        "range(10 ** 30).__len__()", "range(None)", "range(10)[1.0]", "range(True, 3)",
        "hash(range(10 ** 30))==hash(range(0, 10 ** 30))", "range(2 ** 63)[2 ** 63]", "bool(range(10 ** 30))"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
for source in ("r.start = 1", "r[0] = 1", "del r[0]", "class R(range): pass"):
    try:
        exec(source)
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
it = iter(range(5))
print(next(it), it.__length_hint__(), it.__reduce__()[1], list(it), type(it).__name__, type(iter(big)).__name__)
it = iter(range(10)); it.__setstate__(7); print(list(it))
a, b, *c = range(5); print(a, b, c, [*range(2)], list(zip(range(3), range(3, 6))), [range(3)[i] for i in (-1, 0)])


class I:
    def __init__(self, v): self.v = v
    def __index__(self): return self.v


print(range(I(3)), list(range(I(1), I(4))), range(10)[I(2)], range(10)[I(1):I(3)], type(range(I(3)).stop).__name__,
    I(3) in range(5))
print([len(range(a, b, s)) for a in (-2, 0, 3) for b in (-3, 0, 4) for s in (-2, -1, 1, 3)])
