"""DEBUG_SAVEALL keeps what would be collected."""
import gc

gc.set_debug(gc.DEBUG_SAVEALL)
for i in range(900):
    x = []
    x.append(x)
print(len(gc.garbage) > 500)
gc.set_debug(0)
gc.garbage.clear()
for i in range(900):
    x = []
    x.append(x)
