"""Very small thresholds: a collection every few objects."""
import gc

gc.set_threshold(20, 3, 3)
for i in range(400):
    x = []
    x.append(x)
    y = {"i": [i]}
