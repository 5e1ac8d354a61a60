# str.format: fields, attributes, indexes, nesting, conversions, format_map, Formatter's corner cases.
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __format__(self, spec): return f"<{self.x},{self.y}:{spec}>"
    def __repr__(self): return "Point!"


p = Point(1, [2, {"k": "v"}])
print("{} {} {}".format(1, "a", None), "{0} {1} {0}".format("x", "y"), "{a} {b!r}".format(a=1, b="s"),
    "{0.x} {0.y[0]} {0.y[1][k]}".format(p), "{:spec}|{!r:>8}|{!s:.3}|{!a}".format(p, p, "abcdef", "é"))
print("{:{}}|{:{w}.{p}f}".format(5, 3, 2.5, w=8, p=3), "{{}} {{{}}}".format(1), "{0[a]} {0[0]}".format({"a": 1, 0: 2}),
    "{[1]}".format("ab"), "{.real}".format(5), "{0[a b]}".format({"a b": 3}), "{:>{width}}".format("r", width=4))
print("{:{fill}{align}10}".format("mid", fill="*", align="^"), "{!r}".format("q"), "{0!s}{0!r}".format("z"),
    "{}".format(*[1, 2]), "{:%Y}".format(__import__("datetime").date(2020, 1, 2)), "{k}".format(**{"k": 1}),
    "{:d}".format(True))
print("{a[b]}".format_map({"a": {"b": 1}}), "{missing}".format_map(type("D", (dict,),
    {"__missing__": lambda self, key: f"<{key}>"})()))
for source in ("'{}'.format()", "'{} {1}'.format(1, 2)", "'{1} {}'.format(1, 2)", "'{a}'.format()", "'{'.format()",
        "'}'.format()", "'{!x}'.format(1)", "'{!}'.format(1)", "'{0.nope}'.format(1)", "'{0[x]}'.format([1])",
        "'{0[5]}'.format([1])", "'{:d}'.format('a')", "'{0[}'.format([1])", "'{0.}'.format(1)",
               "'{:{:{}}}'.format(1, 2, 3)", "'{!rr}'.format(1)", "'{0!r'.format(1)", "'{0[1]x}'.format('ab')",
                   "'{-1}'.format(1)", "'{99999999999999999999}'.format(1)", "'{a.b}'.format(a=1)",
                   "'{:{a}}'.format(1)", "'{!r }'.format(1)", "'{ }'.format(1)", "'{0 }'.format(1)",
                   "'{a b}'.format(**{'a b': 2})", "'{}'.format_map([])", "'{x}'.format_map(5)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print("{}{}".format("é", "😀"), "{:é^5}".format("x"), "{0:}".format(1), "{:}".format("s"),
    ("{:" + "1" * 3 + "}").format("w").strip(), "{0.__class__.__name__}".format(3))
