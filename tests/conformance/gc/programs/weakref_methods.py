"""WeakMethod and finalize."""
import weakref

class A:
    def f(self): return 1

out = []
for i in range(200):
    a = A()
    a.me = a
    m = weakref.WeakMethod(a.f)
    m()()
    weakref.finalize(a, out.append, i)
del a
print(len(out) > 50, out[:3])
