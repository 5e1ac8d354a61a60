"""Two lists that hold each other, and a list of strings beside them."""
for i in range(1500):
    a, b = [], ["payload", i]
    a.append(b)
    b.append(a)
