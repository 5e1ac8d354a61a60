# None, Ellipsis, NotImplemented, True and False: one instance each, few operations.
for value in (None, ..., NotImplemented):
    print(repr(value), type(value).__name__, type(value)() is value,
        bool(value) if value is not NotImplemented else "deprecated", hash(value) == hash(type(value)()),
        value == value, value is type(value)())
    for action in (lambda: type(value)(1), lambda: value.x, lambda: setattr(value, "x", 1), lambda: value + 1,
            lambda: value < value, lambda: type("S", (type(value),), {}), lambda: value(), lambda: value[0],
            lambda: iter(value), lambda: len(value)):
        try:
            print("   ", action())
        except Exception as error:
            print("   ", type(error).__name__, error)
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(bool(NotImplemented), not NotImplemented, [w.category.__name__ for w in caught], caught[0].message)
print(None.__class__, None.__doc__, None.__eq__(None), None.__eq__(5), None.__bool__(), ....__reduce__(),
    NotImplemented.__reduce__(), sorted(set(dir(None)) - set(dir(object))))
for source in ("None = 1", "True = 1", "... = 1", "Ellipsis = 1", "NotImplemented = 1", "None.x = 1",
        "def None(): pass", "class True: pass", "f(None=1)", "lambda None: 0", "import None", "from x import True",
        "for False in []: pass", "with a as None: pass", "del None", "None += 1", "(True, a) = 1",
        "[None for None in x]", "global None", "x.None", "def f(True): pass", "except_ = None", "None: int = 1",
        "(None := 1)", "__debug__ = 1", "f(__debug__=1)", "def f(__debug__): pass", "x.__debug__ = 1", "del __debug__",
        "import __debug__"):
    try:
        compile(source, "<s>", "exec")
        print(source, "compiles")
    except SyntaxError as error:
        print(source, "->", error.msg)
