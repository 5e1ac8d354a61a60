# Attributes and methods of int; identity of small values; subclasses.
n = 1234
print(n.real, n.imag, n.numerator, n.denominator, n.conjugate(), n.bit_length(), n.bit_count(), n.as_integer_ratio(),
    (-7).bit_count(), n.__index__())
print((5).__add__(3), (5).__add__("a"), (5).__radd__(2), (7).__divmod__(2), (2).__pow__(3, 5), (5).__rsub__(8),
    (0).__bool__(), (5).__format__("03d"))
print(round(1234, -2), round(1250, -2), round(1350, -2), round(-1250, -2), round(5), round(15, -1), round(25, -1),
    round(7, 3), (7).__round__(-1))
a, b = 256, 256
print(a is b, int("256") is int("256"), int("257") is int("257"), int("-5") is int("-5"), int("-6") is int("-6"))
print((3).__class__, type(3)(4), int.__name__, int.__mro__, bool.__mro__, bool.__base__)
print(sorted(name for name in vars(int) if not name.startswith("_")))


class Money(int):
    """An int subclass keeps its type only where it says so."""

    def __new__(cls, value, currency="EUR"):
        self = super().__new__(cls, value)
        self.currency = currency
        return self

    def __repr__(self):
        return f"Money({int(self)}, {self.currency!r})"

    def __add__(self, other):
        return Money(int(self) + int(other), self.currency)


m = Money(5, "CHF")
print(m, m + 1, m - 1, type(m - 1), -m, [m], m == 5, hash(m) == hash(5), {5: "x"}[m], f"{m:>5}", "%d" % m, str(m),
    range(10)[m])
for source in ("bool(2)", "bool('')", "bool()", "True == 1", "True is 1", "type(True)(0)", "int.__add__(True, 2)",
        "bool.__new__(bool, 5)", "int.__new__(bool, 1)",
               "int.__new__(str)", "class_ := type('B', (bool,), {})", "(1).x", "int.nothing", "(1).__add__()",
                   "int.bit_length()", "int.bit_length('a')"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
