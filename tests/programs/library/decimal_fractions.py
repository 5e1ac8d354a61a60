# decimal and fractions: arithmetic, contexts, rounding, conversion. (As for datetime, only the types of decimal's errors.)
from decimal import *
from fractions import Fraction
D = Decimal
print(D("1.10") + D("2.20"), D("0.1") * 3, D(1) / D(7), D(2).sqrt(), D("1e3"), D("-0"), D("NaN"), D("Infinity"), D(0.1),
    D(5), D((1, (1, 2, 3), -2)), D("1_000.5"), D(" 3.5 "), D(True), repr(D("1.50")), D("1.50") == D("1.5"),
    hash(D("1.0")) == hash(1), D("7") // D("-2"), D("7") % D("-2"), divmod(D(-7), 2), D(2) ** 10, D(2) ** -1,
    D(2) ** D("0.5"), -D(5), abs(D(-5)), D("1.5") + 1, 2 - D(1), D(1) < 2, D("1.5") == 1.5, max(D(1), 2),
    sum([D("0.1")] * 10))
print(D("3.14159").quantize(D("0.01")), D("2.675").quantize(D("0.01"), rounding=ROUND_HALF_UP), D("1e5").normalize(),
    D("100").normalize(), D("123.456").to_integral_value(), D("1.23E+5").to_eng_string(), D("12.30").as_tuple(),
    D("0.5").as_integer_ratio(), D(12).adjusted(), D("1.2").copy_sign(D(-1)), D(10).log10(), D(1).exp(), D(10).ln(),
    D(5).compare(D(6)), D("1.0").is_signed(), D("sNaN").is_snan(), D(3).fma(2, 1), D("1.1").next_plus(), D(5).scaleb(2),
    D(12).logb(), D("1.5").remainder_near(1), D("101") .logical_and(D("110")), int(D("3.9")), float(D("2.5")),
    round(D("2.5")), round(D("2.675"), 2), D("9.99").__floor__(), D("9.01").__ceil__(), complex(D(1)), bool(D(0)),
    str(D("1E-10")), D("0.000001"), D("0.0000001"))
for rounding in (ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
        ROUND_05UP):
    print(rounding, [str(D(v).quantize(D(1), rounding=rounding)) for v in ("1.5", "2.5", "-1.5", "1.1", "-1.9", "5.5")])
with localcontext() as ctx:
    ctx.prec = 6
    print(D(1) / 3, D("123456789") + 0, getcontext().prec, +D("1.23456789"))
    ctx.rounding = ROUND_DOWN
    print(D(2) / 3)
    ctx.traps[Inexact] = True
    try:
        D(1) / 3
    except Inexact as error:
        print(type(error).__name__)
print(getcontext().prec, getcontext().rounding, Context(prec=3).divide(1, 3), ExtendedContext.divide(1, 0),
    getcontext().create_decimal("1.5"), f"{D('1234567.891'):,.2f}", f"{D('0.5'):.0%}", f"{D('1.5'):>10}",
    f"{D('1e10'):e}", f"{D('3.14159'):.3}", "%.2f" % D("2.5"))
for source in ("D('x')", "D('')", "D(1) / 0", "D(0) / 0", "D('NaN') < 1", "D('sNaN') + 1", "D(1) + 1.5", "D(1) + 'a'",
        "D([])", "D('Infinity') - D('Infinity')", "D(-1).sqrt()", "D(-1).ln()", "D(0) ** 0",
        "D('1e400') * D('1e999999')", "int(D('NaN'))", "int(D('Infinity'))", "D('1.5').quantize(D('1e-50'))",
        "D(1) // 0", "D(1) % 0", "D(1).quantize('x')", "hash(D('sNaN'))", "Context(prec=0)", "Context(rounding='x')",
        "D('NaN') == D('NaN')", "float(D('sNaN'))", "D(1) < 'a'", "D((1, 2))", "D('1').nope", "round(D('NaN'))",
        "D(1) == Fraction(1)", "D(10) ** 1000 > 1"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}")
F = Fraction
print(F(1, 3) + F(1, 6), F("3/4"), F("0.125"), F(0.5), F(2.75), F("-1e-2"), F(D("0.1")), F(6, -4), repr(F(1, 2)),
    F(7, 2) // 1, F(7, 2) % 1, divmod(F(7, 2), F(2, 3)), F(1, 2) ** 3, F(1, 2) ** -2, F(4, 9) ** 0.5, F(1, 2) * 2,
    1 - F(1, 4), F(1, 2) + 0.5, F(1, 2) == 0.5, F(1, 3) < 0.34, hash(F(1, 2)) == hash(0.5), int(F(7, 2)),
    float(F(1, 3)), round(F(7, 2)), round(F(22, 7), 3), F(355, 113).limit_denominator(100),
    F(3.14159265).limit_denominator(1000), F(1, 2).numerator, -F(1, 2), abs(F(-1, 2)), F(8, 4), F(3).as_integer_ratio(),
    sum([F(1, n) for n in range(1, 6)]), F(True), F(), __import__("math").floor(F(-1, 2)), complex(F(1, 2)),
    max(F(1, 2), F(2, 3)))
for source in ("F(1, 0)", "F('x')", "F(1.5, 2)", "F(float('nan'))", "F(float('inf'))", "F(1) / 0", "F('1/0')",
        "F(None)", "F(1, 2) < 1j", "F(1, 2) + 'a'", "F(0) ** -1", "F('1 /2')",
        "F(1).limit_denominator(0)", "F('1_000/3')", "F('1/-2')"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
getcontext().prec = 60
print(D(2).sqrt(), D(1).exp(), sep="\n")
