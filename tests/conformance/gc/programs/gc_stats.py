"""Statistics and counts."""
import gc

before = gc.get_stats()
for i in range(3000):
    x = [i]
    x.append(x)
after = gc.get_stats()
print([a["collections"] - b["collections"] for a, b in zip(after, before)])
print([a["collected"] - b["collected"] for a, b in zip(after, before)])
