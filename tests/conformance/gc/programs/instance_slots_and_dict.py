"""A class with slots and a subclass with a dict."""
class S:
    __slots__ = ("a",)

class T(S):
    pass

for i in range(1500):
    t = T()
    t.a = t
    t.b = [t]
