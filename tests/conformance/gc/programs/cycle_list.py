"""Lists that hold themselves."""
for i in range(3000):
    x = []
    x.append(x)
