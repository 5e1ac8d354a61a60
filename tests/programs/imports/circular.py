# Two modules that import each other: the partly initialised module is seen.
import sys
import ring.a
print(ring.a.b_value, ring.b.a_seen, ring.b.late())
try:
    import ring.c
except AttributeError as error:
    print(str(error).split(" (/")[0])
try:
    import ring.e
except ImportError as error:
    print(str(error).split(" (/")[0])
print("ring.c" in sys.modules, "ring.d" in sys.modules, "ring.e" in sys.modules)
