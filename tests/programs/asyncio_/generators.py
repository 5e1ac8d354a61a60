# Asynchronous iteration and context managers under a running loop; clean-up when the loop ends.
import asyncio
import contextlib


async def count(n):
    try:
        for i in range(n):
            yield i
            await asyncio.sleep(0)
    finally:
        await asyncio.sleep(0)
        print("closed", n)


class Resource:
    async def __aenter__(self):
        await asyncio.sleep(0)
        print("enter")
        return self

    async def __aexit__(self, *details):
        await asyncio.sleep(0)
        print("exit", details[0])
        return details[0] is KeyError


@contextlib.asynccontextmanager
async def managed(name):
    print("open", name)
    try:
        yield name
    finally:
        print("close", name)


async def main():
    print([i async for i in count(3)], {i: i * i async for i in count(2)}, sum([i async for i in count(4) if i % 2]))
    async for i in count(5):
        if i == 1:
            break
    async with Resource() as a, managed("x") as b:
        print(type(a).__name__, b)
        raise KeyError
    async with contextlib.AsyncExitStack() as stack:
        for name in "ab":
            await stack.enter_async_context(managed(name))
        stack.push_async_callback(asyncio.sleep, 0)
    abandoned = count(9)
    print(await anext(abandoned), await anext(count(0), "default"))
    print([await f for f in [asyncio.sleep(0, i) for i in range(3)]], (await asyncio.sleep(0, 1)) + 2)


asyncio.run(main())


async def never():
    pass


async def forget():
    never()
    task = asyncio.create_task(asyncio.sleep(0, "task"))
    return await task


print(asyncio.run(forget()))
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0, "first")), runner.run(asyncio.sleep(0, "second")))
