"""Slots with __weakref__, and weak references to the instances."""
import weakref

class S:
    __slots__ = ("me", "__weakref__")

refs = []
for i in range(1200):
    s = S()
    s.me = s
    refs.append(weakref.ref(s))
print(sum(r() is not None for r in refs[:-1]) < len(refs))
