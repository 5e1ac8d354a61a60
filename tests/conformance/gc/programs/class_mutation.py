"""Classes whose attributes and bases are changed."""
class A:
    def f(self): return 1

class B:
    def f(self): return 2

for i in range(150):
    class C(A): pass
    c = C()
    c.f()
    C.f = lambda self: self
    c.f()
    C.__bases__ = (B,)
    del C.f
    c.f()
