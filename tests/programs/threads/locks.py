# Threads and their tools: Lock, RLock, Condition, Semaphore, Event, Barrier, local, Timer.
import threading
import time

total = 0
lock = threading.Lock()


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1


threads = [threading.Thread(target=add, args=(2000,)) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(total, lock.locked(), lock.acquire(False), lock.acquire(False), lock.acquire(timeout=0.01), lock.release())
try:
    lock.release()
except RuntimeError as error:
    print(error)
for bad in (lambda: lock.acquire(timeout=-5), lambda: lock.acquire(False, 5)):
    try:
        bad()
    except ValueError as error:
        print(error)
r = threading.RLock()
with r:
    with r:
        print(repr(r).split(" at ")[0].replace(str(threading.get_ident()), "ME"))
try:
    r.release()
except RuntimeError as error:
    print(error)
condition = threading.Condition()
queue, out = [], []


def consumer():
    while True:
        with condition:
            condition.wait_for(lambda: queue)
            item = queue.pop(0)
        if item is None:
            return
        out.append(item * 2)


c = threading.Thread(target=consumer)
c.start()
for item in [1, 2, 3, None]:
    with condition:
        queue.append(item)
        condition.notify()
c.join()
print(out)
event = threading.Event()
order = []


def waiter(n):
    event.wait()
    order.append(n)


ws = [threading.Thread(target=waiter, args=(i,)) for i in range(3)]
for w in ws: w.start()
print(event.is_set(), order, event.wait(0.01))
event.set()
for w in ws: w.join()
print(sorted(order), event.is_set())
sem = threading.BoundedSemaphore(2)
active = peak = 0
guard = threading.Lock()


def limited():
    global active, peak
    with sem:
        with guard:
            active += 1
            peak = max(peak, active)
        time.sleep(0.01)
        with guard:
            active -= 1


ls = [threading.Thread(target=limited) for _ in range(5)]
for t in ls: t.start()
for t in ls: t.join()
print(peak)
try:
    sem.release()
except ValueError as error:
    print(error)
barrier = threading.Barrier(3, action=lambda: order.append("barrier"))
bs = [threading.Thread(target=barrier.wait) for _ in range(2)]
for b in bs: b.start()
barrier.wait()
for b in bs: b.join()
print(order[-1], barrier.broken)
local = threading.local()
local.x = "main"
seen = []


def use_local():
    seen.append(hasattr(local, "x"))
    local.x = "thread"
    seen.append(local.x)


t = threading.Thread(target=use_local)
t.start(); t.join()
print(seen, local.x)


class Local(threading.local):
    def __init__(self, n): self.n = n


shared = Local(5)
shared.n = 6
result = []
t = threading.Thread(target=lambda: result.append(shared.n))
t.start(); t.join()
print(shared.n, result)
fired = threading.Event()
timer = threading.Timer(0.01, fired.set)
timer.start()
timer.join()
print(fired.is_set(), threading.main_thread().name, threading.current_thread() is threading.main_thread(),
    threading.active_count(), [t.name for t in threading.enumerate()])
t = threading.Thread(target=print, args=("daemon",), daemon=True, name="D")
print(t.daemon, t.name, t.is_alive(), t.ident)
t.start(); t.join()
print(t.is_alive(), t.ident is not None)
for bad in (t.start, lambda: threading.Thread(target=print).join(), lambda: threading.current_thread().join(),
        lambda: threading.Thread(5)):
    try:
        bad()
    except (RuntimeError, AssertionError) as error:
        print(type(error).__name__, error)
