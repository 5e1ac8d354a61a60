"""zip, enumerate and dict items in loops, whose tuples are reused."""
d = {k: [k] for k in range(20)}
for i in range(200):
    for k, v in d.items():
        pass
    for n, (k, v) in enumerate(d.items()):
        pass
    for a, b in zip(d, d.values()):
        pass
    kept = [pair for pair in zip(d, d)]
    kept.append(kept)
