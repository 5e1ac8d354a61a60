"""Instances of list and dict subclasses that hold themselves."""
class L(list):
    pass

class D(dict):
    pass

for i in range(800):
    x = L()
    x.append(x)
    x.name = "x"
    d = D()
    d["d"] = d
