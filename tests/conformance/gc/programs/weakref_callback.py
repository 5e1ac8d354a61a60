"""Callbacks of weak references to cycles."""
import weakref

class A: pass

dead = []
kept = []
for i in range(1000):
    a = A()
    a.me = a
    kept.append(weakref.ref(a, lambda r, i=i: dead.append(i)))
print(len(dead) > 500, dead[:5])
