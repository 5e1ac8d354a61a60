"""Threads one after the other, each with garbage."""
import threading

def work(n):
    for i in range(n):
        x = []
        x.append(x)

for i in range(10):
    t = threading.Thread(target=work, args=(120,))
    t.start()
    t.join()
