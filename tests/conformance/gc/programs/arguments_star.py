"""Calls with * and ** in all combinations."""
def f(*args, **kwargs):
    return [args, kwargs]

kept = []
for i in range(600):
    x = f(*[1, 2], *(3, 4), **{"a": 1}, **{"b": 2})
    x.append(x)
    f(*x, k=x)
    kept.append(f(i)) if i % 50 == 0 else None
