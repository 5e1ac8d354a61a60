"""Exceptions: raised and caught at several depths, finally, with, and the cost of not raising."""


class Problem(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Guard:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): return kind is Problem


def risky(n):
    if n % 3 == 0:
        raise Problem(n)
    return n


def middle(n, depth):
    try:
        return risky(n) if depth == 0 else middle(n, depth - 1)
    finally:
        n += 1


def main():
    total = 0
    for i in range(200_000):
        try:
            total += middle(i, 2)
        except Problem as problem:
            total -= problem.code
    for i in range(150_000):
        with Guard():
            total += risky(i)
    table = {}
    for i in range(250_000):
        try:
            total += table[i & 63]
        except KeyError:
            table[i & 63] = i & 7
            if i % 1000 == 0:
                table.clear()
    for i in range(250_000):
        try:
            int("12" if i & 1 else "x")
        except ValueError:
            total += 1
    for i in range(1_500_000):
        try:
            total += 1
        except ValueError:
            pass
    print(total)


main()
