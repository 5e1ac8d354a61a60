# lambda: parameters of every kind, defaults, closures, names.
square = lambda x: x * x
print(square(7), square.__name__, square.__qualname__)
full = lambda a, b=2, /, c=3, *args, d, e=5, **kw: (a, b, c, args, d, e, kw)
print(full(1, d=4), full(1, 2, 3, 4, 5, d=6, f=7))
print((lambda: None)(), (lambda *a: a)(1, 2), (lambda **k: k)(x=1), (lambda *, k=1: k)())
adders = [lambda v, n=n: v + n for n in range(3)]
print([add(10) for add in adders])
late = [lambda: n for n in range(3)]
print([get() for get in late])
curry = lambda a: lambda b: lambda c: (a, b, c)
print(curry(1)(2)(3))
print((lambda x: (lambda y: x + y))(1)(2), sorted("bCa", key=lambda s: s.lower()))
fact = (lambda f: lambda n: f(f, n))(lambda self, n: 1 if n < 2 else n * self(self, n - 1))
print(fact(20))
conditional = lambda x: "pos" if x > 0 else "neg" if x < 0 else "zero"
print([conditional(v) for v in (1, -1, 0)])
gen = lambda: (yield 5)
print(list(gen()))
print((lambda: (1, 2))(), (lambda: [i for i in range(3)])())
print(square.__defaults__, full.__defaults__, full.__kwdefaults__, full.__code__.co_varnames)


class C:
    method = lambda self, x: (type(self).__name__, x)


print(C().method(3), C.method.__qualname__)


def outer():
    return lambda: lambda: 0


print(outer().__qualname__, outer()().__qualname__)
