# The GIL changes hands: busy threads all advance; results are collected in order.
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
print(sys.getswitchinterval())
sys.setswitchinterval(0.001)
print(round(sys.getswitchinterval(), 4))
done = threading.Event()
counters = [0] * 3


def spin(i):
    while not done.is_set():
        counters[i] += 1


threads = [threading.Thread(target=spin, args=(i,)) for i in range(3)]
for t in threads: t.start()
while min(counters) < 1000:
    pass
done.set()
for t in threads: t.join()
print(all(c >= 1000 for c in counters))
q, results = queue.Queue(maxsize=3), queue.PriorityQueue()


def worker():
    while (item := q.get()) is not None:
        results.put((item, item ** 2))
        q.task_done()
    q.task_done()


workers = [threading.Thread(target=worker) for _ in range(3)]
for w in workers: w.start()
for i in range(20): q.put(i)
for _ in workers: q.put(None)
q.join()
print([results.get() for _ in range(20)] == [(i, i * i) for i in range(20)], q.empty(), results.qsize())
with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda x: x ** 3, range(6))))
    futures = {pool.submit(divmod, 7, n): n for n in (0, 1, 2)}
    answers = {}
    for f in as_completed(futures):
        answers[futures[f]] = f.result() if not f.exception() else repr(f.exception())
    print(sorted(answers.items()))
    f = pool.submit(sum, [1, 2, 3])
    print(f.result(), f.done(), f.cancel())
for bad in (lambda: q.get(timeout=0.01), lambda: q.get_nowait(), lambda: queue.Queue(1).put(1) or (
        x := queue.Queue(1)).put(1) or x.put_nowait(2), lambda: sys.setswitchinterval(0)):
    try:
        bad()
    except (queue.Empty, queue.Full, ValueError) as error:
        print(type(error).__name__, error)
lifo = queue.LifoQueue()
for i in range(3): lifo.put(i)
print([lifo.get() for _ in range(3)])
errors = []


def recurse(n): return n and recurse(n - 1)


def deep():
    try:
        recurse(100_000)
    except RecursionError as error:
        errors.append("RecursionError")


ts = [threading.Thread(target=deep) for _ in range(2)]
for t in ts: t.start()
for t in ts: t.join()
print(errors)
print(len(sys._current_frames()), threading.get_native_id() > 0, threading.stack_size())
