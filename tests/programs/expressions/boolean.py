# and, or, not, conditional expressions: values, short circuit, truth testing (6.11, 6.13, 4.1).
class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print(f"bool({self.value})", end=" ")
        return self.value

    def __repr__(self):
        return f"T{self.value:d}"


t, f = Truth(True), Truth(False)
for expression in ("t and f", "f and t", "t or f", "f or t", "not t", "not f", "t and f or t", "f or f and t",
        "not (t and f)",
                   "t if f else f", "f if t else t", "t and t and f and t", "[t, f][not t]", "not not f",
                       "(t or f) and (f or t)"):
    print(expression, "->", eval(expression))


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


print(bool(Sized(0)), bool(Sized(3)))
print([bool(v) for v in (0, 1, -1, 0.0, -0.0, 1e-300, 0j, "", " ", b"", [], [0], (), ((),), {}, {0: 0}, set(), None,
    ..., range(0), range(1),
                         NotImplementedError, float("nan"))])


class BadBool:
    def __bool__(self):
        return 1


class BadLen:
    def __len__(self):
        return -1


class TypeLen:
    def __len__(self):
        return "x"


for bad in (BadBool(), BadLen(), TypeLen()):
    try:
        print(1 if bad else 2)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(1 and 2 and 3, 0 or "" or None, () or [] or {}, None and 1 / 0)
x = 5
print("small" if x < 3 else "middle" if x < 7 else "large")
