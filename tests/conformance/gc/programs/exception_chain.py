"""Chained exceptions."""
import gc

gc.set_threshold(30, 4, 4)
def f(n):
    try:
        if n:
            f(n - 1)
        raise KeyError(n)
    except KeyError as e:
        raise ValueError(e) from e

for i in range(150):
    try:
        f(3)
    except ValueError as e:
        kept = e
