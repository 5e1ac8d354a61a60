"""Weak references that are part of the garbage: no callback."""
import weakref

class A: pass

called = []
for i in range(900):
    a = A()
    a.me = a
    a.ref = weakref.ref(a, called.append)
print(called)
