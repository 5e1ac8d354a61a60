"""Instances whose __dict__ was asked for."""
class A:
    pass

for i in range(1500):
    a = A()
    a.x = i
    d = a.__dict__
    d["me"] = a
