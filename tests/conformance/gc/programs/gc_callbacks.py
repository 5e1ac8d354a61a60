"""The program's own callbacks, which allocate."""
import gc

seen = []
gc.callbacks.append(lambda phase, info: seen.append((phase, info["generation"], info["collected"])))
for i in range(1500):
    x = []
    x.append(x)
gc.callbacks.pop()
print(len(seen), seen[:2])
