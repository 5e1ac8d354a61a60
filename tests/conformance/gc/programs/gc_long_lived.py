"""Objects that survive into the oldest generation and die there."""
ring = [None] * 500
for i in range(9000):
    x = [i]
    x.append(x)
    ring[i % 500] = x
