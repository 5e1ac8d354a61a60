def inner():
    r = yield 1
    s = yield r
    return s
def outer():
    v = yield from inner()
    yield ('got', v)
    yield from [7, 8]
    yield from (i for i in range(2))
g = outer()
next(g)
g.send('r')
g.send('s')
list(g)
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
l = list(tree(3))
def failing():
    yield 1
    raise KeyError('k')
def catching():
    try:
        yield from failing()
    except KeyError as e:
        yield 'caught'
list(catching())
