"""Frozen objects are left alone."""
import gc

kept = [[i] for i in range(1000)]
gc.freeze()
for i in range(1500):
    x = []
    x.append(x)
print(gc.get_freeze_count() > 1000)
gc.unfreeze()
gc.collect()
del kept
for i in range(1500):
    x = {}
    x[1] = x
