"""Closures: counters with nonlocal, composed functions, callbacks, decorators."""
import functools


def counter():
    n = 0

    def step(by):
        nonlocal n
        n += by
        return n
    return step


def compose(*functions): return functools.reduce(lambda f, g: lambda x: g(f(x)), functions)


def traced(function):
    calls = 0

    @functools.wraps(function)
    def wrapper(*args):
        nonlocal calls
        calls += 1
        return function(*args)
    wrapper.calls = lambda: calls
    return wrapper


@traced
def add(a, b): return a + b


def curry(a): return lambda b: lambda c: a + b + c


def main():
    step = counter()
    total = 0
    for i in range(2_000_000):
        total += step(i & 3) & 1
    pipeline = compose(lambda x: x + 1, lambda x: x * 3, lambda x: x % 1009, lambda x: x - 5)
    for i in range(450_000):
        total += pipeline(i)
    for i in range(500_000):
        total += add(i, 1) & 7
    for i in range(450_000):
        total += curry(i)(2)(3) & 3
    total += sum(map(lambda v: v & 1, filter(lambda v: v % 3, range(700_000))))
    print(total, add.calls())


main()
