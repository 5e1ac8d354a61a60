# Long linked structures are freed and collected without deep recursion.
import gc


class Node:
    __slots__ = ("next", "__weakref__")
    def __init__(self, next): self.next = next


class Plain: pass


n = 200_000
head = None
for _ in range(n):
    head = Node(head)
head = None
print("linked list freed")
head = last = Plain()
for _ in range(n):
    new = Plain()
    new.previous, last.next = last, new
    last = new
head.previous = last
last.next = head
del head, last, new
gc.collect()
print("double ring collected")
chain = None
for _ in range(n):
    chain = [chain, {"k": (chain,)}] if _ % 2 else {"c": chain}
    if _ % 1000 == 0:
        chain = None
del chain
deep = lambda: 0
for _ in range(50_000):
    deep = (lambda inner: lambda: inner)(deep)
del deep
print("closures freed")


def generators():
    g = iter(())
    for _ in range(20_000):
        g = (lambda inner: (x for x in inner))(g)
    return g


g = generators()
del g
print("generators freed")
e = None
for _ in range(50_000):
    new = ValueError()
    new.__context__ = e
    e = new
del e, new
print("exceptions freed")


class WithDel:
    count = 0
    def __init__(self, next): self.next = next
    def __del__(self): WithDel.count += 1


w = None
for _ in range(20_000):
    w = WithDel(w)
del w
print(WithDel.count)
from itertools import chain as ichain
it = iter([1])
for _ in range(20_000):
    it = ichain(it, ())
del it
print("iterators freed")
