"""enumerate, zip, map and filter objects in cycles."""
for i in range(600):
    x = [1, 2]
    x += [enumerate(x), zip(x, x), map(str, x), filter(None, x)]
