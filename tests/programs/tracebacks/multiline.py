# Calls over several lines, decorators, nested functions, classes, comprehension and generator frames.
def outer():
    def inner(
        a,
        b,
    ):
        return [
            value
            for value in (
                a / x
                for x in range(b, -1, -1)
            )
        ]
    return inner(
        1,
        b=2,
    )


import sys
try:
    outer()
except ZeroDivisionError:
    sys.excepthook(*sys.exc_info())


def decorator(f):
    raise RuntimeError("while decorating")


try:
    @decorator
    def decorated():
        pass
except RuntimeError:
    sys.excepthook(*sys.exc_info())


class Outer:
    class Inner:
        def method(self):
            return (self
                    .first()
                    .second())

        def first(self):
            return self

        def second(self): return self.missing


try:
    Outer.Inner().method()
except AttributeError:
    sys.excepthook(*sys.exc_info())
try:
    class Failing:
        x = 1
        y = x / 0
except ZeroDivisionError:
    sys.excepthook(*sys.exc_info())
code = compile("def f():\n    1 / 0\nf()\n", "no_such_file.py", "exec")
try:
    exec(code)
except ZeroDivisionError:
    sys.excepthook(*sys.exc_info())
try:
    exec("x = 1\nx.y.z")
except AttributeError:
    sys.excepthook(*sys.exc_info())
try:
    eval("(lambda: 1 // 0)()")
except ZeroDivisionError:
    sys.excepthook(*sys.exc_info())


def with_finally():
    try:
        return {}["key"]
    finally:
        print("cleaning")


def generator():
    yield 1
    yield [][0]


result = dict(a=with_finally,
              b=[*generator()],
              )
