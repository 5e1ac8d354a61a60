"""Generator expressions that hold their own list."""
for i in range(900):
    x = [1, 2, 3]
    x.append(y for y in x)
    next(x[-1])
