# complex: literals, parsing, arithmetic, repr, comparison.
inf, nan = float("inf"), float("nan")
print(1j, 1 + 2j, -0.0 + 1j, complex(0.0, -0.0), complex(-0.0, 0), complex(nan, inf), complex(1e20, -1.5e-7), 3j * 1j,
    0j, -0j, +1j, 1e300j)
for args in (("1+2j",), ("1",), ("j",), ("-j",), (" ( 1-2J ) ",), ("1e3+.5j",), ("nan+infj",), ("1 + 2j",), ("",),
        ("1+2",), ("2j+1",), ("1_0+1_1j",), (1, 2), (1j, 1j), (1.5,), ("1", 2), (1, "2"), (None,), ([],), (True, False),
             ("(1)",), ("((1))",), ("1+j1",), (b"1",), (10 ** 400,)):
    try:
        print(args, "->", complex(*args))
    except Exception as error:
        print(args, "->", type(error).__name__, error)
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** b, a ** 2, a ** -1, a ** 0, abs(a), a.conjugate(), a.real, a.imag, -a,
    a == 3 + 4j, a != b, hash(a) == hash(3 + 4j), hash(3 + 0j) == hash(3), bool(0j), bool(1j))
for source in ("a < b", "a // b", "a % b", "divmod(a, b)", "int(a)", "float(a)", "a / 0", "0j ** -1", "0j ** 1j",
        "a & 1", "round(a)", "a.real = 1", "complex(1, 2, 3)", "pow(a, 2, 3)", "abs(1e308 + 1e308j)",
        "(1e200 + 1j) ** 2",
               "a == 'x'", "1 + 1j == 1 + 1j", "3 == 3 + 0j", "3 + 0j == 3.0", "complex(real=1)", "complex(imag=2)",
                   "sum([1j, 2])", "a ** 0.5", "(-1) ** 0.5", "2 ** 1j", "10 ** 30 == complex(10 ** 30)"):
    try:
        value = eval(source)
        print(source, "=", complex(round(value.real, 12), round(value.imag, 12)) if isinstance(value,
            complex) and abs(value) < 1e9 else value)
    except SyntaxError:
        print(source, "is a statement")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print(f"{1 + 2j:.2f} {1 + 2j:>12} {1 + 2j:g} {1.5j:e} {0j} {1234567 + 1j:,}", str(1j), "%s" % 2j,
    repr(complex("-0-0j")))
for spec in ("05", "=10", "d", "x<10=", "s"):
    try:
        print(format(1 + 2j, spec))
    except ValueError as error:
        print(spec, error)


class C:
    def __complex__(self): return 1 + 1j


class D:
    def __float__(self): return 2.0


class E:
    def __complex__(self): return 5


print(complex(C()), complex(D()), complex(D(), D()))
try:
    complex(E())
except TypeError as error:
    print(error)
