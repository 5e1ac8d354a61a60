# Single operations on built-in containers are not torn by thread switches.
import sys
import threading
sys.setswitchinterval(1e-5)
items, table, seen = [], {}, set()


def work(start):
    for i in range(start, start + 3000):
        items.append(i)
        table[i] = i
        seen.add(i)
        if i % 3 == 0:
            items.sort(key=None)
            del table[i]


threads = [threading.Thread(target=work, args=(k * 3000,)) for k in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print(len(items), sorted(items) == list(range(9000)), len(table), len(seen),
    sum(table) == sum(i for i in range(9000) if i % 3))
swap = [1, 2]
stop = threading.Event()


def swapper():
    while not stop.is_set():
        swap[0], swap[1] = swap[1], swap[0]


class Account:
    def __init__(self): self.balance, self.lock = 0, threading.Lock()

    def deposit(self, n):
        with self.lock:
            balance = self.balance
            for _ in range(3): pass
            self.balance = balance + n


account = Account()
ts = [threading.Thread(target=lambda: [account.deposit(1) for _ in range(1500)]) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(account.balance)
generator_lock = threading.Lock()


def numbers():
    for i in range(3000):
        yield i


shared = numbers()
collected = []


def drain():
    while True:
        with generator_lock:
            try:
                value = next(shared)
            except StopIteration:
                return
        collected.append(value)


ts = [threading.Thread(target=drain) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(collected) == list(range(3000)))
once = []


def initialise(lock=threading.Lock(), state={}):
    with lock:
        if "value" not in state:
            once.append(1)
            state["value"] = 42
    return state["value"]


ts = [threading.Thread(target=initialise) for _ in range(5)]
for t in ts: t.start()
for t in ts: t.join()
print(once, initialise())
import string
modules = []
ts = [threading.Thread(target=lambda: modules.append(__import__("decimal").Decimal(1) + 1)) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(modules)
