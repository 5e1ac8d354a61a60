"""Iterators in the lists over which they go."""
for i in range(900):
    x = [1, 2, 3]
    x.append(iter(x))
    x.append(reversed(x))
