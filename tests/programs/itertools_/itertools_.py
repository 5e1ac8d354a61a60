# itertools: every function, with its corner cases.
import operator
from itertools import *


def take(n, it): return list(islice(it, n))


print(take(3, count()), take(3, count(5, -2)), take(3, count(1.5, 0.5)), take(2, count(2**63 - 1)), count(3),
    count(1, 2), repeat(5), repeat(5, 3), take(5, cycle("ab")), list(cycle("")), list(repeat(1, 0)),
    list(repeat(1, -5)))
print(list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], operator.mul)), list(accumulate([], initial=5)),
    list(accumulate([1, 2], initial=10)), list(accumulate("abc")), list(accumulate([3, 1, 2], max)))
print(list(chain("ab", [1], ())), list(chain()), list(chain.from_iterable(["ab", [1]])),
    list(compress("abcd", [1, 0, True, ""])), list(dropwhile(lambda x: x < 3, [1, 3, 2, 5])),
    list(takewhile(lambda x: x < 3, [1, 3, 2])), list(filterfalse(None, [0, 1, "", "x"])),
    list(filterfalse(lambda x: x % 2, range(5))))
print([(k, list(g)) for k, g in groupby("aabbbc")], [(k, len(list(g))) for k,
    g in groupby([1, 3, 2, 4, 5], lambda x: x % 2)], [list(g) for k, g in list(groupby("aab"))], list(pairwise("abcd")),
    list(pairwise("a")))
print(list(islice("abcdef", 2)), list(islice("abcdef", 2, 4)), list(islice("abcdef", 1, None, 2)),
    list(islice("abc", 0)), list(islice("abc", 5, 10)), list(islice(range(10), None)),
    list(starmap(pow, [(2, 3), (3, 2)])), list(starmap(lambda *a: a, ["ab", (1,)])))
a, b, c = tee([1, 2, 3], 3)
print(next(a), list(b), list(a), list(c), tee([], 0), [list(t) for t in tee(iter("xy"))])
print(list(zip_longest("ab", [1], "xyz", fillvalue="-")), list(zip_longest()), list(zip_longest("a", "")),
    list(product("ab", [1, 2])), list(product()), list(product("ab", repeat=2)), list(product("ab", [])),
    list(product([1], repeat=0)), len(list(product(range(3), repeat=4))))
print(list(permutations("abc", 2)), list(permutations("ab")), list(permutations("ab", 3)), list(permutations("")),
    list(combinations("abcd", 2)), list(combinations("ab", 3)), list(combinations([], 0)),
    list(combinations_with_replacement("abc", 2)), list(combinations_with_replacement("", 1)),
    sum(1 for _ in permutations(range(6))), sum(1 for _ in combinations(range(10), 4)))
for source in ("count('a')", "count(1, 'x')", "cycle(5)", "repeat()", "repeat(1, 'x')", "accumulate(5)",
        "list(accumulate([1, 'a']))", "chain(5)", "list(chain(5))", "chain.from_iterable(5)", "compress(5, 5)",
        "dropwhile(1)", "list(dropwhile(1, [1]))", "list(filterfalse(5, [1]))", "groupby()",
        "list(groupby([1], key=5))", "islice('a')", "islice('a', -1)", "islice('a', 1, -1)", "islice('a', 0, 1, 0)",
        "islice('a', 'x')", "list(starmap(len, [1]))", "list(starmap(5, [()]))", "tee([], -1)", "tee(5)",
        "zip_longest(5)", "zip_longest('a', x=1)", "product(5)", "product('a', repeat=-1)", "product('a', x=1)",
        "permutations('a', -1)", "permutations('a', 'x')", "combinations('a')", "combinations('a', -1)",
        "combinations(5, 1)",
               "pairwise(5)", "pairwise()", "repeat(1, 2).__length_hint__()", "repeat(1).__length_hint__()",
                   "count().__reduce__()", "next(permutations('ab'))", "takewhile(1, 2, 3)", "take(2, count(step=3))",
                   "count(start=1, step=1j)"):
    try:
        print(source, "=", repr(eval(source)).split(" at 0x")[0])
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
import copy
i = islice(count(), 2, 8, 3)
next(i)
print(list(copy.copy(islice([1, 2, 3], 1, None))), list(i), type(chain()).__name__, next(zip_longest("ab", "c")))
g = groupby("aab")
k, first = next(g)
k2, second = next(g)
print(k, k2, list(first), list(second))
def primes():
    sieve = count(2)
    while True:
        p = next(sieve)
        yield p
        sieve = filter(p.__rmod__, sieve)
print(take(12, primes()), take(5, map(lambda t: t[0] - t[1], pairwise(accumulate(repeat(3))))))
