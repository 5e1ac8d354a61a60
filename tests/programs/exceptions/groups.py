# ExceptionGroup and except* (PEP 654).
def show(eg, indent=0):
    pad = "  " * indent
    if isinstance(eg, BaseExceptionGroup):
        print(f"{pad}{type(eg).__name__}({eg.message!r})")
        for sub in eg.exceptions:
            show(sub, indent + 1)
    else:
        print(f"{pad}{eg!r}")


eg = ExceptionGroup("top", [ValueError(1), ExceptionGroup("nested", [TypeError("t"), ValueError(2), OSError(3, "x")]),
    KeyError("k")])
print(eg, repr(eg), eg.args, sep="\n")
show(eg.subgroup(ValueError))
show(eg.subgroup((TypeError, KeyError)))
show(eg.subgroup(lambda e: isinstance(e, OSError)))
print(eg.subgroup(IndexError), eg.subgroup(ExceptionGroup) is eg)
matched, rest = eg.split(ValueError)
show(matched); show(rest)
show(eg.derive([ZeroDivisionError()]))


def run(raised):
    try:
        try:
            if raised:
                raise raised
        except* ValueError as group:
            print("values:", repr(group))
        except* (TypeError, KeyError) as group:
            print("types or keys:", repr(group))
        except* OSError:
            raise RuntimeError("converted")
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as left:
        show(left)
        print("context", repr(left.__context__), "cause", repr(left.__cause__))


for raised in (None, ValueError("plain"), eg, IndexError("not handled"),
        ExceptionGroup("g", [IndexError(1), ValueError(2)]), BaseExceptionGroup("b",
        [KeyboardInterrupt(), KeyError(1)]), OSError("one"), ExceptionGroup("two", [OSError(1), OSError(2)])):
    run(raised)


def reraise():
    try:
        raise ExceptionGroup("r", [ValueError(1), TypeError(2), KeyError(3)])
    except* ValueError:
        raise
    except* TypeError as group:
        raise group
    except* KeyError as group:
        raise ExceptionGroup("new", [IndexError()]) from group


try:
    reraise()
except ExceptionGroup as error:
    show(error)
for source in ("ExceptionGroup()", "ExceptionGroup('a')", "ExceptionGroup('a', [])", "ExceptionGroup('a', 5)",
        "ExceptionGroup('a', [1])", "ExceptionGroup(1, [ValueError()])", "ExceptionGroup('a', [KeyboardInterrupt()])",
        "ExceptionGroup('a', [ValueError])", "type(BaseExceptionGroup('a', [ValueError()])).__name__",
        "type(BaseExceptionGroup('a', [SystemExit()])).__name__", "eg.subgroup(5)", "eg.split()", "ExceptionGroup[int]",
        "ExceptionGroup('one', (ValueError(1),))", "str(ExceptionGroup('n', [ValueError()] * 3))"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
for handler in ("except* ExceptionGroup: pass", "except* 5: pass", "except* (ValueError, ExceptionGroup): pass"):
    try:
        exec(f"try:\n    raise ValueError\n{handler}")
    except TypeError as error:
        print(error)


class MyGroup(ExceptionGroup):
    def __new__(cls, message, errors, code=0):
        self = super().__new__(cls, message, errors)
        self.code = code
        return self

    def derive(self, errors): return MyGroup(self.message, errors, self.code)


try:
    raise MyGroup("mine", [ValueError(1), TypeError(2)], 42)
except* ValueError as group:
    print(type(group).__name__, group.code)
except* TypeError as group:
    print(type(group).__name__, group.code, group.__cause__, hasattr(group, "__notes__"))


def in_loop():
    out = []
    for i in range(3):
        try:
            raise ExceptionGroup("loop", [ValueError(i)])
        except* ValueError as group:
            out.append(group.exceptions[0].args[0])
    return out


print(in_loop())
