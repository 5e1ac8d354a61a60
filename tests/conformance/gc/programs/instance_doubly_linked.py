"""Doubly linked lists."""
class Link:
    __slots__ = ("before", "after", "value")

def chain(n):
    first = None
    for i in range(n):
        link = Link()
        link.value = i
        link.before = first
        link.after = None
        if first:
            first.after = link
        first = link

for i in range(60):
    chain(50)
