"""Instances of a tuple subclass that hold themselves through an attribute."""
class T(tuple):
    pass

for i in range(900):
    t = T((1, 2))
    t.me = t
