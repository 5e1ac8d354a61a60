"""Delegating generators in cycles."""
def inner(x):
    yield x
    return [x]

def outer(x):
    result = yield from inner(x)
    yield result

for i in range(600):
    x = []
    it = outer(x)
    x.append(it)
    next(it)
    if i % 2:
        next(it)
