"""Generators: plain, chained, delegating, sent to, and generator expressions."""


def count(n):
    for i in range(n):
        yield i


def evens(source):
    for value in source:
        if not value & 1:
            yield value


def squares(source):
    for value in source:
        yield value * value


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def averager():
    total = n = 0
    average = 0.0
    while True:
        total += yield average
        n += 1
        average = total / n


def main():
    total = 0
    for _ in range(6):
        total += sum(squares(evens(count(450_000)))) % 1009
    total += sum(tree(17))
    total += sum(i & 3 for i in range(2_000_000) if i % 3)
    a = averager()
    next(a)
    for i in range(900_000):
        result = a.send(i)
    print(total, result)


main()
