"""What a call of a class holds while __init__ runs, and how it ends."""
import sys, gc
class C:
    def __init__(self, a, b):
        self.n = (sys.getrefcount(a), sys.getrefcount(self), sys.getrefcount(C), sys.getrefcount(b))
        self.t = (a, b)
class D:
    def __init__(self): self.n = sys.getrefcount(self), sys.getrefcount(D)
class E:
    def __init__(self, bad):
        if bad: raise ValueError(bad)
class F:
    def __init__(self, x): self.x = x; return x
class G:
    def __init__(self, deep):
        if deep: self.inner = G(deep - 1)
class H:
    def __init__(self, x): self.x = x
    def __del__(self): log.append(('del', self.x))
class K:
    def __init__(self, kind): self.__class__ = kind
log = []
def run():
    out = set()
    a, b = object(), [1]
    for i in range(100):
        c = C(a, b); out.add(c.n); d = D(); out.add(d.n)
    print(sorted(out, key=str))
    for i in range(60):
        try: E(i if i % 7 == 0 else 0)
        except ValueError as e: log.append(str(e))
    for i in range(40):
        try: F(None if i < 38 else i)
        except TypeError as e: log.append(str(e))
    for i in range(50): H(i if i % 10 == 0 else -1)
    for i in range(30): log.append(type(K(D if i % 2 else E)).__name__)
    for i in range(30): G(20)
    try: G(5000)
    except RecursionError as e: log.append(str(e))
def gen():
    for i in range(40): yield C(i, i).t, D().n
def counts():
    gc.disable(); gc.collect()
    for i in range(30): H(1)
    x = gc.get_count()[0]
    for i in range(100): C(i, i)
    print(gc.get_count()[0] - x)
run(); print(log); print(list(gen())[-1]); counts(); counts()
def depth():
    n = 0
    class R:
        def __init__(self, k):
            nonlocal n; n = max(n, k); R(k + 1)
    try: R(0)
    except RecursionError as e: return n, str(e)
for i in range(4): print(depth())
def f(n):
    def g(*a): pass
    sys.settrace(lambda *a: None)
    for i in range(n): D()
    sys.settrace(None)
    for i in range(n): D()
f(30)
import traceback
class T:
    def __init__(self, v): v.x
for i in range(40):
    try: T(5)
    except AttributeError: s = traceback.format_exc()
print(s)
