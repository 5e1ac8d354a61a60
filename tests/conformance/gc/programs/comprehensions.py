"""Comprehensions of each kind, nested, with cycles."""
for i in range(150):
    a = [[j] for j in range(10)]
    b = {j: [j] for j in range(10)}
    c = {(j, j) for j in range(10)}
    d = list([k, a] for k in a)
    a.append((a, b, c, d))
