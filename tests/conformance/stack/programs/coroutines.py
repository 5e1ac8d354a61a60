class Wait:
    def __init__(self, v):
        self.v = v
    def __await__(self):
        got = yield self.v
        return got
async def inner(v):
    x = await Wait(v)
    return x + 1
async def outer():
    a = await inner('first')
    b = await inner('second')
    return a + b
c = outer()
c.send(None)
c.send(10)
try:
    c.send(20)
except StopIteration as e:
    result = e.value
class ACM:
    async def __aenter__(self):
        return await inner('enter')
    async def __aexit__(self, *a):
        await Wait('exit')
        return True
async def use():
    async with ACM() as v:
        raise ValueError(v)
    return 'after'
def run(coro):
    try:
        value = None
        while True:
            coro.send(1)
    except StopIteration as e:
        return e.value
run(use())
