"""Coroutines: await chains, asynchronous generators, a hand-made event loop."""
from collections import deque


class Sleep:
    def __await__(self):
        yield "sleep"


async def leaf(n): return n + 1


async def chain(n, depth): return await leaf(n) if depth == 0 else await chain(n, depth - 1)


async def numbers(n):
    for i in range(n):
        yield i


async def worker(ident, rounds):
    total = 0
    for i in range(rounds):
        total += await chain(i, 3)
        await Sleep()
    return total


async def consumer(n):
    total = 0
    async for value in numbers(n):
        total += value
    return total + sum([v async for v in numbers(n // 2)])


def run(coroutines):
    ready, results = deque(coroutines), []
    while ready:
        coroutine = ready.popleft()
        try:
            coroutine.send(None)
            ready.append(coroutine)
        except StopIteration as stop:
            results.append(stop.value)
    return results


print(sum(run([worker(i, 8_000) for i in range(40)])), run([consumer(1_000_000)]))
