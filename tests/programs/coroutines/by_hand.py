# Coroutines driven by send, throw and close, without an event loop.
import inspect
import types


class Wait:
    def __init__(self, value): self.value = value

    def __await__(self):
        result = yield self.value
        return result


async def add(a, b):
    x = await Wait(f"need {a}")
    try:
        y = await Wait(f"need {b}")
    except KeyError as error:
        y = f"default for {error}"
    return x, y


async def main():
    first = await add("a", "b")
    second = await add("c", "d")
    return first, second


c = main()
print(inspect.getcoroutinestate(c), c.send(None), c.cr_await.__name__, inspect.getcoroutinestate(c), c.send(1),
    c.send(2), c.send(3), c.cr_running)
try:
    c.throw(KeyError("lost"))
except StopIteration as stop:
    print(stop.value, inspect.getcoroutinestate(c))
for action in (lambda: c.send(None), lambda: c.throw(ValueError("late"))):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)
c = main()
for action in (lambda: c.send("value"), lambda: iter(c), lambda: next(c), lambda: list(c)):
    try:
        action()
    except TypeError as error:
        print(error)
print(c.close(), inspect.getcoroutinestate(c))


async def cleanup():
    try:
        await Wait("waiting")
    finally:
        print("cleaned up")


c = cleanup()
c.send(None)
c.close()


async def waits_twice(coro):
    await coro
    await coro


async def nothing(): return 5


for bad in (5, None, [1], (i for i in ()), lambda: 0):
    async def awaits():
        await bad
    try:
        awaits().send(None)
    except TypeError as error:
        print(error)
try:
    waits_twice(nothing()).send(None)
except RuntimeError as error:
    print(error)
shared = add("p", "q")


async def use(): return await shared


one, two = use(), use()
one.send(None)
try:
    two.send(None)
except RuntimeError as error:
    print(error)
one.close()


class BadAwait:
    def __await__(self): return [1]


class AwaitCoroutine:
    def __await__(self): return nothing()


class AwaitIter:
    def __await__(self): return iter([1, 2])


async def do(x): return await x


for value in (BadAwait(), AwaitCoroutine()):
    c = do(value)
    try:
        c.send(None)
    except TypeError as error:
        print(error)
c = do(AwaitIter())
print(c.send(None), c.send(None))
try:
    c.send(None)
except StopIteration as stop:
    print("value", stop.value)


@types.coroutine
def old_style():
    got = yield "from generator-based"
    return got * 2


c = do(old_style())
print(c.send(None))
try:
    c.send(21)
except StopIteration as stop:
    print(stop.value)


async def stop_inside(): raise StopIteration("x")


try:
    stop_inside().send(None)
except RuntimeError as error:
    print(error, repr(error.__cause__))
c = nothing()
print(type(c).__name__, c.__name__, c.__qualname__, bool(c.cr_code.co_flags & inspect.CO_COROUTINE),
    inspect.iscoroutine(c), inspect.isawaitable(c), inspect.iscoroutinefunction(nothing),
    c.__await__().__class__.__name__)
c.close()
