class Pause:
    def __await__(self):
        yield 'pause'
async def agen(n):
    for i in range(n):
        await Pause()
        yield i
async def total():
    t = 0
    async for v in agen(3):
        t += v
    else:
        t += 100
    return t
async def listed():
    return [v async for v in agen(2) if v]
def run(coro):
    try:
        while True:
            coro.send(None)
    except StopIteration as e:
        return e.value
run(total())
run(listed())
class AI:
    def __init__(self):
        self.n = 2
    def __aiter__(self):
        return self
    async def __anext__(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return self.n
async def over():
    async for v in AI():
        last = v
    return last
run(over())
