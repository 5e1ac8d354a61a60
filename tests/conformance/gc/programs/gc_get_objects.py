"""Looking at the heap: get_objects, get_referrers, get_referents."""
import gc

gc.set_threshold(30, 4, 4)

class A: pass

for i in range(30):
    a = A()
    a.me = [a]
    gc.get_referrers(a)
    gc.get_referents(a)
    len(gc.get_objects(0))
    gc.is_tracked(a)
