"""String methods and formatting, which make few collected objects."""
import gc

gc.set_threshold(30, 4, 4)
for i in range(500):
    parts = "a,b,c,d".split(",")
    parts.append(parts)
    "{} {x}".format(i, x=parts[0])
    "%s %d" % ("a", i)
    f"{parts[1]!r:>10}"
    "abc".startswith(("a", "b")), "abc".find("c"), "abc".replace("a", "b")
    ", ".join([str(k) for k in range(5)])
    "a b".partition(" ")
