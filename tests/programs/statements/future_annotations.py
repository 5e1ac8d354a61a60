from __future__ import annotations

# PEP 563: annotations are kept as source text, as the unparser writes it.


def f(a: int | None, b: dict[str, list[int]], *c: "quoted", d: lambda x, *y, z=1: x ** -y = 3,
        **e: (5, ...)) -> 1 + 2 * 3:
    pass


for name, text in f.__annotations__.items():
    print(name, "=", text)

x: (1, 2)[0]
y: not a and b or c if d else e
z: f"{a!r:>{width}} {{}}"
w: [i for i in range(3) if i if not i]
v: {**a, 'k': (b, *c), }
u: -(-x) ** 2 < 3 <= ~4 is not None
t: a.b[c:d, ::2, ...](*e, k=1, **f)
s: {1, 2} | set()
r: b"x\n" b"y" if 0 else 1j + 1e400
for name, text in __annotations__.items():
    print(name, "=", text)
