def echo():
    received = []
    try:
        while True:
            try:
                value = yield len(received)
                received.append(value)
            except ValueError as e:
                received.append('caught')
    finally:
        received.clear()
g = echo()
next(g)
g.send('a')
g.send('b')
g.throw(ValueError('x'))
g.close()
def accumulate():
    total = 0
    while (n := (yield total)) is not None:
        total += n
    return total
a = accumulate()
next(a)
a.send(3)
a.send(4)
try:
    a.send(None)
except StopIteration as e:
    result = e.value
