"""Sections with the collector off."""
import gc

for i in range(20):
    gc.disable()
    for k in range(300):
        x = []
        x.append(x)
    gc.enable()
    for k in range(100):
        y = []
        y.append(y)
