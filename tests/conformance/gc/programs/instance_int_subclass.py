"""Instances of int and str subclasses with attributes."""
class I(int):
    pass

class S(str):
    pass

for i in range(700):
    n = I(i)
    n.me = n
    s = S("s")
    s.me = s
