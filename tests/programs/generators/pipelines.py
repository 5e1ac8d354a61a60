# Generators as they are used: lazy pipelines, infinite sequences, coroutine-style consumers.
from itertools import count, islice, takewhile


def primes():
    composites = {}
    for n in count(2):
        if n in composites:
            for p in composites.pop(n):
                composites.setdefault(n + p, []).append(p)
        else:
            composites[n * n] = [n]
            yield n


print(list(islice(primes(), 25)), sum(takewhile(lambda p: p < 500, primes())))


def chunks(iterable, size):
    it = iter(iterable)
    while chunk := list(islice(it, size)):
        yield chunk


print(list(chunks(range(10), 4)), list(chunks("", 3)))


def averager():
    total = n = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return total, n
        total += value
        n += 1
        average = total / n


a = averager()
next(a)
print([a.send(v) for v in (10, 20, 60)])
try:
    a.send(None)
except StopIteration as stop:
    print(stop.value)


def primed(f):
    def start(*args):
        g = f(*args)
        next(g)
        return g
    return start


@primed
def printer(prefix):
    try:
        while True:
            print(prefix, (yield))
    except GeneratorExit:
        print(prefix, "closed")


@primed
def broadcast(*targets):
    while True:
        item = yield
        for target in targets:
            target.send(item)


@primed
def grep(word, target):
    while True:
        line = yield
        if word in line:
            target.send(line)


out = printer("out:")
chain = broadcast(grep("py", out), grep("z", printer("z:")))
for line in ("python", "pizza", "rust", "mypyz"):
    chain.send(line)
del chain
out.close()


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [item, *rest]


print(["".join(p) for p in permutations("abc")], sum(1 for _ in permutations("abcde")))


def queens(n, row=0, columns=()):
    if row == n:
        yield columns
    for column in range(n):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
            yield from queens(n, row + 1, columns + (column,))


print(next(queens(8)), sum(1 for _ in queens(6)))


def scheduler(*tasks):
    queue = list(tasks)
    while queue:
        name, task = queue.pop(0)
        try:
            step = next(task)
            yield f"{name}:{step}"
            queue.append((name, task))
        except StopIteration as stop:
            yield f"{name} done {stop.value}"


def task(n):
    yield from range(n)
    return n * n


print(list(scheduler(("a", task(2)), ("b", task(1)), ("c", task(3)))))
