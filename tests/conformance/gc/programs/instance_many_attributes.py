"""Instances with more attributes than shared keys hold."""
import gc

gc.set_threshold(30, 4, 4)
class A:
    pass

for i in range(200):
    a = A()
    for k in range(40):
        setattr(a, f"n{k}", k)
    a.me = a
