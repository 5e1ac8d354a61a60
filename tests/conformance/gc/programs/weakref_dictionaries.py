"""Weak dictionaries and sets whose entries die in collections."""
import weakref

class A:
    def __init__(self):
        self.me = self

values, keys, members = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
for i in range(300):
    a = A()
    values[i] = a
    keys[a] = i
    members.add(a)
del a
print(len(values) < 300)
