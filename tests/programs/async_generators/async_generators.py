# Asynchronous generators: asend, athrow, aclose, finalisation, states.
import sys


class Pause:
    def __init__(self, value): self.value = value
    def __await__(self): return (yield self.value)


def run(awaitable):
    steps = []
    coroutine = awaitable.__await__()
    try:
        while True:
            steps.append(coroutine.send(None))
    except StopIteration as stop:
        return stop.value, steps
    except BaseException as error:
        return f"{type(error).__name__}({error})", steps


async def numbers():
    try:
        for i in range(3):
            await Pause(f"before {i}")
            got = yield i
            if got:
                print("received", got)
    except ValueError as error:
        yield f"handled {error}"
    finally:
        await Pause("cleanup")
        print("finished")


g = numbers()
print(run(g.__anext__()), run(g.asend("x")), run(g.athrow(ValueError("v"))), run(g.__anext__()), run(g.__anext__()))
g = numbers()
print(run(g.asend(None)), run(g.aclose()), run(g.__anext__()), run(g.aclose()))
g = numbers()
print(run(g.asend("not started")), run(g.athrow(KeyError("k"))), run(g.__anext__()))


async def refuses():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = refuses()
print(run(g.__anext__()), run(g.aclose()))


async def stops():
    yield 1
    raise StopAsyncIteration("inside")


async def stops_sync():
    yield 1
    raise StopIteration("inside")


for f in (stops, stops_sync):
    g = f()
    print(run(g.__anext__()), run(g.__anext__()))


async def collect():
    total = [x async for x in numbers()]
    return total, [x async for x in (y * 2 async for y in numbers() if y)]


print(run(collect()))
g = numbers()
first, second = g.__anext__(), g.__anext__()
print(first.send(None))
try:
    second.send(None)
except RuntimeError as error:
    print(error)
print(type(g).__name__, g.__name__, g.ag_running, g.ag_await is not None, g.ag_code.co_name, type(first).__name__,
    g.__aiter__() is g)
try:
    first.send(None)
except StopIteration as stop:
    print("yielded", stop.value)
try:
    first.send(None)
except RuntimeError as error:
    print(error)
for bad in (lambda: iter(g), lambda: next(g), lambda: len(g), lambda: g.send(1)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)
print(run(g.aclose()))
log = []
old = sys.get_asyncgen_hooks()
sys.set_asyncgen_hooks(firstiter=lambda a: log.append(f"first {a.__name__}"),
    finalizer=lambda a: (log.append(f"final {a.__name__}"), run(a.aclose())))
g = numbers()
run(g.__anext__())
del g
print(log, old)
sys.set_asyncgen_hooks(*old)
print(run(anext(stops())), run(anext(stops(), "default")))


async def empty():
    return
    yield


print(run(anext(empty(), "default")), run(anext(empty())), aiter(g := empty()) is g)
for bad in (lambda: anext(5), lambda: aiter([])):
    try:
        bad()
    except TypeError as error:
        print(error)
