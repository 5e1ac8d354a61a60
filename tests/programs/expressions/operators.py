# Arithmetic and bit operators between all number types, and precedence (6.5 to 6.9, 6.17).
values = [7, -3, 2.5, True, 1 + 2j]
operators = ["+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^"]
for op in operators:
    row = []
    for left in values[:4]:
        for right in (2, -2, 0.5, 0, 1j):
            try:
                result = eval(f"a {op} b", {"a": left, "b": right})
                row.append(f"{result:.6g}" if isinstance(result, float) else repr(result))
            except (TypeError, ZeroDivisionError, ValueError) as error:
                row.append(type(error).__name__)
    print(op, *row)
for source in ("1 + 'a'", "'a' + 1", "[] + ()", "1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "1.0 // 0", "1.0 % 0", "0 ** -1",
        "0.0 ** -1", "1j / 0",
               "1 << -1", "1 >> -1", "1.5 & 1", "'a' * 'b'", "'a' * 1.5", "[1] * []", "-'a'", "~1.5", "+[]",
                   "not_defined", "1 @ 2", "divmod(1, 0)",
               "pow(2, -1, 4)", "2 ** 'a'", "{} | []", "None + None", "1j // 2", "1j % 2", "1 << (1 << 70)",
                   "(-8) ** 0.5", "'%d' % 'x'", "-None"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print(-2 ** 2, (-2) ** 2, 2 ** -1, 2 ** 3 ** 2, -7 // 2, -7 % 3, 7 % -3, 1 - 2 - 3, 2 * 3 % 4, ~5 & 7 | 8 ^ 1,
    1 << 2 + 1, not 1 == 2)
print(1 + 2 * 3 - 4 / 5 // 6 % 7, 3 - -3, - - -3, +-+3, 1 if 0 else 2 or 3, not 0 and 1, 5 & 3 == 1, (5 & 3) == 1,
    2 < 3 & 1)
print(-7.5 // 2, -7.5 % 2, 7.5 % -2, divmod(-7, 2), divmod(7.5, -2), 1e308 * 10, -0.0, 0.0 == -0.0, 5 // 0.3, 5 % 0.3)
print("ab" * 3, 2 * [0], () * 5, "x" * -1, b"z" * 2, [[0] * 2] * 2, True + True, True * "t")
