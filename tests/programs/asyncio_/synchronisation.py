# Locks, events, conditions, semaphores, barriers, queues.
import asyncio


async def worker(name, queue, out):
    while (item := await queue.get()) is not None:
        out.append((name, item))
        queue.task_done()
        await asyncio.sleep(0)
    queue.task_done()


async def main():
    lock = asyncio.Lock()
    order = []

    async def critical(n):
        async with lock:
            order.append(f"in{n}")
            await asyncio.sleep(0)
            order.append(f"out{n}")

    await asyncio.gather(*(critical(n) for n in range(3)))
    print(order, lock.locked())
    event = asyncio.Event()
    waiters = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    print(event.is_set(), [w.done() for w in waiters])
    event.set()
    print(await asyncio.gather(*waiters))
    condition = asyncio.Condition()
    state = []

    async def consumer():
        async with condition:
            await condition.wait_for(lambda: len(state) == 2)
            return list(state)

    task = asyncio.create_task(consumer())
    for n in range(2):
        await asyncio.sleep(0)
        async with condition:
            state.append(n)
            condition.notify_all()
    print(await task)
    semaphore = asyncio.BoundedSemaphore(2)
    running = peak = 0

    async def limited():
        nonlocal running, peak
        async with semaphore:
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(limited() for _ in range(6)))
    print("peak", peak)
    try:
        semaphore.release()
    except ValueError as error:
        print(error)
    barrier = asyncio.Barrier(3)
    print(sorted(await asyncio.gather(*(barrier.wait() for _ in range(3)))))
    queue = asyncio.Queue(maxsize=2)
    out = []
    workers = [asyncio.create_task(worker(name, queue, out)) for name in "ab"]
    for item in range(5):
        await queue.put(item)
    for _ in workers:
        await queue.put(None)
    await queue.join()
    print(sorted(item for _, item in out), queue.qsize(), queue.empty())
    for queue, items in ((asyncio.PriorityQueue(), [3, 1, 2]), (asyncio.LifoQueue(), [3, 1, 2])):
        for item in items:
            queue.put_nowait(item)
        print([queue.get_nowait() for _ in items])
        try:
            queue.get_nowait()
        except asyncio.QueueEmpty as error:
            print(repr(error))


asyncio.run(main())
