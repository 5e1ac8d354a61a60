# Float operations with signed zeros, infinities and NaN; mixed with ints.
inf, nan = float("inf"), float("nan")
values = [0.0, -0.0, 1.5, -2.5, inf, -inf, nan]
for op in ("+", "-", "*", "/", "//", "%", "**"):
    row = []
    for a in values:
        for b in values:
            try:
                row.append(str(eval(f"a {op} b")))
            except ZeroDivisionError:
                row.append("Z")
            except OverflowError:
                row.append("O")
    print(op, *row)
print(7 // 2.0, -7 // 2.0, 7 % -2.5, -7.5 % 2, divmod(-7.5, 2), divmod(7.5, -0.7), 5.5 // 0.1, 1e300 % 3)
for source in ("1e308 * 10", "-1e308 - 1e308", "2.0 ** 1024", "(-8.0) ** (1/3)", "0.0 ** -1", "10 ** 400 / 3.0",
        "10 ** 400 / 10 ** 399", "1.0 / 10 ** 400", "10 ** 400 + 1.0",
               "float(10 ** 400)", "int(1e30)", "2 ** 53 + 1 == 2.0 ** 53 + 1", "10 ** 30 == 1e30", "10 ** 22 == 1e22",
                   "2 ** 63 < 1e19", "10 ** 400 > 1e308", "inf > 10 ** 400",
               "nan < 10 ** 400", "hash(inf)", "hash(-inf)", "hash(2.5)", "hash(1e300)", "hash(3.0) == hash(3)",
                   "1e16 + 1.0", "0.1 + 0.2 == 0.3", "-(0.0)", "0.0 == -0.0",
               "(5).__truediv__(2.0)", "7 / 2", "6 / 2", "(2 ** 60 + 1) / 3", "-7 / 2", "1 / 3 * 3 == 1", "5e-324 / 2",
                   "1e-320 * 0.5", "1.0 < 2 < 2.5", "3 == 3.0 == 3 + 0j"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
