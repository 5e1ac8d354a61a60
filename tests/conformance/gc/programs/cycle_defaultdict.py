"""Defaultdicts whose factory leads back to them."""
from collections import defaultdict

for i in range(700):
    d = defaultdict(list)
    d.default_factory = lambda d=d: d
    d[1].append(d) if False else d[2]
