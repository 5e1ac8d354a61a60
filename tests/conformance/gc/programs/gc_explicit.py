"""gc.collect() of each generation at chosen points."""
import gc

def garbage(n):
    for i in range(n):
        x = []
        x.append(x)

for generation in (0, 1, 2, 0, 0, 1, 2):
    garbage(150)
    print(gc.collect(generation))
