"""Unpacking into lists, swaps, and star targets."""
for i in range(700):
    first, *rest = [i, [i], (i,)]
    rest.append(rest)
    (a, b), *c = ((1, [2]), 3, 4)
    a, b = b, a
