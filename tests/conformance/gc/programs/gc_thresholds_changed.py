"""Thresholds that change while the program runs."""
import gc

kept = []
for n in (50, 1000, 10, 300, 700):
    gc.set_threshold(n, 5, 2)
    for i in range(800):
        x = [i]
        x.append(x)
        if i % 100 == 0:
            kept.append(x)
print(gc.get_threshold())
