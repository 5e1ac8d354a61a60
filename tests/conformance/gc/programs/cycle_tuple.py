"""Tuples in cycles through lists."""
for i in range(1500):
    x = []
    t = (x, i)
    x.append(t)
