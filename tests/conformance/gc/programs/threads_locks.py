"""Locks, conditions, events and semaphores in one thread."""
import threading

for i in range(200):
    lock = threading.Lock()
    with lock:
        pass
    rlock = threading.RLock()
    with rlock:
        with rlock:
            pass
    condition = threading.Condition()
    with condition:
        condition.notify()
    event = threading.Event()
    event.set()
    event.me = event
    with threading.Semaphore(2):
        pass
