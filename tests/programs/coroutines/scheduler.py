# A small event loop written in the program itself: tasks, sleeping on a virtual clock, queues, cancellation.
import heapq
from collections import deque


class Suspend:
    def __init__(self, kind, argument=None): self.request = kind, argument
    def __await__(self): return (yield self.request)


class Cancelled(BaseException): pass


class Task:
    def __init__(self, name, coroutine): self.name, self.coroutine, self.result, self.waiters = name, coroutine, None, [
            ]


class Loop:
    def __init__(self):
        self.now, self.ready, self.sleeping, self.order = 0, deque(), [], 0

    def spawn(self, name, coroutine):
        task = Task(name, coroutine)
        self.ready.append((task, None, None))
        return task

    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.now, _, task = heapq.heappop(self.sleeping)
                self.ready.append((task, None, None))
            task, value, error = self.ready.popleft()
            try:
                kind, argument = task.coroutine.throw(error) if error else task.coroutine.send(value)
            except StopIteration as stop:
                task.result = stop.value
                print(f"[{self.now:>3}] {task.name} finished: {stop.value}")
                self.ready.extend((waiter, stop.value, None) for waiter in task.waiters)
                continue
            except Cancelled:
                print(f"[{self.now:>3}] {task.name} cancelled")
                continue
            getattr(self, "do_" + kind)(task, argument)

    def do_sleep(self, task, delay):
        self.order += 1
        heapq.heappush(self.sleeping, (self.now + delay, self.order, task))

    def do_join(self, task, other): other.waiters.append(task)

    def do_cancel(self, task, other):
        self.sleeping = [entry for entry in self.sleeping if entry[2] is not other]
        heapq.heapify(self.sleeping)
        self.ready.append((other, None, Cancelled()))
        self.ready.append((task, None, None))

    def do_get(self, task, channel):
        if channel.items:
            self.ready.append((task, channel.items.popleft(), None))
        else:
            channel.getters.append(task)

    def do_put(self, task, pair):
        channel, item = pair
        if channel.getters:
            self.ready.append((channel.getters.popleft(), item, None))
        else:
            channel.items.append(item)
        self.ready.append((task, None, None))


class Channel:
    def __init__(self): self.items, self.getters = deque(), deque()
    def get(self): return Suspend("get", self)
    def put(self, item): return Suspend("put", (self, item))


loop = Loop()


async def producer(channel, n):
    for i in range(n):
        await Suspend("sleep", 3)
        await channel.put(i * i)
    await channel.put(None)
    return n


async def consumer(channel):
    total = 0
    while (item := await channel.get()) is not None:
        print(f"[{loop.now:>3}] consumed {item}")
        total += item
    return total


async def ticker():
    ticks = 0
    try:
        while True:
            await Suspend("sleep", 5)
            ticks += 1
    finally:
        print("ticks:", ticks)


async def main():
    channel = Channel()
    tick = loop.spawn("ticker", ticker())
    loop.spawn("producer", producer(channel, 5))
    total = await Suspend("join", loop.spawn("consumer", consumer(channel)))
    async with Lock("database") as lock:
        await Suspend("sleep", 1)
        print("locked", lock)
    await Suspend("cancel", tick)
    return total


class Lock:
    def __init__(self, name): self.name = name

    async def __aenter__(self):
        await Suspend("sleep", 10)
        return self.name

    async def __aexit__(self, *error):
        await Suspend("sleep", 2)
        print(f"[{loop.now:>3}] released", self.name, error)


loop.spawn("main", main())
loop.run()
