"""Decorators with functools.wraps."""
import functools

def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

for i in range(500):
    @traced
    def f(a, b=1):
        return a + b
    f(1, b=2)
    f.me = f
