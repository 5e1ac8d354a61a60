# When collections start by themselves: allocation counts and generations.
import gc
events = []


def record(phase, info):
    if phase == "start":
        events.append(info["generation"])


gc.collect()
gc.callbacks.append(record)
keep = []
for i in range(25000):
    keep.append([])
gc.callbacks.remove(record)
print(len(events), events.count(0), events.count(1), events.count(2))
print(events[:25])
events.clear()
gc.set_threshold(100, 3, 2)
gc.collect()
gc.callbacks.append(record)
garbage = 0


class Node: pass


for i in range(3000):
    n = Node()
    n.me = n
gc.callbacks.remove(record)
del n
print(len(events), events[:20])
gc.set_threshold(0)
events.clear()
gc.callbacks.append(record)
for i in range(5000):
    keep.append([])
gc.callbacks.remove(record)
print(events)
gc.set_threshold(700, 10, 10)
