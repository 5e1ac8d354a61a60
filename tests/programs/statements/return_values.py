# return: no value, tuples, starred, from nested blocks; unreachable code after it (7.6).
def bare():
    return


def packed():
    return 1, *[2, 3], *()


def parenthesised():
    return (
        "a"
        "b"
    )


def deep(n):
    for i in range(n):
        while True:
            try:
                with open("return_values.py"):
                    if i == 2:
                        return f"from depth at {i}"
                    break
            finally:
                n += 0
    return "end"
    print("unreachable")


def finally_wins():
    while True:
        try:
            return 1
        finally:
            break
    return 2


def generator_return():
    yield 1
    return "value"


print(bare(), packed(), parenthesised(), deep(5), deep(1), finally_wins())
g = generator_return()
print(next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value)


def chain(n):
    if n <= 0:
        return 0
    elif n == 1:
        return 1
    else:
        return chain(n - 1) + chain(n - 2)


print([chain(i) for i in range(12)])
print((lambda *a, **k: (a, k))(1, 2, x=3))
