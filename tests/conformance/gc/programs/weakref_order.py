"""The order of callbacks and finalizers in one collection."""
import gc
import weakref

marks = []

class A:
    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        marks.append("del " + self.name)

kept = []
for name in "abcdef":
    a = A(name)
    kept.append(weakref.ref(a, lambda r, n=name: marks.append("callback " + n)))
del a
gc.collect()
print(*marks, sep="\n")
