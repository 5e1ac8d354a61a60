"""Generators with try/finally, closed by the collector."""
closed = 0

def g(x):
    global closed
    try:
        yield x
    finally:
        closed += 1

for i in range(900):
    x = []
    it = g(x)
    x.append(it)
    next(it)
print(closed > 0)
