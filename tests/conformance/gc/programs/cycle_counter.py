"""Counters in a cycle with an object."""
from collections import Counter

class Owner:
    pass

for i in range(400):
    o = Owner()
    o.counts = Counter("abca")
    o.counts.owner = o
