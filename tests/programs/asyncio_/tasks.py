# Tasks: gathering, cancelling, timeouts, groups, shielding, callbacks.
import asyncio


async def step(name, n, log):
    for i in range(n):
        log.append(f"{name}{i}")
        await asyncio.sleep(0)
    return name * n


async def fail(after):
    await asyncio.sleep(after)
    raise ValueError(f"after {after}")


async def main():
    log = []
    print(await asyncio.gather(step("a", 3, log), step("b", 2, log), step("c", 1, log)), log)
    print(await asyncio.gather(step("x", 1, log), fail(0), return_exceptions=True))
    try:
        await asyncio.gather(step("x", 1, log), fail(0))
    except ValueError as error:
        print("gather:", error)
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as error:
        print("wait_for:", type(error).__name__, error)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout")
    task = asyncio.create_task(asyncio.sleep(10), name="sleeper")
    await asyncio.sleep(0)
    print(task.get_name(), task.done(), task.cancel("enough"), task.cancelling())
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled:", error, task.cancelled())
    results = []
    try:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(step("g", 2, results))
            group.create_task(fail(0))
            group.create_task(asyncio.sleep(10))
    except* ValueError as errors:
        print("group:", errors.exceptions, first.result(), results)
    inner = asyncio.create_task(step("s", 2, log))
    outer = asyncio.shield(inner)
    outer.cancel()
    try:
        await outer
    except asyncio.CancelledError:
        print("shielded:", await inner)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(t, t)) for t in (0, 0.01, 5)],
                                       return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending), done.pop().result())
    for task in pending:
        task.cancel()
    for future in asyncio.as_completed([asyncio.sleep(0.02, "late"), asyncio.sleep(0, "soon")]):
        print(await future)
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda f: print("callback", f.result()))
    loop.call_soon(future.set_result, 42)
    loop.call_later(0.001, print, "later")
    print(await future, future)
    await asyncio.sleep(0.01)
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        print("state:", type(error).__name__)
    print(await asyncio.to_thread(sum, [1, 2, 3]), await loop.run_in_executor(None, pow, 2, 10))
    print(asyncio.current_task().get_coro().__name__, len(asyncio.all_tasks()))


asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)


async def interrupted():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.001)
    return "goes on"


print(asyncio.run(interrupted()))
try:
    asyncio.run(fail(0))
except ValueError as error:
    print(error)
