# The cycle collector: what is found, in which order finalizers run, resurrection, thresholds, callbacks, debugging lists.
import gc
import weakref
gc.collect()
gc.disable()


class Node:
    def __init__(self, name, link=None): self.name, self.link = name, link
    def __repr__(self): return f"<{self.name}>"


def cycle(*names):
    nodes = [Node(name) for name in names]
    for first, second in zip(nodes, nodes[1:] + nodes[:1]):
        first.link = second
    return nodes[0]


print(gc.isenabled(), gc.get_threshold())
cycle("a", "b")
print(gc.collect(), gc.collect(), gc.garbage)
cycle("a"); cycle("b", "c", "d")
print(gc.collect(0), gc.collect(1), gc.collect(2))
l = []
l.append(l)
d = {}
d["self"] = d
s = [set() for _ in range(1)]
t = ([],)
t[0].append(t)
del l, d, t, s
print(gc.collect())


def function():
    def inner(): return inner
    return 1


function()
print(gc.collect())


def generator():
    me = yield
    yield me


g = generator()
next(g)
g.send(g)
del g
print(gc.collect())
type("Cyclic", (), {})
print(gc.collect() > 3)


class Final(Node):
    def __del__(self): print("del", self.name, self.link.name if self.link else None)


a = Final("x")
a.link = Final("y", a)
w = weakref.ref(a)
del a
print(gc.collect(), w())


class Phoenix(Node):
    risen = []

    def __del__(self):
        print("phoenix del", self.name)
        self.risen.append(self)


p = Phoenix("p")
p.link = p
r = weakref.ref(p)
del p
print(gc.collect(), Phoenix.risen, r())
Phoenix.risen.pop().link
print(gc.collect(), "deleted once only")
e = Exception()

try:
    raise e
except Exception as caught:
    kept = caught
kept.frame_cycle = kept.__traceback__.tb_frame
del e
print(gc.is_tracked(kept), gc.is_finalized(kept))
phases = []


def callback(phase, info):
    phases.append((phase, info["generation"], info["collected"], info["uncollectable"]))


gc.callbacks.append(callback)
cycle("q")
gc.collect(1)
gc.callbacks.remove(callback)
print(phases)
gc.set_debug(gc.DEBUG_SAVEALL)
cycle("saved", "too")
print(gc.collect(), sorted(repr(o) for o in gc.garbage if isinstance(o, Node)), gc.get_debug() == gc.DEBUG_SAVEALL)
gc.set_debug(0)
gc.garbage.clear()
gc.set_threshold(1, 2, 3)
print(gc.get_threshold())
gc.set_threshold(700, 10, 10)
gc.freeze()
print(gc.get_freeze_count() > 100)
gc.unfreeze()
print(gc.get_freeze_count(), [sorted(stat) for stat in gc.get_stats()][0], len(gc.get_count()))
for bad in (lambda: gc.collect(3), lambda: gc.collect(-1), lambda: gc.collect("x"), lambda: gc.set_threshold(),
        lambda: gc.set_debug("x"), lambda: gc.get_objects(generation=5)):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
