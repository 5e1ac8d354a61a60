"""Combinatoric iterators and the tuples they reuse."""
import itertools

for i in range(60):
    a = [[k] for k in range(5)]
    list(itertools.combinations(a, 2))
    list(itertools.permutations(a, 2))
    p = list(itertools.product(a, repeat=2))
    p.append(p)
    for pair in itertools.pairwise(a): pass
