# Contexts are hash array mapped tries, which _testcapi gives bare: their nodes, the order of their entries, and what
# copies share.
import contextvars
import gc
import random
import weakref

from _testcapi import hamt

class Key:
    def __init__(self, name, hash_): self.name, self.hash = name, hash_
    def __hash__(self): return self.hash
    def __eq__(self, other): return isinstance(other, Key) and self.name == other.name
    def __repr__(self): return f"{self.name}:{self.hash:x}"

def shape(node):
    kind = type(node).__name__
    if kind == "hamt": return shape(gc.get_referents(node)[0])
    if not kind.startswith("hamt_"): return repr(node)
    return f"{kind[5:6]}({', '.join(shape(child) for child in gc.get_referents(node))})"

def check(h, expected):
    assert len(h) == len(expected) and dict(h.items()) == expected
    assert list(h) == list(h.keys()) and list(h.values()) == [v for k, v in h.items()]

def random_changes(seed, hashes, count):
    rng = random.Random(seed)
    keys = [Key(f"k{i}", rng.choice(hashes)) for i in range(60)]
    h, expected, old = hamt(), {}, []
    for step in range(count):
        key = rng.choice(keys)
        if rng.random() < 0.6:
            value = rng.randrange(3)
            h, expected = h.set(key, value), {**expected, key: value}
        else:
            h = h.delete(key)
            expected.pop(key, None)
        if step % 50 == 0: old.append((h, dict(expected)))
        check(h, expected)
    for version, then in old: check(version, then)
    print(list(h.items()))
    print(shape(h))
    for key in list(h):
        assert key in h
        h = h.delete(key)
        assert key not in h and h.get(key, "none") == "none"
    print(len(h), h is hamt(), shape(h))

random_changes(1, range(12), 400)
random_changes(2, [1 << i for i in range(0, 60, 3)], 400)
random_changes(3, [0, 1 << 32, 1, 33, 33 << 10, -1, -2, 5 << 30], 400)
random_changes(4, range(0, 4096, 7), 600)

numbers = hamt()
for i in range(40):
    numbers = numbers.set(i * i, str(i))
    if i in (1, 15, 16, 17, 32): print(i, shape(numbers))
print(list(numbers.items()))
for i in range(39, -1, -1):
    numbers = numbers.delete(i * i)
    if i in (1, 15, 16, 17, 32): print(i, shape(numbers))

same = hamt().set("a", 1)
print(same.set("a", 1) is same, same.delete("b") is same, same == hamt().set("a", 1), same != hamt().set("a", 2), same == 1)
for wrong in (lambda: same.set([], 1), lambda: same["c"], lambda: same.set(1), lambda: hash(same), lambda: [] in same,
              lambda: same.delete(), lambda: type(iter(same))(), lambda: same < same):
    try: print(wrong())
    except Exception as e: print(type(e).__name__, e)

class Unequal(Key):
    __hash__ = Key.__hash__
    def __eq__(self, other): raise ValueError("no comparing")
try: hamt().set(Unequal("x", 1), 1).set(Unequal("y", 1), 2)
except ValueError as e: print(e)

class Thing: pass
def cycle():
    h, thing = hamt(), Thing()
    for i in range(40): h = h.set(i, thing)
    thing.h = h
    iterator = iter(h)
    print(gc.is_tracked(iterator), gc.get_referents(iterator)[0] is h)
    return weakref.ref(thing)
ref = cycle()
print(gc.collect() > 0, ref())

variables = [contextvars.ContextVar(f"v{i}", default=-1) for i in range(100)]
def fill():
    tokens = [v.set(i) for i, v in enumerate(variables)]
    inner = contextvars.copy_context()
    for token in reversed(tokens[50:]): token.var.reset(token)
    print(sum(v.get() for v in variables), sum(inner.values()), len(inner), sum(c for v, c in contextvars.copy_context().items()))
    print(contextvars.copy_context() == inner, inner == inner.copy())
contextvars.Context().run(fill)
def alternate(context, v):
    a = [context.run(v.get), v.get()]
    v.set("outer")
    a += [context.run(v.get), v.get()]
    context.run(v.set, "inner")
    return a + [context.run(v.get), v.get()]
print(contextvars.Context().run(alternate, contextvars.Context(), contextvars.ContextVar("x", default="default")))
