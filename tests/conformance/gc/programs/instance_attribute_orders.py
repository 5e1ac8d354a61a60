"""Instances whose attributes come in different orders, or are deleted."""
class A:
    pass

for i in range(900):
    a = A()
    if i % 2:
        a.x, a.y = i, a
    else:
        a.y, a.x = a, i
    if i % 3 == 0:
        del a.x
