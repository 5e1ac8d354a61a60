# yield as an expression, yield from, await in every place an expression may stand.
def gen():
    x = yield
    y = yield x, 1
    z = (yield) + (yield 10)
    print("x", x, "y", y, "z", z)
    print(f"{(yield 'f-string')}", [(yield "list"), (yield "list2")], {"k": (yield "dict")})
    r = yield from inner()
    print("yield from gave", r)
    return (yield "last") or "done"


def inner():
    got = yield "inner"
    return got * 2


g = gen()
sent = None
n = 0
while True:
    try:
        value = g.send(sent)
    except StopIteration as stop:
        print("returned", stop.value)
        break
    n += 1
    sent = n
    print("->", value)


class Awaitable:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def coro():
    a = await Awaitable("a")
    b = (await Awaitable("b")) + await Awaitable("c")
    c = [await Awaitable(i) for i in range(2)]
    d = {k: await Awaitable(k) for k in "xy"}
    e = await Awaitable("t") if await Awaitable("cond") else None
    f = f"{await Awaitable('f')}"
    return a, b, c, d, e, f, -await Awaitable("neg") ** 2


c = coro()
sent, n = None, 0
while True:
    try:
        value = c.send(sent)
    except StopIteration as stop:
        print(stop.value)
        break
    n += 1
    sent = n
    print("awaiting", value)
