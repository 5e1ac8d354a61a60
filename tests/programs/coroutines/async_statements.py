# async with, async for, asynchronous comprehensions; their error messages.
def run(coroutine):
    trace = []
    try:
        while True:
            trace.append(coroutine.send(None))
    except StopIteration as stop:
        return stop.value, trace


class Pause:
    def __init__(self, value): self.value = value
    def __await__(self): return (yield self.value)


class Manager:
    def __init__(self, name, suppress=False): self.name, self.suppress = name, suppress

    async def __aenter__(self):
        await Pause(f"entering {self.name}")
        return self.name

    async def __aexit__(self, kind, value, traceback):
        await Pause(f"leaving {self.name} {kind and kind.__name__}")
        return self.suppress


class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __aiter__(self): return self

    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        await Pause(self.i)
        return self.i * 10


async def withs():
    async with Manager("a") as a, Manager("b", suppress=True) as b:
        raise ValueError("suppressed")
    async with (Manager("c"), Manager("d") as d):
        return a, b, d


async def fors():
    seen = []
    async for x in Count(3):
        if x == 20:
            continue
        seen.append(x)
    else:
        seen.append("else")
    async for x in Count(5):
        break
    else:
        seen.append("not reached")
    return seen


async def comprehensions():
    return ([x async for x in Count(3)], {x async for x in Count(2)},
        {x: y async for x in Count(2) for y in "ab" if y == "b"}, [await p for p in [Pause("p"), Pause("q")]],
            [x + y for x in (1, 2) async for y in Count(2) if y > 10],
                [z async for z in (w * 2 async for w in Count(2))])


for f in (withs, fors, comprehensions):
    print(f.__name__, *run(f()))


async def bad_with():
    async with 5: pass


class OnlyExit:
    async def __aexit__(self, *args): pass


class SyncManager:
    def __enter__(self): pass
    def __exit__(self, *args): pass


class NotAwaitable:
    def __aenter__(self): return 5
    async def __aexit__(self, *args): pass


class BadExit:
    async def __aenter__(self): pass
    def __aexit__(self, *args): return 5


class BadIter:
    def __aiter__(self): return 5


class BadNext:
    def __aiter__(self): return self
    def __anext__(self): return 5


class RaisingNext:
    def __aiter__(self): return self
    async def __anext__(self): raise KeyError("next")


async def enter(value):
    async with value: pass


async def loop(value):
    async for _ in value: pass


async def sync(value):
    with value: pass


async def sync_loop(value):
    for _ in value: pass


for coroutine in (enter(5), enter(OnlyExit()), enter(SyncManager()), enter(NotAwaitable()), enter(BadExit()), loop(5),
        loop([1]), loop(BadIter()), loop(BadNext()), loop(RaisingNext()), sync(Manager("x")), sync_loop(Count(1))):
    try:
        run(coroutine)
    except Exception as error:
        print(type(error).__name__, error, "|", repr(error.__cause__))
