# Closures and cells: sharing, late binding, nonlocal, cells of arguments, classes and comprehensions.
def counter():
    count = 0

    def increment(step=1):
        nonlocal count
        count += step
        return count

    def get():
        return count

    return increment, get


inc, get = counter()
inc(); inc(5)
print(get(), inc.__closure__[0] is get.__closure__[0], counter()[1]())
cells = [lambda: i for i in range(3)]
bound = [lambda i=i: i for i in range(3)]
print([f() for f in cells], [f() for f in bound])


def argument_cell(x, *args, k=1, **kw):
    def inner():
        return x, args, k, kw
    x += 1
    k = "changed"
    return inner


print(argument_cell(1, 2, z=3)())


def levels():
    a = 1

    def one():
        b = 2

        def two():
            c = 3

            def three():
                nonlocal a, b
                a += c
                b *= 10
                return a, b, c
            return three
        return two
    first = one()()
    return first(), first(), one()()(), a


print(levels())


def class_in_function():
    value = "outer"

    class K:
        copy = [value for _ in "x"][0]
        value = "class"

        def get(self): return value
        values = [value for _ in range(2)]
        lam = lambda self: (value, __class__)
    value = "changed"
    return K


K = class_in_function()
print(K.copy, K.value, K().get(), K.values, K().lam()[0], K().lam()[1] is K)


def cell_states():
    def peek(): return late
    cell = peek.__closure__[0]
    try:
        cell.cell_contents
    except ValueError as error:
        print(error)
    late = 1
    print(cell.cell_contents, peek())
    cell.cell_contents = 2
    print(late, cell == peek.__closure__[0])
    del cell.cell_contents
    try:
        peek()
    except NameError as error:
        print(error)
    late = 3
    return peek


print(cell_states()())
import types
a, b = types.CellType(1), types.CellType(2)
print(a < b, a == types.CellType(1), types.CellType() < a, repr(a).split(" at ")[0],
    repr(types.CellType()).endswith("empty>"))


def memo(f):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]
    wrapper.cache = cache
    return wrapper


@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache))


def generator_closure():
    total = 0

    def add():
        nonlocal total
        while True:
            total += yield total
    g = add()
    next(g)
    for i in range(5):
        g.send(i)
    return total


print(generator_closure())


def exec_in_closure():
    x = 1
    def inner(): return x, sorted(locals())
    return inner(), sorted(locals())


print(exec_in_closure())
