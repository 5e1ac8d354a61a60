"""Generators that never ran, in cycles through their arguments."""
def g(x):
    yield x

for i in range(1200):
    x = []
    x.append(g(x))
