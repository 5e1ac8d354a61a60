# Iterators over lists that change; list iterators' own state.
a = [1, 2, 3]
it = iter(a)
print(next(it), it.__length_hint__(), it.__reduce__()[1:], next(it), next(it), next(it, "end"))
a.append(4)
print(next(it, "exhausted stays exhausted"), it.__length_hint__())
a = [1, 2, 3, 4]
seen = []
for x in a:
    seen.append(x)
    if x % 2:
        a.remove(x)
print(seen, a)
a = [1, 2, 3]
for x in a:
    if len(a) < 8:
        a.append(x)
print(a)
for x in reversed(a):
    a.pop()
print(a)
r = reversed([1, 2, 3])
print(next(r), r.__length_hint__(), list(r), list(r))
it = iter([1, 2, 3, 4, 5])
it.__setstate__(3)
print(list(it))
a = [1, 2, 3]
it = iter(a)
a.clear()
print(list(it))


class Shrinks:
    def __init__(self, target): self.target = target

    def __eq__(self, other):
        self.target.clear()
        return False


target = []
target += [Shrinks(target), 1, 2, 3]
print(5 in target, target)
target += [Shrinks(target), 1]
try:
    print(target.index(5))
except ValueError as error:
    print(error)
target += [Shrinks(target), 1]
print(target == [0, 1], target)
target += [Shrinks(target), Shrinks(target)]
print(target.count(1))
big = list(range(10))
big[2:5] = (x for x in big)
print(big)
big[:] = map(lambda x: x * x, big)
print(big)
big[1:8:3] = iter("abc")
print(big)
print([*zip(*[iter(range(9))] * 3)], list(enumerate("ab", 5)), list(map(max, [1, 5], [3, 2])),
    list(filter(None, [0, 1, "", "a"])), [*reversed("abc")])
