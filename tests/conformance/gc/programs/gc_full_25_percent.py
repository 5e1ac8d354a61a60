"""Full collections wait until a quarter of the heap is new."""
import gc

gc.set_threshold(100, 2, 2)
kept = []
for i in range(12000):
    kept.append([i])
    if i % 10 == 0:
        x = []
        x.append(x)
print(gc.get_stats()[2]["collections"] < 40)
