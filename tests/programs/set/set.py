# set and frozenset: methods, operators, order of iteration, errors.
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a <= b, a < a, a <= a, {3} < a, a >= {1}, a == {4, 3, 2, 1}, a != b,
    a.isdisjoint({9}), 1 in a, len(a))
print(a.union([9], (8,)), a.intersection([1, 2], {2}), a.difference([1], [2]), a.symmetric_difference([4, 5]),
    a.issubset(range(10)), a.issuperset([]), a.copy() == a, a.union() is a)
a.add(10); a.discard(99); a.discard(1); a.remove(2); a.update([20], "x"); print(a)
a &= {3, 4, 10, 20}; a |= {7}; a -= {10}; a ^= {3, 100}; print(a); a.intersection_update([4, 7,
    100]); a.difference_update([4]); a.symmetric_difference_update([7, 8]); print(a, a.pop() in (8, 100),
    len(a)); a.clear(); print(a, set(), frozenset(), frozenset([1]), {frozenset()})
print({i * 37 % 101 for i in range(40)}, set(range(20, 0, -1)), {-1, -2, -3, 0}, {2 ** 61 - 1, 2 ** 61, 1},
    {1.5, 2.0, 3}, frozenset(range(5)) | {7}, {5} | frozenset([6]), sep="\n")
print(set("hello world"), {"apple", "pear", "fig", "plum"}, {(1, 2), (2, 1)}, {None, True, "x"} == {"x", 1, None},
    sep="\n")
f = frozenset([1, 2])
print(hash(f) == hash(frozenset([2, 1])), {f: "v"}[frozenset({2, 1})], f in {f}, {1, 2} in {f},
    {f} == {frozenset({1, 2})}, hash(frozenset()), hash(frozenset([1, 2, 3])),
    hash(frozenset(["a", "b"])) == hash(frozenset(["b", "a"])), frozenset(f) is f, f.copy() is f,
    type(f | {3}).__name__, type({3} | f).__name__)
for source in ("{[]}", "{1}.add([])", "{1}.remove(2)", "{1}.remove({3})", "set().pop()", "{1} | [2]", "{1} & 5",
        "{1} < [1]", "{1} + {2}", "set(5)", "set(1, 2)", "set(x=1)", "hash({1})", "{1}[0]", "frozenset([1]).add(2)",
        "{1}.union(5)", "{1}.update(5)", "{1}.intersection([[]])", "{1}.issubset(3)", "{{}}", "{1}.isdisjoint(5)",
        "{1} <= 'a'",
               "{1}.discard([])", "[] in {1}", "{2} in {1}", "frozenset(5)", "{1}.__ior__([2])",
                   "{1}.symmetric_difference([[]])", "set().nope", "{1}.difference([[]])", "{1}.copy(1)", "{1} == [1]",
                   "{*1}", "sorted([{1}, {0, 1}, set()], key=len)", "sum([{1}], set())"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as error:
    print(error)
for x in s.copy():
    s.discard(x)
print(s)


class Sub(set):
    pass


print(Sub([1]), type(Sub([1]) | {2}).__name__, type(Sub().copy()).__name__, Sub([1]) == {1}, repr(Sub()),
    frozenset([Sub]) != 0, type(frozenset.__new__(type("F", (frozenset,), {}), [1]).union([2])).__name__)
it = iter({1, 2})
print(it.__length_hint__(), next(it), it.__length_hint__(), set(it), {x for x in ()}, {*"ab"} == set("ba"))
n = set(); n.add(frozenset([frozenset()])); print(n)
