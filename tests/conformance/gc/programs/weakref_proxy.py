"""Proxies to objects in cycles."""
import weakref

class A:
    value = 3

for i in range(800):
    a = A()
    a.me = a
    p = weakref.proxy(a)
    p.value
    a.p = p
