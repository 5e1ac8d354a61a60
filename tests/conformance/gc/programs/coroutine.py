"""Coroutines that are awaited by hand, in cycles."""
class Suspend:
    def __await__(self):
        yield self

async def inner(x):
    await Suspend()
    return x

async def outer(x):
    return await inner(x)

for i in range(500):
    x = []
    c = outer(x)
    x.append(c)
    c.send(None)
    if i % 2:
        try:
            c.send(None)
        except StopIteration as e:
            e.value.append(e)
    else:
        c.close()
