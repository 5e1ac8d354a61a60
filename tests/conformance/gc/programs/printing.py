"""print and repr of containers with cycles."""
import gc

gc.set_threshold(30, 4, 4)
for i in range(250):
    x = [1, {"a": (2, 3)}]
    x.append(x)
    repr(x)
    if i % 50 == 0:
        print(x, end=";")
print()
