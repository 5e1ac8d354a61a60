# The % operator of str and bytes.
class Value:
    def __str__(self): return "str"
    def __repr__(self): return "repr\u20ac"
    def __float__(self): return 1.5
    def __index__(self): return 42


v = Value()
print("%s|%r|%a|%5s|%-5s|%.2s|%c|%c|%%" % (v, v, v, "ab", "ab", "abcdef", "x", 0x20AC))
print("%d|%5d|%-5d|%05d|%+d|% d|%i|%u|%x|%X|%#x|%o|%#o|%.5d|%+.3d|%#X" % (42, 42, 42, 42, 42, 42, -42, 42, 255, 255,
    255, 8, 8, 42, 7, 255))
print("%f|%.2f|%10.3f|%-10.1f|%+f|%e|%.3E|%g|%G|%.3g|%#g|%F|%010.2f|%.0f|%#.0f" % (1.5, 2.675, 3.14159, 2.5, 1.0,
    12345.678, 0.00012, 1e-5, 1e20, 1234567.0, 1.0, float("inf"), -3.5, 2.5, 2.0))
print("%*d|%-*s|%.*f|%*.*f" % (5, 42, 6, "ab", 2, 3.14159, 8, 3, 2.5), "%(a)s %(b)05.1f %(a)r" % {"a": "x", "b": 2.25},
    "%s" % (1,), "%s %s" % ((1, 2), [3]), "%s" % [1, 2], "%s" % {"k": 1})
print("%d %x %f %s" % (True, True, True, True), "%d" % 3.99, "%x" % v, "%f" % v, "%d" % 10 ** 20, "%x" % -(10 ** 20),
    "%.3d" % -5, "%c" % 65, "%hd %ld" % (1, 2), "no args" % (), "no args" % {})
for fmt, args in (("%d", "a"), ("%d", 1j), ("%x", 1.5), ("%s %s", 1), ("%s", (1, 2)), ("%", 1), ("%z", 1), ("%(a)s", 1),
        ("%(a)s", {}), ("%(a", {"a": 1}), ("%c", "ab"), ("%c", -1), ("%c", 0x110000), ("%*d", ("x", 1)), ("%f", "x"),
        ("%d", None), ("abc", 1), ("%i", v), ("%s %d", ("a",)),
                  ("%.*f", (1,)), ("%c", 1.5), ("%999999999999d", 1), ("%(a)s %s", {"a": 1}), ("%e", []), ("%o", "8"),
                      ("é%d", "x"), ("%s%", 1), ("%(x)d", {"x": "s"})):
    try:
        print(repr(fmt), "->", fmt % args)
    except Exception as error:
        print(repr(fmt), repr(args) if args is not v else "v", "->", type(error).__name__, error)
print(b"%s|%b|%d|%5.1f|%x|%c|%c|%a|%r" % (b"ab", bytearray(b"c"), 5, 2.25, 255, 65, b"z", "é", "é"),
    b"%(k)s" % {b"k": b"v"}, bytearray(b"%d") % 3)
for fmt, args in ((b"%s", "str"), (b"%c", 256), (b"%c", "a"), (b"%d", b"x"), (b"%b", 5), (b"%s", (1, 2)), (b"%q", 1)):
    try:
        print(fmt % args)
    except Exception as error:
        print(fmt, args, "->", type(error).__name__, error)
