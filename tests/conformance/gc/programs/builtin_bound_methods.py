"""Bound methods of built-in containers in the containers."""
for i in range(1000):
    x = []
    x.append(x.append)
    d = {}
    d["get"] = d.get
