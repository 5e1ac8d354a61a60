def risky(n):
    try:
        return 10 // n
    except ZeroDivisionError as error:
        return str(error)


def numbers():
    got = yield 1
    yield got


def outer(x):
    def inner():
        return x + 1
    return inner()


risky(0)
g = numbers()
next(g)
g.send('sent')
outer(4)
raise SystemExit(3)
