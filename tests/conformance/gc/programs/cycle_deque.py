"""Deques that hold themselves, and their iterators."""
from collections import deque

for i in range(1000):
    d = deque(maxlen=8)
    d.append(d)
    d.appendleft(iter(d))
