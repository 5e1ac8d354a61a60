"""An iterator of os.scandir() that is dropped while it is open lives on in the warning that tells so."""
import gc
import os
import sys
import warnings

os.chdir(os.path.dirname(os.path.abspath(__file__)))
print([name for name in vars(type(os.scandir())) if name not in ("__doc__", "__module__")])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    iterator = os.scandir()
    first = next(iterator).name
    del iterator
    gc.collect()
print([(type(each.message).__name__, str(each.message).split(" at 0x")[0]) for each in caught])
kept = caught[0].source
del caught
others = [str(i) * 3 for i in range(1000)]
print(type(kept), list(kept), sys.getrefcount(kept), kept.close())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    del kept
    gc.collect()
print(caught, len(others))
