# float(), round(), int ratio, is_integer.
for arg in ("1.5", " -2.5e3\n", "1_0.5", "inf", "-Infinity", "nan", "+NaN", "1e400", "1e-400", ".5", "5.", "e5", "",
        "1__0", "0x10", "١.٥", "1.5j", b"2.5", bytearray(b"1"), 3, True,
            10 ** 25, None, [], 1j, "1 2", "\u00a01.0", "infinit", "1e", "--1", "123456789012345678901234567890",
                "2.2250738585072011e-308", "0.1e-6", "179769313486231580793e289"):
    try:
        print(repr(arg), "->", float(arg))
    except Exception as error:
        print(repr(arg), "->", type(error).__name__, error)
print([round(v) for v in (0.5, 1.5, 2.5, -0.5, -1.5, 2.4999999999999996, 1e20)],
    [type(round(1.0)).__name__, type(round(1.0, 0)).__name__])
print([round(v, n) for v, n in ((2.675, 2), (2.5, 0), (1234.5678, -2), (0.05, 1), (0.15, 1), (0.25, 1), (0.35, 1),
    (5e-324, 400), (1e308, -308), (1.5e308, -308 + 1), (-0.0, 1), (1.005, 2))])
for source in ("round(float('nan'))", "round(float('inf'))", "round(1.5, 'x')", "round(float('nan'), 2)",
        "round(1.7e308, -308)", "round('a')", "round(1.5, None)"):
    try:
        print(source, eval(source))
    except Exception as error:
        print(source, type(error).__name__, error)
print((0.75).as_integer_ratio(), (-0.1).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(),
    float("inf").is_integer(), (5.7).__trunc__(), (5.7).__floor__(), (-5.7).__ceil__(), (1.5).real, (1.5).imag,
      (1.5).conjugate(), float(), float.__getformat__("double"))
for bad in (float("nan"), float("-inf")):
    try:
        bad.as_integer_ratio()
    except Exception as error:
        print(type(error).__name__, error)


class F:
    def __float__(self): return 2.5


class I:
    def __index__(self): return 4


class Bad:
    def __float__(self): return 3


class Sub(float):
    def __repr__(self): return f"Sub({float(self)})"


print(float(F()), float(I()), Sub(1.5), Sub(1.5) + 1, float(Sub(2)), str(Sub(1)), f"{Sub(1):.2f}")
try:
    float(Bad())
except TypeError as error:
    print(error)
