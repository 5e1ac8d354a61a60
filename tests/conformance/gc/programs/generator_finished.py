"""Generators that ran to their end, in cycles."""
import gc

gc.set_threshold(30, 4, 4)
def g(x):
    yield x
    yield [x]

for i in range(900):
    x = []
    it = g(x)
    x.append(it)
    for _ in it:
        pass
