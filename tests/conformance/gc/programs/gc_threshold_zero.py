"""A threshold of 0 switches automatic collection off."""
import gc

gc.set_threshold(0)
for i in range(2000):
    x = []
    x.append(x)
print(gc.collect() > 1900)
gc.set_threshold(700, 10, 10)
for i in range(1500):
    x = []
    x.append(x)
